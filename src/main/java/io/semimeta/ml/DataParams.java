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
    return paramSet().get("numLabel");
  }

  default int getNumLabel() {
    return (int) getOrDefault(numLabel());
  }

  default IntParam numValid() {
    return paramSet().get("numValid");
  }

  default int getNumValid() {
    return (int) getOrDefault(numValid());
  }

  default Param<String> labelBalance() {
    return paramSet().get("labelBalance");
  }

  default String getLabelBalance() {
    return getOrDefault(labelBalance());
  }

  default IntParam batchSize() {
    return paramSet().get("batchSize");
  }

  default int getBatchSize() {
    return (int) getOrDefault(batchSize());
  }

  default IntParam cropPadding() {
    return paramSet().get("cropPadding");
  }

  default int getCropPadding() {
    return (int) getOrDefault(cropPadding());
  }

  default IntParam imageSize() {
    return paramSet().get("imageSize");
  }

  default int getImageSize() {
    return (int) getOrDefault(imageSize());
  }

  default Param<String> loader() {
    return paramSet().get("loader");
  }

  default String getLoader() {
    return getOrDefault(loader());
  }

  default BooleanParam flip() {
    return paramSet().get("flip");
  }

  default boolean getFlip() {
    return (boolean) getOrDefault(flip());
  }

  default LongParam seed() {
    return paramSet().get("seed");
  }

  default long getSeed() {
    return (long) getOrDefault(seed());
  }
}
