package io.semimeta.comparison;

import io.semimeta.Shown;
import io.semimeta.Versions;
import io.semimeta.page.Block;
import io.semimeta.page.Blocks;
import io.semimeta.page.DataTable;
import io.semimeta.page.DotPlot;
import io.semimeta.page.LineChart;
import io.semimeta.page.Numbers;
import io.semimeta.page.Page;
import io.semimeta.training.metrics.MetricsRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Shows a comparison as a page. */
public record ComparisonPage(RunComparison comparison) {
  private static final int MOST_TILES = 6;
  private static final int DECIMALS = 2;

  /** Returns the page's file. */
  public static byte[] of(RunComparison comparison) {
    return new ComparisonPage(comparison).page().toBytes();
  }

  private Page page() {
    int runs = comparison.groups().stream().mapToInt(group -> group.runs().size()).sum();
    Page page =
        new Page(
            "Comparison of runs",
            "%s runs in %s groups, which differ in their draws alone; errors on %s images"
                .formatted(runs, comparison.groups().size(), comparison.errors()));
    page.section("", head());
    page.section("Errors", errors());
    if (!comparison.differences().isEmpty()) {
      page.section("Paired differences", differences());
    }
    page.section("While training", Blocks.beside(charts()));
    if (comparison.groups().stream().anyMatch(group -> !group.options().isEmpty())) {
      page.section("Options that differ", options());
    }
    return page.section("Runs", runs())
        .foot("Made by SemiMeta on Spark " + Versions.current().semimeta() + ".");
  }

  private List<Block> head() {
    List<Block> head = new ArrayList<>();
    if (comparison.groups().size() <= MOST_TILES) {
      head.add(
          Blocks.tiles(
              comparison.groups().stream()
                  .map(
                      group ->
                          new Blocks.Tile(
                              percent(group.sample().mean()), group.name(), remark(group.sample())))
                  .toList()));
    }
    comparison.remarks().forEach(remark -> head.add(Blocks.paragraph(remark)));
    return head;
  }

  private static String remark(Sample sample) {
    return sample.n() < 2
        ? sample.n() == 0 ? "not measured" : "one draw"
        : Shown.format("± %.2f, %d draws", 100 * sample.halfWidth(), sample.n());
  }

  private List<Block> errors() {
    List<DotPlot.Group> dots =
        comparison.groups().stream()
            .map(
                group ->
                    new DotPlot.Group(
                        group.name(),
                        group.sample().values(),
                        group.sample().mean(),
                        group.sample().halfWidth()))
            .toList();
    DataTable table =
        new DataTable(
            "group", comparison.errors() + " error", "deviation", "from", "to", "n", "seconds");
    for (RunGroup group : comparison.groups()) {
      Sample sample = group.sample();
      table.row(
          group.name(),
          percent(sample.mean()),
          percent(sample.deviation()),
          percent(sample.mean() - sample.halfWidth()),
          percent(sample.mean() + sample.halfWidth()),
          sample.n(),
          seconds(group.meanSeconds()));
    }
    return List.of(
        new DotPlot("Error on " + comparison.errors() + " images", dots),
        table,
        Blocks.note(
            "Dots are runs, a bar their mean; the field behind it, and \"from\" and \"to\", are"
                + " Student's interval of 95 % for the mean over draws. Deviation: of the runs,"
                + " with n - 1. Seconds: in the training loop, mean."));
  }

  private List<Block> differences() {
    DataTable table =
        new DataTable("difference", "mean", "standard error", "from", "to", "n", "by seed");
    for (PairedDifference one : comparison.differences()) {
      Sample sample = one.differences();
      List<String> draws = new ArrayList<>();
      for (int i = 0; i < one.seeds().size(); i++) {
        draws.add(one.seeds().get(i) + ": " + points(sample.values().get(i)));
      }
      table.row(
          one.second() + " − " + one.first(),
          points(sample.mean()),
          points(sample.standardError()).replaceFirst("^\\+", ""),
          points(sample.mean() - sample.halfWidth()),
          points(sample.mean() + sample.halfWidth()),
          sample.n(),
          String.join(", ", draws));
    }
    List<Block> blocks = new ArrayList<>();
    blocks.add(table);
    blocks.add(
        Blocks.note(
            "Of runs of the same seed, data set and labelled images, in points; below 0 the first"
                + " one errs less. Student's interval of 95 %."));
    blocks.addAll(networks());
    return blocks;
  }

  private List<Block> networks() {
    List<Block> blocks = new ArrayList<>();
    if (!comparison.networks().all().isEmpty()) {
      DataTable table =
          new DataTable("seed", "networks", "right: first alone", "second alone", "p");
      for (NetworkComparisons.OfADraw one : comparison.networks().all()) {
        table.row(
            one.seed(),
            one.first() + ", " + one.second(),
            Numbers.count(one.result().firstRight()),
            Numbers.count(one.result().secondRight()),
            Numbers.significant(one.result().pValue(), 2));
      }
      blocks.add(
          Blocks.details(
              "McNemar's exact test of the networks of each draw, on the same images", table));
    }
    if (!comparison.networks().leftOut().isEmpty()) {
      blocks.add(
          Blocks.note(
              "McNemar's test: " + String.join("; ", comparison.networks().leftOut()) + "."));
    }
    return blocks;
  }

  private List<LineChart> charts() {
    List<LineChart> charts = new ArrayList<>();
    charts.add(
        chart("Error of validation while training", MetricsRow.VALIDATION, "top1_error").shares());
    charts.add(
        chart("Error on the step's labelled images", MetricsRow.TRAIN, "label_error").shares());
    charts.add(chart("Error of pseudo-labels", MetricsRow.TRAIN, "pseudo_label_error").shares());
    charts.add(chart("Confidence of pseudo-labels", MetricsRow.TRAIN, "confidence").shares());
    charts.add(chart("Loss", MetricsRow.TRAIN, "loss"));
    charts.removeIf(LineChart::isEmpty);
    return charts;
  }

  private LineChart chart(String title, String kind, String figure) {
    LineChart chart = new LineChart(title, "step");
    comparison.groups().forEach(group -> chart.add(GroupCurve.of(group, kind, figure)));
    return chart;
  }

  private DataTable options() {
    List<String> headings = new ArrayList<>(List.of("group"));
    headings.addAll(comparison.groups().get(0).options().keySet());
    DataTable table = new DataTable(headings);
    for (RunGroup group : comparison.groups()) {
      List<String> cells = new ArrayList<>(List.of(group.name()));
      cells.addAll(group.options().values());
      table.row(cells);
    }
    return table;
  }

  private DataTable runs() {
    DataTable table = new DataTable("run", "seed", "error", "steps", "seconds", "program");
    for (RunGroup group : comparison.groups()) {
      for (ComparedRun run : group.runs()) {
        Map<String, String> versions = run.result().versions();
        table.row(
            run.name(),
            run.seed(),
            percent(run.error(group.errors()).orElse(Double.NaN)),
            Numbers.count(run.step().orElse(0)),
            seconds(run.seconds()),
            versions.getOrDefault("semimeta", ComparedRun.NONE));
      }
    }
    return table;
  }

  private static String percent(double share) {
    return Numbers.percent(share, DECIMALS);
  }

  private static String points(double share) {
    return Double.isFinite(share) ? Shown.format("%+.2f", 100 * share) : ComparedRun.NONE;
  }

  private static String seconds(double seconds) {
    return Double.isFinite(seconds) ? Numbers.count(Math.round(seconds)) : ComparedRun.NONE;
  }
}
