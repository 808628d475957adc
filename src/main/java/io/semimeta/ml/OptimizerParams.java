package io.semimeta.ml;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;

/**
 * Says how long a run trains, and at which learning rate: the options of {@code semimeta train},
 * whose texts {@code explainParams} shows.
 */
public interface OptimizerParams extends HasParamSet {
  default LongParam totalSteps() {
    return paramSet().longParam("totalSteps");
  }

  default long getTotalSteps() {
    return (long) getOrDefault(totalSteps());
  }

  default LongParam epochs() {
    return paramSet().longParam("epochs");
  }

  default long getEpochs() {
    return (long) getOrDefault(epochs());
  }

  default Param<String> schedule() {
    return paramSet().stringParam("schedule");
  }

  default String getSchedule() {
    return getOrDefault(schedule());
  }

  default DoubleParam learningRate() {
    return paramSet().doubleParam("learningRate");
  }

  default double getLearningRate() {
    return (double) getOrDefault(learningRate());
  }

  default LongParam warmup() {
    return paramSet().longParam("warmup");
  }

  default long getWarmup() {
    return (long) getOrDefault(warmup());
  }

  default LongParam ramp() {
    return paramSet().longParam("ramp");
  }

  default long getRamp() {
    return (long) getOrDefault(ramp());
  }

  default IntArrayParam milestones() {
    return paramSet().intArrayParam("milestones");
  }

  default int[] getMilestones() {
    return getOrDefault(milestones());
  }

  default DoubleParam gamma() {
    return paramSet().doubleParam("gamma");
  }

  default double getGamma() {
    return (double) getOrDefault(gamma());
  }

  default DoubleParam momentum() {
    return paramSet().doubleParam("momentum");
  }

  default double getMomentum() {
    return (double) getOrDefault(momentum());
  }

  default DoubleParam weightDecay() {
    return paramSet().doubleParam("weightDecay");
  }

  default double getWeightDecay() {
    return (double) getOrDefault(weightDecay());
  }
}
