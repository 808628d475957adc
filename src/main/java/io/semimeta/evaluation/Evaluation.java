package io.semimeta.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;

/**
 * A network's errors on a split. Errors are shares in [0, 1].
 *
 * @param checkpoint the step's folder
 * @param step updates that the weights have had
 * @param data the data set's folder
 * @param split of the data set
 * @param examples images with a label: all figures are of these
 * @param unlabelled images without
 * @param top1Error whose most likely class is not the label
 * @param top5Error whose five most likely classes do not hold the label
 * @param crossEntropy mean of minus the logarithm of the label's probability
 * @param expectedCalibrationError see {@link Metrics#expectedCalibrationError}
 * @param normalisation of the images
 * @param perClass in class order
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
   * The checkpoint's, which the images were normalised with.
   *
   * @param mean per channel, of pixels in [0, 1]
   * @param std per channel, of pixels in [0, 1]
   * @param differsFromData whether the evaluated data set's manifest has others
   */
  public record Normalisation(List<Double> mean, List<Double> std, boolean differsFromData) {}

  /**
   * The images of one class.
   *
   * @param name of the class
   * @param examples how many
   * @param error share whose most likely class is another; null where there are none
   */
  public record ClassError(String name, long examples, Double error) {}

  /** As JSON, its keys in snake case. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // in memory, of plain values
    }
  }
}
