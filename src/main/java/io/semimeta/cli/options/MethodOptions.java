package io.semimeta.cli.options;

import io.semimeta.OptionName;
import io.semimeta.plan.StepOptions;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Says what a step does. */
@Heading("Method")
public final class MethodOptions {
  @Option(
      names = "--method",
      paramLabel = "METHOD",
      defaultValue = "semimeta",
      converter = ToMethod.class,
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
      converter = ToDirection.class,
      description = "finite-difference: the paper's; forward: exact, by forward-mode AD.")
  private StepOptions.Direction direction;

  @Option(
      names = "--meta-scope",
      paramLabel = "SCOPE",
      defaultValue = "global",
      converter = ToScope.class,
      description =
          "Whose labelled gradient pseudo-labels follow: global, the mean over all workers, or"
              + " local, each worker's own.")
  private StepOptions.Scope scope;

  public StepOptions plan() {
    Checks.above("--alpha", alpha, 0);
    Checks.atLeast("--weight", weight, 0);
    Checks.above("--epsilon", epsilon, 0);
    return new StepOptions(method, mixUp ? alpha : 0, weight, epsilon, direction, scope);
  }

  /** Finds an enum's constant by its name on the command line. */
  private static <E extends Enum<E>> E constant(Class<E> type, String text) {
    List<E> all = List.of(type.getEnumConstants());
    return all.stream()
        .filter(value -> OptionName.of(value).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'%s' is none of %s"
                        .formatted(
                            text, String.join(", ", all.stream().map(OptionName::of).toList()))));
  }

  private static final class ToMethod implements ITypeConverter<StepOptions.Method> {
    @Override
    public StepOptions.Method convert(String text) {
      return constant(StepOptions.Method.class, text);
    }
  }

  private static final class ToDirection implements ITypeConverter<StepOptions.Direction> {
    @Override
    public StepOptions.Direction convert(String text) {
      return constant(StepOptions.Direction.class, text);
    }
  }

  private static final class ToScope implements ITypeConverter<StepOptions.Scope> {
    @Override
    public StepOptions.Scope convert(String text) {
      return constant(StepOptions.Scope.class, text);
    }
  }
}
