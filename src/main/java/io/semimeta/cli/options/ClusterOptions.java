package io.semimeta.cli.options;

import io.semimeta.cluster.Resources;
import io.semimeta.distributed.EngineKind;
import io.semimeta.distributed.EngineOptions;
import io.semimeta.distributed.StopSignal;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says how a run is spread, and how long its parts wait for one another. */
@Heading("Cluster")
public final class ClusterOptions {
  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "1",
      description = "Executors to train on, one rank each.")
  public int workers;

  @Mixin private WorkerOptions each;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = EngineKind.BARRIER,
      description = "barrier, or bigdl: BigDL's distributed optimizer.")
  private String engine;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "auto",
      description = "auto, cpu or cuda.")
  public String device;

  @Option(
      names = "--max-restarts",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "Restarts from the last checkpoint after lost executors, in a row without a new one.")
  private int maxRestarts;

  @Option(
      names = "--start-timeout",
      paramLabel = "SECONDS",
      defaultValue = "600",
      description = "How long to wait for executors.")
  private long startTimeout;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "How long a rank waits for the others in one call.")
  private long timeout;

  @Option(
      names = "--stop-timeout",
      paramLabel = "SECONDS",
      defaultValue = "20",
      description =
          "How long a run that Ctrl-C or SIGTERM stops may take to write its checkpoint; after that"
              + " the one before counts.")
  private long stopTimeout;

  @Option(
      names = "--allow-unencrypted-gradients",
      description =
          "Train although Spark's traffic is encrypted: that of the ranks among themselves is not.")
  private boolean allowUnencrypted;

  /** Returns what the executors are to have. */
  public Resources resources() {
    return each.of(workers);
  }

  /** Makes the request by which signals stop the run. */
  public StopSignal stopRequest() {
    Checks.atLeast("--stop-timeout", stopTimeout, 0);
    return new StopSignal(Duration.ofSeconds(stopTimeout));
  }

  public EngineOptions engine() {
    Checks.atLeast("--max-restarts", maxRestarts, 0);
    Checks.atLeast("--start-timeout", startTimeout, 1);
    Checks.atLeast("--timeout", timeout, 1);
    return new EngineOptions(
        engine,
        maxRestarts,
        Duration.ofSeconds(startTimeout),
        Duration.ofSeconds(timeout),
        allowUnencrypted);
  }
}
