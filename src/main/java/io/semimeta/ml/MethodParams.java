package io.semimeta.ml;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;

/**
 * Says what a step does: the options of {@code semimeta train}, whose texts {@code explainParams}
 * shows.
 */
public interface MethodParams extends HasParamSet {
  default Param<String> method() {
    return paramSet().get("method");
  }

  default String getMethod() {
    return getOrDefault(method());
  }

  default BooleanParam mixUp() {
    return paramSet().get("mixUp");
  }

  default boolean getMixUp() {
    return (boolean) getOrDefault(mixUp());
  }

  default DoubleParam alpha() {
    return paramSet().get("alpha");
  }

  default double getAlpha() {
    return (double) getOrDefault(alpha());
  }

  default DoubleParam consistencyWeight() {
    return paramSet().get("consistencyWeight");
  }

  default double getConsistencyWeight() {
    return (double) getOrDefault(consistencyWeight());
  }

  default DoubleParam epsilon() {
    return paramSet().get("epsilon");
  }

  default double getEpsilon() {
    return (double) getOrDefault(epsilon());
  }

  default Param<String> metaGradient() {
    return paramSet().get("metaGradient");
  }

  default String getMetaGradient() {
    return getOrDefault(metaGradient());
  }

  default Param<String> metaScope() {
    return paramSet().get("metaScope");
  }

  default String getMetaScope() {
    return getOrDefault(metaScope());
  }
}
