package io.semimeta.cli.options;

import io.semimeta.UserError;
import io.semimeta.benchmark.BenchmarkedNetwork;
import io.semimeta.benchmark.PredictBenchmark;
import io.semimeta.benchmark.Repetition;
import io.semimeta.benchmark.StepBenchmark;
import io.semimeta.model.Placement;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** Says which network is timed in this process, and how often. */
@Heading("Benchmark")
public final class NetworkBenchmarkOptions {
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
      description = "Images of a batch; a step has so many labelled and so many unlabelled ones.")
  private int batchSize;

  @Option(
      names = "--image-size",
      paramLabel = "PIXELS",
      defaultValue = "32",
      description = "Side of the images.")
  private int imageSize;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      description = "cpu or cuda.")
  private String device;

  @Option(
      names = "--tf32",
      description = "On a GPU, round what is multiplied to TF32, which train never does.")
  private boolean tf32;

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
              + " seconds_median. Both are timed in turn, in five rounds.")
  private String against;

  private BenchmarkedNetwork network() {
    Checks.above("--width", width, 0);
    Checks.atLeast("--batch-size", batchSize, 1);
    Checks.atLeast("--image-size", imageSize, 1);
    return new BenchmarkedNetwork(architecture, width, imageSize, batchSize, placement());
  }

  private Placement placement() {
    if (!Set.of("cpu", "cuda").contains(device)) {
      throw new UserError("--device %s: must be cpu or cuda".formatted(device));
    }
    Placement placement = Placement.CPU.on(device);
    if (tf32 && !placement.isCuda()) {
      throw new UserError("--tf32: only GPUs have TF32; add --device cuda, or leave --tf32 out");
    }
    return placement;
  }

  private Repetition repetition() {
    int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    Checks.atLeast("--threads", count, 1);
    Checks.atLeast("--steps", steps, 1);
    return new Repetition(count, tf32, steps, Optional.ofNullable(against));
  }

  /**
   * Returns a benchmark of a method's step.
   *
   * @throws io.semimeta.UserError naming an option whose value is wrong
   */
  public StepBenchmark step(MethodOptions method) {
    return new StepBenchmark(network(), method.plan(), repetition());
  }

  /**
   * Returns a benchmark of predictions.
   *
   * @param folder the image files to predict; empty for random pixels
   * @throws io.semimeta.UserError naming an option whose value is wrong
   */
  public PredictBenchmark predict(Optional<Path> folder) {
    return new PredictBenchmark(network(), repetition(), folder);
  }
}
