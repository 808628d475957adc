package io.semimeta.cli.options;

import io.semimeta.cluster.Resources;
import java.util.OptionalInt;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/**
 * Says what each executor is to have. These are settings of the submission: {@code bin/semimeta}
 * makes them before Spark starts, and the program checks them.
 */
@Heading("Cluster")
public final class WorkerOptions {
  private static final int MOST_WORKERS = 99_999;

  @Option(
      names = "--cores-per-worker",
      paramLabel = "N",
      description = "Cores of each executor, all for its rank.")
  private Integer cores;

  @Option(
      names = "--memory-per-worker",
      paramLabel = "SIZE",
      description = "Memory of each executor, heap and tensors together, as in 6g.")
  private String memory;

  @Option(
      names = "--gpus-per-worker",
      paramLabel = "N",
      description = "1 for a GPU in each executor, or 0.")
  private Integer gpus;

  /** Returns the resources of the given number of executors. */
  public Resources of(int workers) {
    Checks.require(
        workers >= 1 && workers <= MOST_WORKERS, "--workers", workers, "1 to " + MOST_WORKERS);
    Checks.atLeast("--cores-per-worker", cores, 1);
    if (gpus != null) {
      Checks.require(
          gpus == 0 || gpus == 1,
          "--gpus-per-worker",
          gpus,
          "0 or 1, for a rank computes on one; use more --workers");
    }
    return new Resources(
        workers,
        cores == null ? OptionalInt.empty() : OptionalInt.of(cores),
        memory == null
            ? OptionalLong.empty()
            : OptionalLong.of(Resources.mebibytes("--memory-per-worker", memory)),
        gpus == null ? OptionalInt.empty() : OptionalInt.of(gpus));
  }
}
