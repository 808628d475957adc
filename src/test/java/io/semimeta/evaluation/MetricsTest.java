package io.semimeta.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.semimeta.evaluation.Calibration.Confidences;
import io.semimeta.evaluation.Evaluation.ClassError;
import io.semimeta.inference.Example;
import io.semimeta.inference.Scored;
import io.semimeta.training.ErrorCounts;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Against scikit-learn's and SciPy's values, which src/test/python/metrics.py wrote. */
class MetricsTest {
  private static final int CLASSES = 7;
  private static JsonNode json;
  private static JsonNode expected;
  private static List<Prediction> predictions;

  @BeforeAll
  static void read() throws IOException {
    try (InputStream in = MetricsTest.class.getResourceAsStream("metrics.json")) {
      json = new JsonMapper().readTree(in);
    }
    expected = json.get("expected");
    predictions = new ArrayList<>();
    for (int i = 0; i < json.get("labels").size(); i++) {
      float[] logits = new float[CLASSES];
      for (int c = 0; c < CLASSES; c++) {
        logits[c] = json.get("logits").get(i).get(c).floatValue();
      }
      Example example =
          new Example("test", (long) i, json.get("labels").get(i).asInt(), null, null, null, null);
      predictions.add(Prediction.of(new Scored(example, logits, null, null)));
    }
  }

  private static Metrics sum(List<Prediction> of) {
    Metrics metrics = new Metrics(CLASSES);
    of.forEach(metrics::add);
    return metrics;
  }

  private static Prediction prediction(int label, int ahead, double confidence) {
    int predicted = ahead == 0 ? label : label + 1;
    return new Prediction(0, label, predicted, confidence, ahead, 0, 0, null);
  }

  @Test
  void figuresAreScikitLearns() {
    Metrics metrics = sum(predictions);
    ErrorCounts total = metrics.total();
    assertEquals(expected.get("top1_error").asDouble(), total.top1Error(), 1e-12);
    assertEquals(expected.get("top5_error").asDouble(), total.top5Error(), 1e-12);
    assertTrue(total.top5Error() > 0);
    assertEquals(expected.get("cross_entropy").asDouble(), metrics.crossEntropy(), 1e-9);
    assertEquals(expected.get("brier_score").asDouble(), metrics.brier(), 1e-9);
    for (int label = 0; label < CLASSES; label++) {
      for (int c = 0; c < CLASSES; c++) {
        assertEquals(
            expected.get("confusion").get(label).get(c).asLong(), metrics.confusion()[label][c]);
      }
    }
  }

  @Test
  void figuresByClassAreScikitLearns() {
    List<String> names = IntStream.range(0, CLASSES).mapToObj(c -> "class " + c).toList();
    List<ClassError> perClass = Evaluation.perClass(names, sum(predictions));
    for (int c = 0; c < CLASSES; c++) {
      ClassError one = perClass.get(c);
      assertEquals(expected.get("examples").get(c).asLong(), one.examples());
      assertShare(expected.get("precision").get(c), one.precision());
      assertShare(expected.get("recall").get(c), one.recall());
      assertShare(expected.get("f1").get(c), one.f1());
      assertEquals(one.recall() == null, one.error() == null);
      assertTrue(one.error() == null || Math.abs(1 - one.recall() - one.error()) < 1e-12);
    }
  }

  private static void assertShare(JsonNode wanted, Double share) {
    assertEquals(wanted.isNull(), share == null, wanted + " " + share);
    if (share != null) {
      assertEquals(wanted.asDouble(), share, 1e-12);
    }
  }

  @Test
  void binsAreThoseOfNumpy() {
    assertBins(expected.get("equal_width"), sum(predictions).calibration());
    assertBins(expected.get("equal_mass"), equalMass(predictions));
  }

  private static Calibration equalMass(List<Prediction> of) {
    List<Prediction> sorted =
        of.stream().sorted(Comparator.comparingDouble(Prediction::confidence)).toList();
    List<Bin> bins = new ArrayList<>(Collections.nCopies(Calibration.BINS, Bin.EMPTY));
    for (int i = 0; i < sorted.size(); i++) {
      int bin = Calibration.equalMass(i, sorted.size());
      bins.set(bin, bins.get(bin).plus(sorted.get(i)));
    }
    return Calibration.ofEqualMass(bins);
  }

  private static void assertBins(JsonNode wanted, Calibration calibration) {
    assertEquals(wanted.get("error").asDouble(), calibration.error(), 1e-9);
    for (int m = 0; m < Calibration.BINS; m++) {
      Confidences bin = calibration.bins().get(m);
      assertEquals(wanted.get("examples").get(m).asLong(), bin.examples());
      assertShare(wanted.get("accuracy").get(m), bin.accuracy());
      JsonNode mean = wanted.get("mean_confidence").get(m);
      assertEquals(mean.isNull(), bin.meanConfidence() == null);
      assertTrue(mean.isNull() || Math.abs(mean.asDouble() - bin.meanConfidence()) < 1e-9);
      assertTrue(bin.examples() == 0 || bin.from() <= bin.meanConfidence());
      assertTrue(bin.examples() == 0 || bin.meanConfidence() <= bin.to());
    }
  }

