package io.semimeta.model;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds operators that are in train or in eval mode for good. Scripting keeps a module's {@code
 * training} flag; tracing writes down the value that it had.
 */
final class FixedModes {
  private static final Pattern CONSTANT = Pattern.compile("\\s*(%\\S+) : bool = prim::Constant.*");
  private static final Pattern CALL =
      Pattern.compile(".* = aten::(batch_norm|(?:feature_)?(?:alpha_)?dropout)_?\\(([^()]*)\\).*");
  private static final int BATCH_NORM_TRAINING = 5;
  private static final int DROPOUT_TRAINING = 2;

  private FixedModes() {}

  /**
   * Returns the first such operator, or empty where all follow the module's mode.
   *
   * @param graph libtorch's intermediate representation, with one operator on each line
   */
  static Optional<String> in(String graph) {
    List<String> lines = graph.lines().toList();
    Set<String> constants = new HashSet<>();
    for (String line : lines) {
      Matcher constant = CONSTANT.matcher(line);
      if (constant.matches()) {
        constants.add(constant.group(1));
      }
    }
    for (String line : lines) {
      Matcher call = CALL.matcher(line);
      if (call.matches()) {
        String operator = call.group(1);
        String[] arguments = call.group(2).split(", ", -1);
        int training = operator.equals("batch_norm") ? BATCH_NORM_TRAINING : DROPOUT_TRAINING;
        if (constants.contains(arguments[training])) {
          return Optional.of(operator);
        }
      }
    }
    return Optional.empty();
  }
}
