package io.semimeta.ml;

import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;

/**
 * Says which columns hold what, as Spark's own classifiers do.
 *
 * @param <S> the stage itself, which setters return
 */
public interface ColumnParams<S extends ColumnParams<S>> extends HasParamSet {
  default Param<String> imageCol() {
    return paramSet().get("imageCol");
  }

  default String getImageCol() {
    return getOrDefault(imageCol());
  }

  default S setImageCol(String value) {
    return with(imageCol(), value);
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

  default S setPredictionCol(String value) {
    return with(predictionCol(), value);
  }

  default Param<String> predictedLabelCol() {
    return paramSet().get("predictedLabelCol");
  }

  default String getPredictedLabelCol() {
    return getOrDefault(predictedLabelCol());
  }

  default S setPredictedLabelCol(String value) {
    return with(predictedLabelCol(), value);
  }

  default Param<String> probabilityCol() {
    return paramSet().get("probabilityCol");
  }

  default String getProbabilityCol() {
    return getOrDefault(probabilityCol());
  }

  default S setProbabilityCol(String value) {
    return with(probabilityCol(), value);
  }

  default Param<String> rawPredictionCol() {
    return paramSet().get("rawPredictionCol");
  }

  default String getRawPredictionCol() {
    return getOrDefault(rawPredictionCol());
  }

  default S setRawPredictionCol(String value) {
    return with(rawPredictionCol(), value);
  }

  default DoubleArrayParam thresholds() {
    return paramSet().get("thresholds");
  }

  default double[] getThresholds() {
    return getOrDefault(thresholds());
  }

  default S setThresholds(double[] value) {
    return with(thresholds(), value);
  }

  default Param<String> handleInvalid() {
    return paramSet().get("handleInvalid");
  }

  default String getHandleInvalid() {
    return getOrDefault(handleInvalid());
  }

  default S setHandleInvalid(String value) {
    return with(handleInvalid(), value);
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

  @SuppressWarnings("unchecked") // a stage names itself
  private <V> S with(Param<V> param, V value) {
    set(param, value);
    return (S) this;
  }
}
