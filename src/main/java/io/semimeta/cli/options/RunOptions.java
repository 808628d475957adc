package io.semimeta.cli.options;

import io.semimeta.UserError;
import io.semimeta.plan.RunRequest;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** Says where a run's output goes, and what the run leaves there. */
@Heading("Run and output")
public final class RunOptions {
  @Option(
      names = {"--output", "--save-path"},
      converter = ToPath.Text.class,
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
          "Measure errors on the images set aside, else on the val split, else on the test split;"
              + " by default as often as checkpoints.")
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
      names = "--dry-run",
      description =
          "Check data, options and output, and print settings and the memory of a worker; start no"
              + " executor, write nothing.")
  public boolean dryRun;

  /** Converts a value that may be left out. */
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

  public RunRequest request() {
    Checks.atLeast("--log-every", logEvery, 1);
    Checks.atLeast("--keep", keep, 1);
    Checks.atLeast("--stop-at", stopAt, 1);
    Checks.atLeast("--checkpoint-every", checkpointEvery, 1);
    Checks.atLeast("--validate-every", validateEvery, 1);
    return new RunRequest(
        output,
        resume == null ? RunRequest.Resume.NO : resume,
        OptimizerOptions.optional(stopAt),
        OptimizerOptions.optional(checkpointEvery),
        OptimizerOptions.optional(validateEvery),
        logEvery,
        keep);
  }

  /** Tells whether the line as it stands resumes a run. */
  public boolean resumes() {
    return resume != null;
  }
}
