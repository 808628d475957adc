package io.semimeta.training;

import java.io.Serializable;

/**
 * Errors after so many steps.
 *
 * @param step updates made
 * @param examples images
 * @param top1Error share in [0, 1]
 * @param top5Error share in [0, 1]
 */
public record Validation(long step, long examples, double top1Error, double top5Error)
    implements Serializable {}
