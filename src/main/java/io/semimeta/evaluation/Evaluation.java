package io.semimeta.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;

/**
 * Holds a network's errors on a split. Errors are shares in [0, 1].
 *
 * @param checkpoint the step's folder
 * @param step the number of updates that the weights have had
 * @param data the data set's folder
 * @param split the name of the data set's split
 * @param examples the number of images with a label, which all figures are of
 * @param unlabelled the number of images without a label
 * @param top1Error the share of images whose most likely class is not the label
 * @param top5Error the share of images whose five most likely classes do not hold the label
 * @param crossEntropy the mean of minus the logarithm of the label's probability
 * @param expectedCalibrationError the error that {@link Metrics#expectedCalibrationError} defines
 * @param normalisation the normalisation of the images
 * @param perClass the errors by class, in class order
 */
public record Evaluation(
    String checkpoint,
    long step,
    String data,
    String split,
    long examples,
    long unlabelled,
    double top1Error,
    double top5Error,
    double crossEntropy,
    double expectedCalibrationError,
    Normalisation normalisation,
    List<ClassError> perClass) {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /**
   * Holds the checkpoint's normalisation, with which the images were normalised.
   *
   * @param mean the mean of each channel, of pixels in [0, 1]
   * @param std the standard deviation of each channel, of pixels in [0, 1]
   * @param differsFromData whether the evaluated data set's manifest has other values
   */
  public record Normalisation(List<Double> mean, List<Double> std, boolean differsFromData) {}

  /**
   * Holds the error of one class's images.
   *
   * @param name the class's name
   * @param examples the number of the class's images
   * @param error the share of them whose most likely class is another; null where there are none
   */
  public record ClassError(String name, long examples, Double error) {}

  /** Returns the evaluation as JSON, its keys in snake case. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // plain values in memory cannot fail
    }
  }
}
