package io.semimeta.cli.options;

import io.semimeta.plan.ScheduleRequest;
import io.semimeta.plan.SgdOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import picocli.CommandLine.Help;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Says how long and at which learning rate a run trains, and how SGD is set. */
@Heading("Schedule and optimizer")
public final class OptimizerOptions {
  @Option(
      names = "--total-steps",
      paramLabel = "N",
      description = "Length of the run in steps. This or --epochs.")
  private Long totalSteps;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Length of the run in passes over the unlabelled images.")
  private Long epochs;

  @Option(
      names = "--schedule",
      paramLabel = "KIND",
      defaultValue = "auto",
      description = "step, cosine, or auto: cosine with --epochs, step with --total-steps.")
  private ScheduleRequest.Kind schedule;

  @Option(
      names = "--lr",
      paramLabel = "RATE",
      defaultValue = "0.1",
      description = "Learning rate after the warm-up.")
  private double learningRate;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      defaultValue = "0",
      description = "Linear warm-up, in steps or epochs as the length is.")
  private long warmup;

  @Option(
      names = "--ramp",
      paramLabel = "N",
      description =
          "Linear ramp of --weight, in the length's unit; by default the warm-up under the step"
              + " schedule, none under cosine.")
  private Long ramp;

  @Option(
      names = "--milestones",
      paramLabel = "N,N",
      defaultValue = "",
      converter = ToMilestones.class,
      showDefaultValue = Help.Visibility.NEVER,
      description =
          "Where the step schedule lowers the rate, as in 300000,350000; by default nowhere.")
  private Milestones milestones;

  @Option(
      names = "--gamma",
      paramLabel = "G",
      defaultValue = "0.1",
      description = "Factor on the learning rate at each milestone.")
  private double gamma;

  @Option(names = "--momentum", paramLabel = "M", defaultValue = "0.9", description = "Of SGD.")
  private double momentum;

  @Option(
      names = {"--weight-decay", "--wd"},
      paramLabel = "D",
      defaultValue = "1e-4",
      description = "Of SGD, on all parameters.")
  private double weightDecay;

  public SgdOptions sgd() {
    Checks.atLeast("--momentum", momentum, 0);
    Checks.atLeast("--weight-decay", weightDecay, 0);
    return new SgdOptions(momentum, weightDecay);
  }

  public ScheduleRequest schedule() {
    Checks.atLeast("--lr", learningRate, 0);
    Checks.above("--gamma", gamma, 0);
    return new ScheduleRequest(
        schedule,
        optional(totalSteps),
        optional(epochs),
        warmup,
        optional(ramp),
        milestones.steps(),
        gamma,
        learningRate);
  }

  static OptionalLong optional(Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private record Milestones(List<Long> steps) {}

  /** Reads both {@code 300000,350000} and the original's {@code [300000, 350000]}. */
  private static final class ToMilestones implements ITypeConverter<Milestones> {
    @Override
    public Milestones convert(String text) {
      String inner = text.strip();
      if (inner.startsWith("[") && inner.endsWith("]")) {
        inner = inner.substring(1, inner.length() - 1).strip();
      }
      List<Long> steps = new ArrayList<>();
      try {
        for (String part : inner.isEmpty() ? new String[0] : inner.split(",", -1)) {
          steps.add(Long.parseLong(part.strip()));
        }
      } catch (NumberFormatException e) {
        throw new TypeConversionException("'" + text + "' is no list such as 300000,350000");
      }
      return new Milestones(List.copyOf(steps));
    }
  }
}
