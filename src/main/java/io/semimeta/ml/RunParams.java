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
    return paramSet().get("checkpointEvery");
  }

  default long getCheckpointEvery() {
    return (long) getOrDefault(checkpointEvery());
  }

  default LongParam validateEvery() {
    return paramSet().get("validateEvery");
  }

  default long getValidateEvery() {
    return (long) getOrDefault(validateEvery());
  }

  default LongParam logEvery() {
    return paramSet().get("logEvery");
  }

  default long getLogEvery() {
    return (long) getOrDefault(logEvery());
  }

  default IntParam keep() {
    return paramSet().get("keep");
  }

  default int getKeep() {
    return (int) getOrDefault(keep());
  }

  default IntParam numWorkers() {
    return paramSet().get("numWorkers");
  }

  default int getNumWorkers() {
    return (int) getOrDefault(numWorkers());
  }

  default Param<String> engine() {
    return paramSet().get("engine");
  }

  default String getEngine() {
    return getOrDefault(engine());
  }

  default Param<String> device() {
    return paramSet().get("device");
  }

  default String getDevice() {
    return getOrDefault(device());
  }

  default IntParam maxRestarts() {
    return paramSet().get("maxRestarts");
  }

  default int getMaxRestarts() {
    return (int) getOrDefault(maxRestarts());
  }

  default LongParam startTimeout() {
    return paramSet().get("startTimeout");
  }

  default long getStartTimeout() {
    return (long) getOrDefault(startTimeout());
  }

  default LongParam timeout() {
    return paramSet().get("timeout");
  }

  default long getTimeout() {
    return (long) getOrDefault(timeout());
  }

  default BooleanParam allowUnencryptedGradients() {
    return paramSet().get("allowUnencryptedGradients");
  }

  default boolean getAllowUnencryptedGradients() {
    return (boolean) getOrDefault(allowUnencryptedGradients());
  }
}
