package io.semimeta.ml;

import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;

/** Says which columns hold what, as Spark's own classifiers do. */
public interface ColumnParams extends HasParamSet {
  default Param<String> imageCol() {
    return paramSet().get("imageCol");
  }

  default String getImageCol() {
    return getOrDefault(imageCol());
  }

  default Param<String> labelCol() {
    return paramSet().get("labelCol");
  }

  default String getLabelCol() {
    return getOrDefault(labelCol());
  }

  default Param<String> idCol() {
    return paramSet().get("idCol");
  }

  default String getIdCol() {
    return getOrDefault(idCol());
  }

  default Param<String> validationIndicatorCol() {
    return paramSet().get("validationIndicatorCol");
  }

  default String getValidationIndicatorCol() {
    return getOrDefault(validationIndicatorCol());
  }

  default Param<String> predictionCol() {
    return paramSet().get("predictionCol");
  }

  default String getPredictionCol() {
    return getOrDefault(predictionCol());
  }

  default Param<String> predictedLabelCol() {
    return paramSet().get("predictedLabelCol");
  }

  default String getPredictedLabelCol() {
    return getOrDefault(predictedLabelCol());
  }

  default Param<String> probabilityCol() {
    return paramSet().get("probabilityCol");
  }

  default String getProbabilityCol() {
    return getOrDefault(probabilityCol());
  }

  default Param<String> rawPredictionCol() {
    return paramSet().get("rawPredictionCol");
  }

  default String getRawPredictionCol() {
    return getOrDefault(rawPredictionCol());
  }

  default DoubleArrayParam thresholds() {
    return paramSet().get("thresholds");
  }

  default double[] getThresholds() {
    return getOrDefault(thresholds());
  }

  default Param<String> handleInvalid() {
    return paramSet().get("handleInvalid");
  }

  default String getHandleInvalid() {
    return getOrDefault(handleInvalid());
  }

  default Param<String> workDir() {
    return paramSet().get("workDir");
  }

  default String getWorkDir() {
    return getOrDefault(workDir());
  }

  default IntParam storedSize() {
    return paramSet().get("storedSize");
  }

  default int getStoredSize() {
    return (int) getOrDefault(storedSize());
  }
}
