package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.semimeta.ablation.AblationRun;
import io.semimeta.cli.line.ArgumentFiles;
import io.semimeta.demo.Demo;
import io.semimeta.plan.RunRequest;
import io.semimeta.plan.TrainingRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParseResult;

/** The argument files of the paper's experiments, as {@code bin/semimeta} reads them. */
class RecipesTest {
  private static final Path RECIPES = Path.of("conf", "recipes");

  private static final Path IMAGENET = RECIPES.resolve("imagenet-10pct.args");
  private static final Path DEMO = RECIPES.resolve("demo.args");

  /** One row of the paper's tables: method, mixup, consistency weight, labels, decay, flip. */
  private static final Map<String, List<Object>> ROWS =
      Map.of(
          "cifar10-4k.args", List.of("semimeta", true, 1.0, 4_000, 1e-4, true),
          "cifar10-4k-meta-only.args", List.of("semimeta", false, 1.0, 4_000, 1e-4, true),
          "cifar10-4k-mixup-only.args", List.of("pseudo-label", true, 0.0, 4_000, 1e-4, true),
          "cifar10-4k-supervised.args", List.of("supervised", false, 1.0, 4_000, 1e-4, true),
          "cifar100-10k.args", List.of("semimeta", true, 1.0, 10_000, 1e-4, true),
          "svhn-1k.args", List.of("semimeta", true, 1.0, 1_000, 5e-5, false));

  private static ParseResult parse(Path recipe, String... more) {
    List<String> line = new ArrayList<>(List.of("train", "@" + recipe));
    line.addAll(List.of("--data", "data", "--output", "output"));
    line.addAll(List.of(more));
    return SemiMeta.commandLine()
        .parseArgs(ArgumentFiles.expand(line).toArray(String[]::new))
        .subcommand();
  }

  private static Object value(ParseResult parsed, String option) {
    return parsed.commandSpec().findOption(option).getValue();
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> list = Files.list(RECIPES)) {
      return list.filter(recipe -> !Set.of(IMAGENET, DEMO).contains(recipe)).toList();
    }
  }

  @Test
  void eachIsARowOfThePapersTables() throws IOException {
    Map<String, List<Object>> rows = new TreeMap<>();
    for (Path recipe : files()) {
      ParseResult parsed = parse(recipe);
      rows.put(
          recipe.getFileName().toString(),
          List.of(
              value(parsed, "--method").toString(),
              value(parsed, "--mix-up"),
              value(parsed, "--weight"),
              value(parsed, "--num-label"),
              value(parsed, "--weight-decay"),
              value(parsed, "--flip")));
    }
    assertEquals(new TreeMap<>(ROWS), rows);
  }

  @Test
  void theyShareScheduleAndBatch() throws IOException {
    for (Path recipe : files()) {
      ParseResult parsed = parse(recipe);
      assertEquals(400_000L, value(parsed, "--total-steps"), recipe.toString());
      assertEquals(4_000L, value(parsed, "--warmup"), recipe.toString());
      assertEquals(
          "300000,350000",
          parsed.matchedOption("--milestones").originalStringValues().get(0),
          recipe.toString());
      assertEquals(0.1, value(parsed, "--lr"), recipe.toString());
      assertEquals(128, value(parsed, "--batch-size"), recipe.toString());
    }
  }

  @Test
  void whatFollowsOnTheLineOverridesThem() throws IOException {
    for (Path recipe : files()) {
      ParseResult parsed = parse(recipe, "--batch-size", "16", "--total-steps", "4000", "--flip");
      assertEquals(16, value(parsed, "--batch-size"), recipe.toString());
      assertEquals(4_000L, value(parsed, "--total-steps"), recipe.toString());
      assertEquals(true, value(parsed, "--flip"), recipe.toString());
    }
  }

  /** 600 passes of 8 x 64 images, five of them warm-up, on random parts of images of all sizes. */
  @Test
  void imageNetsIsThePapers() {
    ParseResult parsed = parse(IMAGENET);
    Map<String, Object> values = new TreeMap<>();
    for (String option :
        List.of(
            "--architecture",
            "--image-size",
            "--epochs",
            "--warmup",
            "--batch-size",
            "--epsilon",
            "--alpha",
            "--weight",
            "--weight-decay",
            "--mix-up",
            "--sync-batch-norm",
            "--flip")) {
      values.put(option, value(parsed, option));
    }
    assertEquals(
        Map.ofEntries(
            Map.entry("--architecture", "resnet18"),
            Map.entry("--image-size", 224),
            Map.entry("--epochs", 600L),
            Map.entry("--warmup", 5L),
            Map.entry("--batch-size", 64),
            Map.entry("--epsilon", 0.01),
            Map.entry("--alpha", 1.0),
            Map.entry("--weight", 1.0),
            Map.entry("--weight-decay", 1e-4),
            Map.entry("--mix-up", true),
            Map.entry("--sync-batch-norm", true),
            Map.entry("--flip", true)),
        values);
    assertEquals("COSINE", value(parsed, "--schedule").toString().toUpperCase(Locale.ROOT));
  }

  /** So results of the one are results of the other. */
  @Test
  void theDemonstrationsRunsAreAnAblations() {
    var output = new org.apache.hadoop.fs.Path("/out");
    List<AblationRun> demo = Demo.runs(new Demo.Request("/out", 2, 2_000, 7), output);
    List<String> line = new ArrayList<>(List.of("ablate", "@" + DEMO, "--data", "/out/data"));
    line.addAll(List.of("--output", "/out", "--seeds", "7"));
    line.addAll(List.of("--rows", "labels-only,labels-mixup,both"));
    ParseResult parsed =
        SemiMeta.commandLine()
            .parseArgs(ArgumentFiles.expand(line).toArray(String[]::new))
            .subcommand();
    List<AblationRun> ablation =
        ((AblateCommand) parsed.commandSpec().userObject()).request().runs();
    assertEquals(3, ablation.size());
    for (int i = 0; i < ablation.size(); i++) {
      TrainingRequest one = demo.get(i).request();
      TrainingRequest other = ablation.get(i).request();
      assertEquals(one, other.withRun(one.run()), demo.get(i).name());
      assertEquals(
          one.run(),
          other.run().withOutput(one.run().output()).withResume(RunRequest.Resume.NO),
          demo.get(i).name());
    }
  }
}