  /** Not within a tolerance: in every bit. */
  @Test
  void sumsAreTheSameHoweverImagesAreDividedAndOrdered() {
    Metrics whole = sum(predictions);
    List<Prediction> shuffled = new ArrayList<>(predictions);
    Random random = new Random(4);
    for (int parts = 2; parts < 40; parts += 7) {
      Collections.shuffle(shuffled, random);
      Metrics merged = new Metrics(CLASSES);
      for (int i = 0; i < parts; i++) {
        int from = i * shuffled.size() / parts;
        merged.add(sum(shuffled.subList(from, (i + 1) * shuffled.size() / parts)));
      }
      assertEquals(whole.total(), merged.total());
      assertEquals(whole.perClass(), merged.perClass());
      assertEquals(whole.crossEntropy(), merged.crossEntropy());
      assertEquals(whole.brier(), merged.brier());
      assertEquals(whole.calibration(), merged.calibration());
      assertTrue(Arrays.deepEquals(whole.confusion(), merged.confusion()));
    }
  }

  @Test
  void imagesWithoutLabelCountForNothing() {
    Metrics metrics = sum(predictions).add(new Prediction(7, -1, 1, 0.9, 0, 9, 9, null));
    assertEquals(sum(predictions).total(), metrics.total());
    assertEquals(sum(predictions).calibration(), metrics.calibration());
    assertEquals(sum(predictions).crossEntropy(), metrics.crossEntropy());
  }

  @Test
  void aBinHoldsItsUpperEdge() {
    // 0.6 and 9/15 belong to the bin (8/15, 9/15], 1 to the last: in one bin each, gaps cancel.
    List<Prediction> four =
        List.of(
            prediction(0, 0, 0.6),
            prediction(0, 1, 0.56),
            prediction(0, 0, 1),
            prediction(0, 1, 0.98));
    double gaps = Math.abs(0.6 - 1 + 0.56) / 4 + Math.abs(1 - 1 + 0.98) / 4;
    assertEquals(gaps, sum(four).calibration().error(), 1e-12);
    assertEquals(2, sum(four).calibration().bins().get(14).examples());
  }

  @Test
  void fewerImagesThanBinsLeaveSomeEmpty() {
    Calibration few = equalMass(List.of(prediction(0, 0, 0.5), prediction(0, 1, 0.25)));
    assertEquals(2, few.bins().stream().mapToLong(Confidences::examples).sum());
    assertEquals((0.5 + 0.25) / 2, few.error(), 1e-12);
    assertEquals(null, few.bins().get(3).from());
  }

  @Test
  void exactSumsLoseNothing() {
    ExactSum sum = ExactSum.ZERO.plus(1e17).plus(1).plus(0.1).plus(-1e17).plus(-1);
    assertEquals(0.1, sum.toDouble());
    assertTrue(Double.isNaN(sum.plus(Double.POSITIVE_INFINITY).plus(1).toDouble()));
  }

  @Test
  void intervalsAreWilsons() {
    for (JsonNode one : json.get("wilson")) {
      Interval interval = Interval.wilson(one.get(0).asLong(), one.get(1).asLong());
      assertEquals(one.get(2).asDouble(), interval.from(), 1e-9);
      assertEquals(one.get(3).asDouble(), interval.to(), 1e-9);
    }
  }

  @Test
  void mcNemarsTestIsExact() {
    for (JsonNode one : json.get("mcnemar")) {
      double p = Comparison.mcNemar(one.get(0).asLong(), one.get(1).asLong());
      double wanted = one.get(2).asDouble();
      assertEquals(wanted, p, 1e-9 * wanted);
    }
    assertEquals(1, Comparison.mcNemar(0, 0));
  }

  @Test
  void networksAreComparedInPairs() {
    // Of three networks: 5 images all have right, 3 the first alone, 2 the last two, 1 none.
    List<Comparison> pairs =
        Comparison.of(List.of("a", "b", "c"), Map.of(0b111L, 5L, 0b001L, 3L, 0b110L, 2L, 0L, 1L));
    assertEquals(new Comparison("a", "b", 5, 3, 2, 1, Comparison.mcNemar(3, 2)), pairs.get(0));
    assertEquals(new Comparison("a", "c", 5, 3, 2, 1, Comparison.mcNemar(3, 2)), pairs.get(1));
    assertEquals(new Comparison("b", "c", 7, 0, 0, 4, 1), pairs.get(2));
  }
}
