package io.semimeta.training;

import java.io.Serializable;

/**
 * Says where a rank's time went in some steps, in seconds.
 *
 * @param steps the number of steps
 * @param busy the seconds of own work and {@code loaderWait}, without waiting for other ranks
 * @param loaderWait the seconds of waiting for the images of the steps' batches
 * @param allReduce the seconds in the gradient's all-reduce, waiting for slower ranks included
 * @param processorWait the seconds in which the rank's thread could have computed, but other work
 *     had the processor
 */
public record RankTimes(
    long steps, double busy, double loaderWait, double allReduce, double processorWait)
    implements Serializable {

  /** Returns the sums with more steps of the same rank. */
  public RankTimes plus(RankTimes more) {
    return new RankTimes(
        steps + more.steps,
        busy + more.busy,
        loaderWait + more.loaderWait,
        allReduce + more.allReduce,
        processorWait + more.processorWait);
  }

  /** Returns the same with another time in the gradient's all-reduce. */
  public RankTimes withAllReduce(double seconds) {
    return new RankTimes(steps, busy, loaderWait, seconds, processorWait);
  }

  /** Returns the mean of {@link #busy} over the steps. */
  public double busyOfStep() {
    return busy / steps;
  }

  /** Returns the mean of {@link #loaderWait} over the steps. */
  public double loaderWaitOfStep() {
    return loaderWait / steps;
  }

  /** Returns the mean of {@link #allReduce} over the steps. */
  public double allReduceOfStep() {
    return allReduce / steps;
  }

  /** Returns the mean of {@link #processorWait} over the steps. */
  public double processorWaitOfStep() {
    return processorWait / steps;
  }

  /** Returns numbers that a {@link io.semimeta.algorithm.Collective} can gather. */
  long[] toLongs() {
    return new long[] {
      steps,
      Double.doubleToRawLongBits(busy),
      Double.doubleToRawLongBits(loaderWait),
      Double.doubleToRawLongBits(allReduce),
      Double.doubleToRawLongBits(processorWait)
    };
  }

  /** Reads a rank's {@link #toLongs}. */
  static RankTimes fromLongs(long[] numbers) {
    return new RankTimes(
        numbers[0],
        Double.longBitsToDouble(numbers[1]),
        Double.longBitsToDouble(numbers[2]),
        Double.longBitsToDouble(numbers[3]),
        Double.longBitsToDouble(numbers[4]));
  }
}
