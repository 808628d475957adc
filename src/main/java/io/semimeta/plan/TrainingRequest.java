package io.semimeta.plan;

import io.semimeta.loader.BatchOptions;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Describes a training run as the user asks for it, before the data is known. This record and those
 * in it own every option that decides the weights, with its default: the command line, the
 * demonstration and the benchmarks take them from here.
 *
 * @param data which images
 * @param batch images of one rank's step
 * @param network which network
 * @param method which step
 * @param schedule length and learning rate
 * @param sgd momentum and weight decay
 * @param device {@code auto}, {@code cpu} or {@code cuda}
 * @param seed of all randomness
 * @param workers ranks
 * @param run output, checkpoints, reports
 */
@RecordBuilder
public record TrainingRequest(
    DataRequest data,
    BatchOptions batch,
    NetworkRequest network,
    StepOptions method,
    ScheduleRequest schedule,
    SgdOptions sgd,
    String device,
    long seed,
    int workers,
    RunRequest run)
    implements TrainingRequestBuilder.With {

  /** Asks for a run that leaves all else at its default. */
  public static TrainingRequest of(DataRequest data, ScheduleRequest schedule, RunRequest run) {
    return new TrainingRequest(
        data,
        BatchOptions.defaults(),
        NetworkRequest.defaults(),
        StepOptions.defaults(),
        schedule,
        SgdOptions.defaults(),
        "auto",
        0,
        1,
        run);
  }
}
