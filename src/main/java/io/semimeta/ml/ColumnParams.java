package io.semimeta.ml;

import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;

/** Says which columns hold what, as Spark's own classifiers do. */
public interface ColumnParams extends HasParamSet {
  default Param<String> imageCol() {
    return paramSet().stringParam("imageCol");
  }

  default String getImageCol() {
    return getOrDefault(imageCol());
  }

  default Param<String> labelCol() {
    return paramSet().stringParam("labelCol");
  }

  default String getLabelCol() {
    return getOrDefault(labelCol());
  }

  default Param<String> idCol() {
    return paramSet().stringParam("idCol");
  }

  default String getIdCol() {
    return getOrDefault(idCol());
  }

  default Param<String> validationIndicatorCol() {
    return paramSet().stringParam("validationIndicatorCol");
  }

  default String getValidationIndicatorCol() {
    return getOrDefault(validationIndicatorCol());
  }

  default Param<String> predictionCol() {
    return paramSet().stringParam("predictionCol");
  }

  default String getPredictionCol() {
    return getOrDefault(predictionCol());
  }

  default Param<String> predictedLabelCol() {
    return paramSet().stringParam("predictedLabelCol");
  }

  default String getPredictedLabelCol() {
    return getOrDefault(predictedLabelCol());
  }

  default Param<String> probabilityCol() {
    return paramSet().stringParam("probabilityCol");
  }

  default String getProbabilityCol() {
    return getOrDefault(probabilityCol());
  }

  default Param<String> rawPredictionCol() {
    return paramSet().stringParam("rawPredictionCol");
  }

  default String getRawPredictionCol() {
    return getOrDefault(rawPredictionCol());
  }

  default DoubleArrayParam thresholds() {
    return paramSet().doubleArrayParam("thresholds");
  }

  default double[] getThresholds() {
    return getOrDefault(thresholds());
  }

  default Param<String> handleInvalid() {
    return paramSet().stringParam("handleInvalid");
  }

  default String getHandleInvalid() {
    return getOrDefault(handleInvalid());
  }

  default Param<String> workDir() {
    return paramSet().stringParam("workDir");
  }

  default String getWorkDir() {
    return getOrDefault(workDir());
  }

  default IntParam storedSize() {
    return paramSet().intParam("storedSize");
  }

  default int getStoredSize() {
    return (int) getOrDefault(storedSize());
  }
}
