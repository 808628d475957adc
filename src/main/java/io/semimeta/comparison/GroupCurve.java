package io.semimeta.comparison;

import io.semimeta.page.Curve;
import io.semimeta.page.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes the curve of a group: the mean of its runs, and these behind it. */
final class GroupCurve {
  private GroupCurve() {}

  /**
   * Returns the curve of a figure. The mean is taken at the steps that all runs with this figure
   * have.
   *
   * @param kind the kind of the rows in {@code metrics.jsonl}
   * @param figure the figure's name there
   */
  static Series of(RunGroup group, String kind, String figure) {
    List<Curve> singles =
        group.runs().stream()
            .map(run -> run.files().curve(kind, figure))
            .filter(curve -> !curve.isEmpty())
            .toList();
    return singles.size() == 1
        ? Series.of(group.name(), singles.get(0))
        : new Series(group.name(), mean(singles), singles);
  }

  /** Returns the means at the places that all curves have. */
  static Curve mean(List<Curve> curves) {
    Map<Double, List<Double>> values = new TreeMap<>();
    for (Curve curve : curves) {
      for (int i = 0; i < curve.x().length; i++) {
        values.computeIfAbsent(curve.x()[i], place -> new ArrayList<>()).add(curve.y()[i]);
      }
    }
    values.values().removeIf(all -> all.size() < curves.size());
    return new Curve(
        values.keySet().stream().mapToDouble(Double::doubleValue).toArray(),
        values.values().stream().mapToDouble(all -> new Sample(all).mean()).toArray());
  }
}
