package io.semimeta.report;

import io.semimeta.Versions;
import io.semimeta.evaluation.Evaluation;
import io.semimeta.evaluation.Interval;
import io.semimeta.evaluation.NotableImages.Notable;
import io.semimeta.image.Thumbnail;
import io.semimeta.page.Block;
import io.semimeta.page.Blocks;
import io.semimeta.page.Blocks.Tile;
import io.semimeta.page.DataTable;
import io.semimeta.page.Numbers;
import io.semimeta.page.Page;
import io.semimeta.page.Pictures;
import io.semimeta.page.Pictures.Picture;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Composes the page on a run.
 *
 * @param look what was seen of the images, or empty
 * @param withoutImages why there is nothing of them, for people
 * @param command the line that makes the page
 */
record RunPage(RunFiles run, Optional<RunImages.Look> look, String withoutImages, String command) {
  byte[] toBytes() {
    Page page = new Page("Run " + run.name(), lead());
    page.section("", beginning());
    RunCurves curves = new RunCurves(run);
    List<Block> charts = curves.charts();
    if (!charts.isEmpty()) {
      String means =
          curves.window() > 1
              ? "Thin lines are the rows of metrics.jsonl as they are, each of one step; thick ones"
                  + " are means over %s rows.".formatted(curves.window())
              : "Each point is a row of metrics.jsonl, which is of one step.";
      page.section("Curves", Blocks.note(means), Blocks.beside(charts));
    }
    look.flatMap(RunImages.Look::evaluation).ifPresent(found -> figures(page, found));
    look.ifPresent(found -> images(page, found));
    page.section("Options", options());
    page.section("The run", about());
    page.foot(
        "SemiMeta on Spark %s. This page loads nothing and runs nothing; the pictures on it are of"
                .formatted(Versions.current().semimeta())
            + " the run's data.");
    return page.toBytes();
  }

  private String lead() {
    List<String> parts = new ArrayList<>();
    run.options()
        .get("--method")
        .ifPresent(
            method ->
                parts.add(
                    run.options().get("--mix-up").filter("true"::equals).isPresent()
                        ? method + " with mixup"
                        : method));
    run.options().get("--architecture").ifPresent(parts::add);
    run.options()
        .whole("--num-label")
        .ifPresent(labels -> parts.add(Numbers.count(labels) + " labelled images"));
    steps().ifPresent(steps -> parts.add(Numbers.count(steps) + " steps"));
    run.options().seed().ifPresent(seed -> parts.add("seed " + seed));
    return String.join(" · ", parts);
  }

  private OptionalLong steps() {
    OptionalLong ended = run.result().map(RunResult::step).orElse(OptionalLong.empty());
    if (ended.isPresent()) {
      return ended;
    }
    return run.metrics().rows().stream().mapToLong(row -> row.step()).max();
  }

  private List<Block> beginning() {
    List<Tile> tiles = new ArrayList<>();
    Optional<Evaluation> evaluation = look.flatMap(RunImages.Look::evaluation);
    if (evaluation.isPresent()) {
      measured(tiles, evaluation.get());
    } else {
      run.result().flatMap(RunResult::headline).ifPresent(error -> reported(tiles, error));
    }
    run.result()
        .ifPresent(
            result ->
                result
                    .seconds()
                    .ifPresent(
                        seconds ->
                            tiles.add(new Tile(duration(seconds), "in the training loop", ""))));
    List<Block> blocks = new ArrayList<>();
    if (!tiles.isEmpty()) {
      blocks.add(Blocks.tiles(tiles));
    }
    if (run.result().isEmpty()) {
      blocks.add(Blocks.paragraph("The run has not ended: it has no result.json."));
    }
    if (run.metrics().cut()) {
      blocks.add(Blocks.paragraph("The last line of metrics.jsonl is cut short and left out."));
    }
    if (!withoutImages.isEmpty()) {
      blocks.add(Blocks.note(withoutImages));
    }
    return blocks;
  }

  private static void measured(List<Tile> tiles, Evaluation one) {
    String remark =
        "95 %%: %s; %s images"
            .formatted(interval(one.top1Interval()), Numbers.count(one.examples()));
    tiles.add(new Tile(Numbers.percent(one.top1Error(), 1), one.split() + " error", remark));
    if (one.perClass().size() > 5) {
      tiles.add(
          new Tile(
              Numbers.percent(one.top5Error(), 1),
              "top-5 error",
              "95 %: " + interval(one.top5Interval())));
    }
    tiles.add(
        new Tile(
            Numbers.percent(one.expectedCalibrationError(), 1),
            "calibration error",
            "confidence against accuracy"));
  }

  private static void reported(List<Tile> tiles, RunResult.Headline error) {
    String images = "; " + Numbers.count(error.examples()) + " images";
    String step =
        error.step().isPresent() ? ", step " + Numbers.count(error.step().getAsLong()) : "";
    tiles.add(
        new Tile(
            Numbers.percent(error.error(), 1),
            error.images() + " error",
            "95 %: " + interval(Interval.wilson(error.wrong(), error.examples())) + images + step));
  }

