package io.semimeta.cli.summary;

import io.semimeta.Shown;
import io.semimeta.comparison.NetworkComparisons;
import io.semimeta.comparison.PairedDifference;
import io.semimeta.comparison.RunComparison;
import io.semimeta.comparison.RunGroup;
import io.semimeta.comparison.Sample;
import io.semimeta.console.Table;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Prints what a person reads of several runs beside one another. */
public record ComparisonReport(PrintWriter out) {
  private static final String NONE = "-";

  /** Prints the groups, their paired differences, and the remarks. */
  public void print(RunComparison comparison) {
    out.println(groups(comparison));
    if (!comparison.differences().isEmpty()) {
      out.println();
      out.println(differences(comparison));
      out.println(
          "Intervals are Student's, of 95 %. A difference is of runs of the same draw, in points.");
    }
    comparison.remarks().forEach(remark -> out.println(Shown.text(remark)));
    if (!comparison.networks().leftOut().isEmpty()) {
      out.println(
          Shown.text(
              "McNemar's test: "
                  + comparison.networks().leftOut().stream()
                      .limit(3)
                      .collect(Collectors.joining("; "))
                  + (comparison.networks().leftOut().size() > 3 ? "; …" : "")
                  + "."));
    }
    out.flush();
  }

  private static Table groups(RunComparison comparison) {
    List<String> headings =
        new ArrayList<>(
            List.of(
                "runs", comparison.errors() + " error", "deviation", "interval", "n", "seconds"));
    if (!comparison.groups().isEmpty()) {
      headings.addAll(comparison.groups().get(0).options().keySet());
    }
    Table table = new Table(headings.toArray(String[]::new));
    for (RunGroup group : comparison.groups()) {
      Sample errors = group.sample();
      List<Object> cells = new ArrayList<>(List.of(group.name()));
      cells.add(percent(errors.mean()));
      cells.add(percent(errors.deviation()));
      cells.add(
          errors.n() < 2
              ? NONE
              : "%s to %s"
                  .formatted(
                      percent(errors.mean() - errors.halfWidth()),
                      percent(errors.mean() + errors.halfWidth())));
      cells.add(errors.n());
      cells.add(Double.isFinite(group.meanSeconds()) ? Math.round(group.meanSeconds()) : NONE);
      group.options().values().forEach(value -> cells.add(value.equals("–") ? NONE : value));
      table.row(cells.toArray());
    }
    return table;
  }

  private static Table differences(RunComparison comparison) {
    boolean tested = !comparison.networks().all().isEmpty();
    List<String> headings =
        new ArrayList<>(List.of("difference", "mean", "std. error", "interval", "n"));
    if (tested) {
      headings.add("McNemar's p, by draw");
    }
    Table table = new Table(headings.toArray(String[]::new));
    for (PairedDifference one : comparison.differences()) {
      Sample differences = one.differences();
      List<Object> cells = new ArrayList<>();
      cells.add("%s - %s".formatted(one.second(), one.first()));
      cells.add(points(differences.mean()));
      cells.add(differences.n() < 2 ? NONE : number(100 * differences.standardError()));
      cells.add(
          differences.n() < 2
              ? NONE
              : "%s to %s"
                  .formatted(
                      points(differences.mean() - differences.halfWidth()),
                      points(differences.mean() + differences.halfWidth())));
      cells.add(differences.n());
      if (tested) {
        cells.add(
            comparison.networks().of(one.first(), one.second()).stream()
                .map(NetworkComparisons.OfADraw::result)
                .map(result -> Figures.probability(result.pValue()))
                .collect(Collectors.joining(", ")));
      }
      table.row(cells.toArray());
    }
    return table;
  }

  private static String percent(double share) {
    return Double.isFinite(share) ? Figures.percent(share) : NONE;
  }

  private static String points(double share) {
    return Shown.format("%+.2f", 100 * share);
  }

  private static String number(double value) {
    return Shown.format("%.2f", value);
  }
}
