package io.semimeta.ml;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Holds the Params of a stage by name. Spark's own traits make theirs before Java has set the
 * stage's uid, which they would lack; a stage makes this set once it has one.
 */
public final class ParamSet implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Params owner;
  private final Map<String, Param<?>> byName = new LinkedHashMap<>();

  ParamSet(Params owner) {
    this.owner = owner;
  }

  /** Makes the Params of the columns and of a training run. */
  static ParamSet ofClassifier(Params owner) {
    ParamSet set = new ParamSet(owner);
    Columns.addTo(set, owner);
    TrainingParams.addTo(set, owner);
    return set;
  }

  void add(Param<?> param) {
    byName.put(param.name(), param);
  }

  @SuppressWarnings("unchecked") // the caller names a default of the Param's type
  void add(Param<?> param, Object byDefault) {
    add(param);
    owner.setDefault((Param<Object>) param, byDefault);
  }

  Param<?> get(String name) {
    return byName.get(name);
  }

  @SuppressWarnings("unchecked") // the accessor that asks has the type that was added
  Param<String> stringParam(String name) {
    return (Param<String>) get(name);
  }

  IntParam intParam(String name) {
    return (IntParam) get(name);
  }

  LongParam longParam(String name) {
    return (LongParam) get(name);
  }

  DoubleParam doubleParam(String name) {
    return (DoubleParam) get(name);
  }

  BooleanParam booleanParam(String name) {
    return (BooleanParam) get(name);
  }

  IntArrayParam intArrayParam(String name) {
    return (IntArrayParam) get(name);
  }

  DoubleArrayParam doubleArrayParam(String name) {
    return (DoubleArrayParam) get(name);
  }

  Map<String, Param<?>> byName() {
    return byName;
  }
}
