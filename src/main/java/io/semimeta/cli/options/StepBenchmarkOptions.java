package io.semimeta.cli.options;

import io.semimeta.benchmark.StepBenchmark;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says which step is timed. */
@Heading("Benchmark")
public final class StepBenchmarkOptions {
  private static final int ROUNDS = 5;

  @Option(
      names = {"-a", "--architecture"},
      paramLabel = "NAME",
      defaultValue = "convlarge",
      description = "Network, by its name.")
  private String architecture;

  @Option(
      names = "--width",
      paramLabel = "FACTOR",
      defaultValue = "1.0",
      description = "On its channels, as for train.")
  private double width;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "32",
      description = "Labelled images of a step, and as many unlabelled ones.")
  private int batchSize;

  @Option(
      names = "--image-size",
      paramLabel = "PIXELS",
      defaultValue = "32",
      description = "Side of the images.")
  private int imageSize;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "That compute.%n  Default: one a processor")
  private Integer threads;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "8",
      description = "To time, after two that warm up.")
  private int steps;

  @Option(
      names = "--against",
      paramLabel = "COMMAND",
      description =
          "Another program's benchmark, for the shell, whose last line of output is JSON with"
              + " seconds_median. Both are timed in turn, in "
              + ROUNDS
              + " rounds.")
  private String against;

  @Mixin private MethodOptions method;

  /**
   * Returns what is to be timed.
   *
   * @throws io.semimeta.UserError naming an option whose value is wrong
   */
  public StepBenchmark.Request request() {
    Checks.above("--width", width, 0);
    Checks.atLeast("--batch-size", batchSize, 1);
    Checks.atLeast("--steps", steps, 1);
    Checks.atLeast("--image-size", imageSize, 1);
    int threadCount = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    Checks.atLeast("--threads", threadCount, 1);
    return new StepBenchmark.Request(
        architecture,
        width,
        method.plan(),
        imageSize,
        batchSize,
        threadCount,
        steps,
        against == null ? 1 : ROUNDS,
        Optional.ofNullable(against));
  }
}
