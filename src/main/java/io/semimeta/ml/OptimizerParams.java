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
    return paramSet().get("totalSteps");
  }

  default long getTotalSteps() {
    return (long) getOrDefault(totalSteps());
  }

  default LongParam epochs() {
    return paramSet().get("epochs");
  }

  default long getEpochs() {
    return (long) getOrDefault(epochs());
  }

  default Param<String> schedule() {
    return paramSet().get("schedule");
  }

  default String getSchedule() {
    return getOrDefault(schedule());
  }

  default DoubleParam learningRate() {
    return paramSet().get("learningRate");
  }

  default double getLearningRate() {
    return (double) getOrDefault(learningRate());
  }

  default LongParam warmup() {
    return paramSet().get("warmup");
  }

  default long getWarmup() {
    return (long) getOrDefault(warmup());
  }

  default LongParam ramp() {
    return paramSet().get("ramp");
  }

  default long getRamp() {
    return (long) getOrDefault(ramp());
  }

  default IntArrayParam milestones() {
    return paramSet().get("milestones");
  }

  default int[] getMilestones() {
    return getOrDefault(milestones());
  }

  default DoubleParam gamma() {
    return paramSet().get("gamma");
  }

  default double getGamma() {
    return (double) getOrDefault(gamma());
  }

  default DoubleParam momentum() {
    return paramSet().get("momentum");
  }

  default double getMomentum() {
    return (double) getOrDefault(momentum());
  }

  default DoubleParam weightDecay() {
    return paramSet().get("weightDecay");
  }

  default double getWeightDecay() {
    return (double) getOrDefault(weightDecay());
  }
}
