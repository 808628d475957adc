package io.semimeta.evaluation;

import java.io.Serializable;

/**
 * Holds a network's output for an image.
 *
 * @param example the image, without its bytes
 * @param logits one number a class; null where nobody asked for them, or there is an error
 * @param features what the classifier sees of the image; null likewise
 * @param error why the image has no output, or null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Scored(Example example, float[] logits, float[] features, String error)
    implements Serializable {}
