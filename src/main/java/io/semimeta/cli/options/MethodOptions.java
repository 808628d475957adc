package io.semimeta.cli.options;

import io.semimeta.plan.StepOptions;
import picocli.CommandLine.Option;

/** Says what a step does. */
@Heading("Method")
public final class MethodOptions {
  @Option(
      names = "--method",
      paramLabel = "METHOD",
      defaultValue = "semimeta",
      description =
          "semimeta: the paper's; pseudo-label: the same without its correction; supervised:"
              + " labels only.")
  private StepOptions.Method method;

  @Option(names = "--mix-up", description = "Mix images, and their labels with pseudo-labels.")
  private boolean mixUp;

  @Option(
      names = "--alpha",
      paramLabel = "A",
      defaultValue = "1.0",
      description = "Both parameters of the Beta distribution of mixup's weights.")
  private double alpha;

  @Option(
      names = "--weight",
      paramLabel = "W",
      defaultValue = "1.0",
      description = "Of the consistency loss; 0 leaves its pass out.")
  private double weight;

  @Option(
      names = "--epsilon",
      paramLabel = "E",
      defaultValue = "0.01",
      description = "Length of the finite difference in parameter space.")
  private double epsilon;

  @Option(
      names = "--meta-gradient",
      paramLabel = "WAY",
      defaultValue = "finite-difference",
      description = "finite-difference: the paper's; forward: exact, by forward-mode AD.")
  private StepOptions.Direction direction;

  @Option(
      names = "--meta-scope",
      paramLabel = "SCOPE",
      defaultValue = "global",
      description =
          "Whose labelled gradient pseudo-labels follow: global, the mean over all workers, or"
              + " local, each worker's own.")
  private StepOptions.Scope scope;

  /** Returns both parameters of the distribution of mixup's weights, for whoever mixes. */
  public double alpha() {
    Checks.above("--alpha", alpha, 0);
    return alpha;
  }

  public StepOptions plan() {
    alpha(); // refuses a wrong one, mixed or not
    Checks.atLeast("--weight", weight, 0);
    Checks.above("--epsilon", epsilon, 0);
    return new StepOptions(method, mixUp ? alpha() : 0, weight, epsilon, direction, scope);
  }
}
