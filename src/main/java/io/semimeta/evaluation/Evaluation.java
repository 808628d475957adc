package io.semimeta.evaluation;

import io.semimeta.training.ErrorCounts;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds a network's figures on a split, which are of the images with a label. Errors are shares in
 * [0, 1]; intervals are Wilson's of 95 %.
 *
 * @param checkpoint the step's folder
 * @param step the number of updates that the weights have had
 * @param data the data set's folder
 * @param split the name of the data set's split
 * @param examples the number of images with a label
 * @param unlabelled the number of images without a label
 * @param top1Error the share of images whose most likely class is not the label
 * @param top1Interval the interval of that
 * @param top5Error the share of images whose five most likely classes do not hold the label
 * @param top5Interval the interval of that
 * @param crossEntropy the mean of minus the logarithm of the label's probability
 * @param brierScore the mean of the squared distance of the probabilities from the label, 0 to 2
 * @param expectedCalibrationError the error of {@code equalWidth}
 * @param equalWidth how far confidence is from accuracy, in 15 bins of equal width
 * @param equalMass the same in 15 bins of equal numbers of images
 * @param normalisation the normalisation of the images
 * @param perClass the figures by class, in class order
 * @param confusion the numbers of images by label, and in each row by predicted class
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Evaluation(
    String checkpoint,
    long step,
    String data,
    String split,
    long examples,
    long unlabelled,
    double top1Error,
    Interval top1Interval,
    double top5Error,
    Interval top5Interval,
    double crossEntropy,
    double brierScore,
    double expectedCalibrationError,
    Calibration equalWidth,
    Calibration equalMass,
    Normalisation normalisation,
    List<ClassError> perClass,
    long[][] confusion) {

  /**
   * Holds the checkpoint's normalisation, with which the images were normalised.
   *
   * @param mean the mean of each channel, of pixels in [0, 1]
   * @param std the standard deviation of each channel, of pixels in [0, 1]
   * @param differsFromData whether the evaluated data set's manifest has other values
   */
  public record Normalisation(List<Double> mean, List<Double> std, boolean differsFromData) {}

  /**
   * Holds the figures of one class.
   *
   * @param name the class's name
   * @param examples the number of the class's images
   * @param error the share of them whose most likely class is another; null where there are none
   * @param predicted the number of labelled images that the class is predicted for
   * @param precision the share of those that are of the class; null where there are none
   * @param recall the share of the class's images that it is predicted for; null without images
   * @param f1 the harmonic mean of precision and recall; null where both numbers are 0
   */
  public record ClassError(
      String name,
      long examples,
      Double error,
      long predicted,
      Double precision,
      Double recall,
      Double f1) {}

  /** Returns the figures by class. */
  static List<ClassError> perClass(List<String> classes, Metrics metrics) {
    long[][] confusion = metrics.confusion();
    List<ClassError> perClass = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      ErrorCounts counts = metrics.perClass().get(c);
      long predicted = 0;
      for (long[] label : confusion) {
        predicted += label[c];
      }
      long examples = counts.examples();
      perClass.add(
          new ClassError(
              classes.get(c),
              examples,
              share(counts.top1Errors(), examples),
              predicted,
              share(confusion[c][c], predicted),
              share(confusion[c][c], examples),
              share(2 * confusion[c][c], predicted + examples)));
    }
    return perClass;
  }

  private static Double share(long count, long of) {
    return of == 0 ? null : (double) count / of;
  }
}
