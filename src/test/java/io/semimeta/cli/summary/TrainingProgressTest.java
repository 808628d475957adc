package io.semimeta.cli.summary;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.semimeta.training.RankTimes;
import io.semimeta.training.RunMetrics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingProgressTest {
  private static List<String> figures(long known) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss", 1.5);
    values.put("label_error", 0.25);
    values.put("pseudo_label_error", 0.5);
    values.put("images_per_second", 117.9);
    List<RankTimes> ranks = List.of(new RankTimes(1, 1, 0, 0, 0));
    return TrainingProgress.metrics(new RunMetrics(7, values, ranks, known));
  }

  @Test
  void thePseudoLabelsErrorOfAHandfulIsNotShown() {
    assertEquals(List.of("loss 1.500", "label error 25.0 %", "118 images/s"), figures(29));
    assertEquals(
        List.of("loss 1.500", "label error 25.0 %", "pseudo-label error 50.0 %", "118 images/s"),
        figures(30));
  }

  @Test
  void afterOneStepThereIsALossAlone() {
    assertEquals(List.of("loss 2.303"), TrainingProgress.metrics(RunMetrics.first(1, 2.3026)));
  }

  @Test
  void shares() {
    assertEquals("12.35 %", Figures.percent(0.123456));
    assertEquals("-", Figures.percent(Double.NaN));
    assertEquals(false, Figures.hasTop5(5));
    assertEquals(true, Figures.hasTop5(6));
    assertEquals("/a/b c", ShownPath.of("file:/a/b c"));
    assertEquals("hdfs://h/a", ShownPath.of("hdfs://h/a"));
  }
}
