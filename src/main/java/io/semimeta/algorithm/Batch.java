package io.semimeta.algorithm;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * Holds one rank's mini-batch of B labelled and B unlabelled images, normalised and augmented.
 *
 * @param labelled images (B, channels, height, width)
 * @param labels classes of the labelled images, int64 (B)
 * @param unlabelled images (B, channels, height, width)
 * @param truth the classes of the unlabelled images, int64 (B), -1 where unknown; reports alone use
 *     them, no step does
 * @param mixWeights the labelled images' share in each mixed image, (B, 1); empty without mixup
 * @param dropoutSeed seed of the step's dropout
 */
public record Batch(
    Tensor labelled,
    Tensor labels,
    Tensor unlabelled,
    Tensor truth,
    Optional<Tensor> mixWeights,
    long dropoutSeed) {}
