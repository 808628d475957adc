package io.semimeta.ml;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;

/**
 * Says which network is trained: the options of {@code semimeta train}, whose texts {@code
 * explainParams} shows.
 */
public interface NetworkParams extends HasParamSet {
  default Param<String> architecture() {
    return paramSet().get("architecture");
  }

  default String getArchitecture() {
    return getOrDefault(architecture());
  }

  default DoubleParam width() {
    return paramSet().get("width");
  }

  default double getWidth() {
    return (double) getOrDefault(width());
  }

  default Param<String> initFrom() {
    return paramSet().get("initFrom");
  }

  default String getInitFrom() {
    return getOrDefault(initFrom());
  }

  default Param<String> normalise() {
    return paramSet().get("normalise");
  }

  default String getNormalise() {
    return getOrDefault(normalise());
  }

  default BooleanParam syncBatchNorm() {
    return paramSet().get("syncBatchNorm");
  }

  default boolean getSyncBatchNorm() {
    return (boolean) getOrDefault(syncBatchNorm());
  }
}
