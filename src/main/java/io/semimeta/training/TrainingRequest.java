package io.semimeta.training;

/**
 * A training run as the user asks for it, before the data is known.
 *
 * @param data which images
 * @param batchSize labelled images of one rank's step
 * @param cropPadding pixels
 * @param flip whether images are mirrored at random
 * @param seed of all randomness
 * @param network which network
 * @param device {@code auto}, {@code cpu} or {@code cuda}
 * @param method which step
 * @param schedule length and learning rate
 * @param momentum of SGD
 * @param weightDecay of SGD
 * @param workers ranks
 * @param run output, checkpoints, reports
 */
public record TrainingRequest(
    DataRequest data,
    int batchSize,
    int cropPadding,
    boolean flip,
    long seed,
    NetworkRequest network,
    String device,
    MethodPlan method,
    ScheduleRequest schedule,
    double momentum,
    double weightDecay,
    int workers,
    RunRequest run) {}
