package io.semimeta.evaluation;

import java.io.Serializable;

/**
 * Holds a network's output for an image.
 *
 * @param example the image, without its bytes
 * @param logits one number a class; null where the image cannot be decoded
 * @param features what the classifier sees of the image, or null where nobody asked for it
 * @param error why the image cannot be decoded, or null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Scored(Example example, float[] logits, float[] features, String error)
    implements Serializable {}