  private static String interval(Interval of) {
    return Numbers.percent(of.from(), 1) + " to " + Numbers.percent(of.to(), 1);
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 120) {
      return whole + " s";
    }
    return whole < 7200 ? whole / 60 + " min" : whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }

  private static void figures(Page page, Evaluation one) {
    String on =
        "By the weights of step %s, on %s images with a label: %s."
            .formatted(
                Numbers.count(one.step()),
                Numbers.count(one.examples()),
                one.split().equals("validation")
                    ? "those set aside for validation"
                    : "the " + one.split() + " split");
    List<Block> classes = new ArrayList<>(List.of(Blocks.note(on)));
    classes.addAll(Findings.classes(one));
    page.section("Classes", classes);
    page.section("What is taken for what", Findings.confusion(one));
    page.section("Confidence", Findings.calibration(one));
  }

  private static void images(Page page, RunImages.Look look) {
    if (look.evaluation().isPresent()) {
      page.section(
          "Most confident mistakes",
          look.mistakes().isEmpty()
              ? Blocks.paragraph("There are none: every image was predicted right.")
              : pictures(look, look.mistakes()));
    }
    if (look.labelled().isEmpty()) {
      page.section(
          "Training images",
          Blocks.paragraph(
              "label_indices.txt is not in the run's folder, so nobody knows which images were"
                  + " labelled."));
      return;
    }
    page.section(
        "Least certain unlabelled images",
        Blocks.note(
            "Of %s. Their labels would teach the network most."
                .formatted(sample(look.unlabelled(), "unlabelled"))),
        look.uncertain().isEmpty()
            ? Blocks.paragraph("There are no unlabelled images.")
            : pictures(look, look.uncertain()));
    page.section(
        "Labels that the network doubts",
        Blocks.note(
            "Of %s, those whose label it gives less than 50 %%. It was trained"
                    .formatted(sample(look.labelled().get(), "labelled"))
                + " on these very labels, so it believes most wrong ones too: that none is listed"
                + " does not mean that all are right."),
        look.doubted().isEmpty()
            ? Blocks.paragraph("There are none.")
            : pictures(look, look.doubted()));
  }

  private static String sample(RunImages.Sample sample, String kind) {
    return sample.looked() < sample.all()
        ? "%s %s images, drawn by the run's seed from %s"
            .formatted(Numbers.count(sample.looked()), kind, Numbers.count(sample.all()))
        : "all %s %s images".formatted(Numbers.count(sample.all()), kind);
  }

  private static Block pictures(RunImages.Look look, List<ShownImage> images) {
    List<Picture> pictures = new ArrayList<>();
    for (ShownImage image : images) {
      Notable about = image.about();
      List<String> lines = new ArrayList<>();
      lines.add(
          look.classes().get(about.predicted()) + "? " + Numbers.percent(about.confidence(), 1));
      if (look.uncertain() != images && about.label() >= 0) {
        lines.add("label " + look.classes().get(about.label()));
      }
      String where = "id " + about.id() + image.path().map(path -> " · " + path).orElse("");
      pictures.add(
          new Picture(
              image.thumbnail().map(Thumbnail::png).orElse(null),
              image.thumbnail().map(Thumbnail::side).orElse(0),
              lines,
              where));
    }
    return new Pictures(pictures);
  }

  private List<Block> options() {
    Map<String, String> defaults = RunOptions.defaults();
    DataTable differing = new DataTable("option", "this run", "default");
    run.options()
        .differingFromDefaults()
        .forEach((name, value) -> differing.row(name, value, defaults.getOrDefault(name, "–")));
    DataTable all = new DataTable("option", "value");
    run.options().all().forEach(all::row);
    if (all.isEmpty()) {
      return List.of(Blocks.paragraph("The run's options are not known."));
    }
    return List.of(differing, Blocks.details("All options that decide the weights", all));
  }

  private List<Block> about() {
    Map<String, String> facts = new LinkedHashMap<>();
    RunOptions options = run.options();
    Optional<RunResult> result = run.result();
    facts.put("output", run.folder().toString());
    result.flatMap(RunResult::data).ifPresent(data -> facts.put("data", data.toString()));
    options.dataFingerprint().ifPresent(digest -> facts.put("data's fingerprint", digest));
    options.labelFingerprint().ifPresent(digest -> facts.put("labels' fingerprint", digest));
    result.flatMap(RunResult::started).ifPresent(time -> facts.put("started", time));
    result.flatMap(RunResult::finished).ifPresent(time -> facts.put("finished", time));
    options.get("--workers").ifPresent(workers -> facts.put("workers", workers));
    result.ifPresent(of -> of.environment().forEach(facts::put));
    result.ifPresent(of -> of.versions().forEach((name, version) -> facts.put(name, version)));
    List<Block> blocks = new ArrayList<>(List.of(Blocks.facts(facts)));
    result
        .flatMap(RunResult::command)
        .ifPresent(
            line -> {
              blocks.add(Blocks.heading("The run's command"));
              blocks.add(Blocks.command(line));
            });
    blocks.add(Blocks.heading("The page's command"));
    blocks.add(Blocks.command(command));
    return blocks;
  }
}
