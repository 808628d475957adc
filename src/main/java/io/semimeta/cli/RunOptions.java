package io.semimeta.cli;

import io.semimeta.UserError;
import io.semimeta.distributed.EngineKind;
import io.semimeta.distributed.EngineOptions;
import io.semimeta.distributed.Resources;
import io.semimeta.distributed.StopRequest;
import io.semimeta.training.RunRequest;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a run goes, and how it is spread. */
final class RunOptions {
  @Option(
      names = {"--output", "--save-path"},
      required = true,
      paramLabel = "URI",
      description = "Folder for checkpoints, metrics and result.")
  private String output;

  @Option(
      names = "--resume",
      arity = "0..1",
      paramLabel = "auto",
      converter = ToResume.class,
      description =
          "Go on from the output's last checkpoint; with 'auto', begin where there is none.")
  private RunRequest.Resume resume;

  @Option(names = "--stop-at", paramLabel = "STEP", description = "End early, after this step.")
  private Long stopAt;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "STEPS",
      description = "By default a hundredth of the run, at least 100.")
  private Long checkpointEvery;

  @Option(
      names = "--validate-every",
      paramLabel = "STEPS",
      description =
          "Measure errors on the images set aside, or on the test split where there are none; by"
              + " default as often as checkpoints.")
  private Long validateEvery;

  @Option(
      names = "--log-every",
      paramLabel = "STEPS",
      defaultValue = "50",
      description = "Figures in metrics.jsonl.")
  private long logEvery;

  @Option(
      names = "--keep",
      paramLabel = "N",
      defaultValue = "3",
      description = "Newest checkpoints that stay; the best stays too.")
  private int keep;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "1",
      description = "Executors to train on, one rank each.")
  int workers;

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
  String device;

  @Option(
      names = "--max-restarts",
      paramLabel = "N",
      defaultValue = "3",
      description = "Restarts from the last checkpoint after lost executors.")
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

  @Option(
      names = "--dry-run",
      description =
          "Check data, options and output, and print settings and the memory of a worker; start no"
              + " executor, write nothing.")
  boolean dryRun;

  /** Of a value that may be left out. */
  private static final class ToResume implements ITypeConverter<RunRequest.Resume> {
    @Override
    public RunRequest.Resume convert(String value) {
      return switch (value) {
        case "" -> RunRequest.Resume.YES;
        case "auto" -> RunRequest.Resume.AUTO;
        default -> throw new UserError("--resume %s: must be auto, or left out".formatted(value));
      };
    }
  }

  /** What the executors are to have. */
  Resources resources() {
    return each.of(workers);
  }

  RunRequest request() {
    Checks.atLeast("--log-every", logEvery, 1);
    Checks.atLeast("--keep", keep, 1);
    for (Object[] option :
        new Object[][] {
          {"--stop-at", stopAt},
          {"--checkpoint-every", checkpointEvery},
          {"--validate-every", validateEvery}
        }) {
      if (option[1] != null) {
        Checks.atLeast((String) option[0], (Long) option[1], 1);
      }
    }
    return new RunRequest(
        output,
        resume == null ? RunRequest.Resume.NO : resume,
        OptimizerOptions.optional(stopAt),
        OptimizerOptions.optional(checkpointEvery),
        OptimizerOptions.optional(validateEvery),
        logEvery,
        keep);
  }

  /** By which signals stop the run. */
  StopRequest stopRequest() {
    Checks.atLeast("--stop-timeout", stopTimeout, 0);
    return new StopRequest(Duration.ofSeconds(stopTimeout));
  }

  /** Whether the line goes on with a run as it stands. */
  boolean resumes() {
    return resume != null;
  }

  EngineOptions engine() {
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
