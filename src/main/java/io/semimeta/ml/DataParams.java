package io.semimeta.ml;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;

/**
 * Says which images train, and how batches are made of them: the options of {@code semimeta train},
 * whose texts {@code explainParams} shows.
 */
public interface DataParams extends HasParamSet {
  default IntParam numLabel() {
    return paramSet().intParam("numLabel");
  }

  default int getNumLabel() {
    return (int) getOrDefault(numLabel());
  }

  default IntParam numValid() {
    return paramSet().intParam("numValid");
  }

  default int getNumValid() {
    return (int) getOrDefault(numValid());
  }

  default Param<String> labelBalance() {
    return paramSet().stringParam("labelBalance");
  }

  default String getLabelBalance() {
    return getOrDefault(labelBalance());
  }

  default IntParam batchSize() {
    return paramSet().intParam("batchSize");
  }

  default int getBatchSize() {
    return (int) getOrDefault(batchSize());
  }

  default IntParam cropPadding() {
    return paramSet().intParam("cropPadding");
  }

  default int getCropPadding() {
    return (int) getOrDefault(cropPadding());
  }

  default IntParam imageSize() {
    return paramSet().intParam("imageSize");
  }

  default int getImageSize() {
    return (int) getOrDefault(imageSize());
  }

  default Param<String> loader() {
    return paramSet().stringParam("loader");
  }

  default String getLoader() {
    return getOrDefault(loader());
  }

  default BooleanParam flip() {
    return paramSet().booleanParam("flip");
  }

  default boolean getFlip() {
    return (boolean) getOrDefault(flip());
  }

  default LongParam seed() {
    return paramSet().longParam("seed");
  }

  default long getSeed() {
    return (long) getOrDefault(seed());
  }
}
