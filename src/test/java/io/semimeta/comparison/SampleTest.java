package io.semimeta.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Values of SciPy 1.17.1: {@code stats.sem} and {@code stats.t.interval(0.95, n - 1, mean, sem)}.
 */
class SampleTest {
  private static void assertSample(
      double mean, double deviation, double error, double from, double to, Double... values) {
    Sample sample = new Sample(List.of(values));
    assertEquals(values.length, sample.n());
    assertEquals(mean, sample.mean(), 1e-12);
    assertEquals(deviation, sample.deviation(), 1e-12);
    assertEquals(error, sample.standardError(), 1e-12);
    assertEquals(from, sample.mean() - sample.halfWidth(), 1e-8);
    assertEquals(to, sample.mean() + sample.halfWidth(), 1e-8);
  }

  /** The README's errors and gains of five draws, and the least sample that has an interval. */
  @Test
  void intervalsAreStudents() {
    assertSample(
        0.333,
        0.014628738838327784,
        0.006542170893518446,
        0.3148360216453232,
        0.3511639783546767,
        0.329,
        0.357,
        0.335,
        0.319,
        0.325);
    assertSample(
        6.8,
        1.155422000829134,
        0.5167204273105523,
        5.365354098837905,
        8.234645901162095,
        7.6,
        6.1,
        6.8,
        5.3,
        8.2);
    assertSample(0.2, 0.1414213562373095, 0.1, -1.0706204736174694, 1.4706204736174693, 0.1, 0.3);
  }

  @Test
  void oneValueHasNoDeviation() {
    Sample one = new Sample(List.of(0.25));
    assertEquals(0.25, one.mean());
    assertEquals(Double.NaN, one.deviation());
    assertEquals(Double.NaN, one.standardError());
    assertEquals(Double.NaN, one.halfWidth());
  }

  @Test
  void noValuesHaveNoMean() {
    assertEquals(Double.NaN, new Sample(List.of()).mean());
  }

  @Test
  void equalValuesHaveAnIntervalOfNoWidth() {
    Sample same = new Sample(List.of(0.5, 0.5, 0.5));
    assertEquals(0, same.deviation());
    assertEquals(0, same.halfWidth());
  }
}
