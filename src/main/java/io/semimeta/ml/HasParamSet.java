package io.semimeta.ml;

import org.apache.spark.ml.param.Params;

/** Has its Params in a {@link ParamSet}. */
public interface HasParamSet extends Params {
  /** Returns the Params by name; for this package's own use. */
  ParamSet paramSet();
}
