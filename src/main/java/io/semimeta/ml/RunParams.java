package io.semimeta.ml;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;

/**
 * Says what a run leaves, and how it is spread: the options of {@code semimeta train}, whose texts
 * {@code explainParams} shows.
 */
public interface RunParams extends HasParamSet {
  default LongParam checkpointEvery() {
    return paramSet().longParam("checkpointEvery");
  }

  default long getCheckpointEvery() {
    return (long) getOrDefault(checkpointEvery());
  }

  default LongParam validateEvery() {
    return paramSet().longParam("validateEvery");
  }

  default long getValidateEvery() {
    return (long) getOrDefault(validateEvery());
  }

  default LongParam logEvery() {
    return paramSet().longParam("logEvery");
  }

  default long getLogEvery() {
    return (long) getOrDefault(logEvery());
  }

  default IntParam keep() {
    return paramSet().intParam("keep");
  }

  default int getKeep() {
    return (int) getOrDefault(keep());
  }

  default IntParam numWorkers() {
    return paramSet().intParam("numWorkers");
  }

  default int getNumWorkers() {
    return (int) getOrDefault(numWorkers());
  }

  default Param<String> engine() {
    return paramSet().stringParam("engine");
  }

  default String getEngine() {
    return getOrDefault(engine());
  }

  default Param<String> device() {
    return paramSet().stringParam("device");
  }

  default String getDevice() {
    return getOrDefault(device());
  }

  default IntParam maxRestarts() {
    return paramSet().intParam("maxRestarts");
  }

  default int getMaxRestarts() {
    return (int) getOrDefault(maxRestarts());
  }

  default LongParam startTimeout() {
    return paramSet().longParam("startTimeout");
  }

  default long getStartTimeout() {
    return (long) getOrDefault(startTimeout());
  }

  default LongParam timeout() {
    return paramSet().longParam("timeout");
  }

  default long getTimeout() {
    return (long) getOrDefault(timeout());
  }

  default BooleanParam allowUnencryptedGradients() {
    return paramSet().booleanParam("allowUnencryptedGradients");
  }

  default boolean getAllowUnencryptedGradients() {
    return (boolean) getOrDefault(allowUnencryptedGradients());
  }
}
