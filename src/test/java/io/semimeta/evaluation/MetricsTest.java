package io.semimeta.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.semimeta.training.ErrorCounts;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static Prediction prediction(int label, int ahead, double confidence, double entropy) {
    int predicted = ahead == 0 ? label : label + 1;
    return new Prediction(0, label, predicted, confidence, ahead, entropy, null);
  }

  @Test
  void countsByClass() {
    List<Prediction> predictions =
        List.of(
            prediction(0, 0, 0.9, 0.1),
            prediction(0, 4, 0.5, 2.0),
            prediction(2, 5, 0.5, 3.0),
            new Prediction(7, -1, 1, 0.9, 0, 9.0, null));
    Metrics metrics = Metrics.of(predictions, 3);
    assertEquals(new ErrorCounts(3, 2, 1), metrics.total());
    assertEquals(
        List.of(new ErrorCounts(2, 1, 0), ErrorCounts.NONE, new ErrorCounts(1, 1, 1)),
        metrics.perClass());
    assertEquals(5.1 / 3, metrics.crossEntropy(), 1e-12);
  }

  @Test
  void aBinsConfidenceIsComparedWithItsAccuracy() {
    // Two in the bin (0.8, 13/15]: mean confidence 0.83, accuracy 0.5. One in (14/15, 1], right.
    List<Prediction> predictions =
        List.of(prediction(0, 0, 0.81, 0), prediction(1, 2, 0.85, 0), prediction(0, 0, 0.95, 0));
    double expected = 2.0 / 3 * (0.83 - 0.5) + 1.0 / 3 * (1 - 0.95);
    assertEquals(expected, Metrics.of(predictions, 2).expectedCalibrationError(), 1e-12);
  }

  @Test
  void errorsOfDifferentBinsDoNotCancel() {
    List<Prediction> predictions = List.of(prediction(0, 0, 0.6, 0), prediction(0, 1, 0.4, 0));
    assertEquals(0.4, Metrics.of(predictions, 2).expectedCalibrationError(), 1e-12);
  }

  @Test
  void aBinHoldsItsUpperEdge() {
    // 0.6 and 9/15 belong to the bin (8/15, 9/15], 1 to the last: in one bin each, gaps cancel.
    List<Prediction> predictions =
        List.of(
            prediction(0, 0, 0.6, 0),
            prediction(0, 1, 0.56, 0),
            prediction(0, 0, 1, 0),
            prediction(0, 1, 0.98, 0));
    double expected = Math.abs(0.6 - 1 + 0.56) / 4 + Math.abs(1 - 1 + 0.98) / 4;
    assertEquals(expected, Metrics.of(predictions, 2).expectedCalibrationError(), 1e-12);
  }
}
