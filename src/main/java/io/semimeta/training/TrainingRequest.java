package io.semimeta.training;

/**
 * Describes a training run as the user asks for it, before the data is known.
 *
 * @param data the images to train on
 * @param batchSize the labelled images of one rank's step
 * @param cropPadding the padding before the random crop, in pixels
 * @param flip whether images are mirrored at random
 * @param seed the seed of all randomness
 * @param network the network to train
 * @param device {@code auto}, {@code cpu} or {@code cuda}
 * @param method the method of training
 * @param schedule the length and learning rate
 * @param momentum the momentum of SGD
 * @param weightDecay the weight decay of SGD
 * @param workers the number of ranks
 * @param run the output, checkpoints and reports
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
