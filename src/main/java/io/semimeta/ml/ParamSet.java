package io.semimeta.ml;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
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

  /** Adds a Param, which stays unset where there is no default: Spark cannot store a null. */
  @SuppressWarnings("unchecked") // the caller names a default of the Param's type
  void add(Param<?> param, Object byDefault) {
    byName.put(param.name(), param);
    if (byDefault != null) {
      owner.setDefault((Param<Object>) param, byDefault);
    }
  }

  /** Adds a Param of text. */
  void add(String name, String doc, String byDefault) {
    add(new Param<String>(owner, name, doc), byDefault);
  }

  /** Returns a Param as the type that was added; the accessor that asks knows it. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  <P extends Param<?>> P get(String name) {
    return (P) byName.get(name);
  }

  Map<String, Param<?>> byName() {
    return byName;
  }
}
