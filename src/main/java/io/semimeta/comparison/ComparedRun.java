package io.semimeta.comparison;

import io.semimeta.training.metrics.MetricsRow;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;
import org.apache.hadoop.fs.Path;

/**
 * Holds what a finished run left.
 *
 * @param folder the run's folder
 * @param name how people know it: as they gave it, or below what they gave
 * @param options the options that decide the weights, by name; the seed is one of them
 * @param step the step that the run ended after
 * @param totalSteps the length of its schedule
 * @param seconds the seconds in the training loop
 * @param evaluatedOn what the validations among its figures were measured on
 * @param testError the error on the test split, if it was measured
 * @param validationError the lowest error on validation images, if any were measured
 * @param figures the rows of {@code metrics.jsonl}
 */
public record ComparedRun(
    Path folder,
    String name,
    SortedMap<String, String> options,
    long step,
    long totalSteps,
    double seconds,
    String evaluatedOn,
    OptionalDouble testError,
    OptionalDouble validationError,
    List<MetricsRow> figures) {
  static final String SEED = "--seed";
  static final String LABELS = "labelled images";
  static final String CONTENTS = "--data (contents)";

  /** Returns the draw's seed. */
  public String seed() {
    return option(SEED);
  }

  /** Returns a digest of the labelled images' ids. */
  String labels() {
    return option(LABELS);
  }

  /** Returns a digest of the data set. */
  String data() {
    return option(CONTENTS);
  }

  /** Returns an option's value, or a dash where the run has none. */
  String option(String option) {
    return options.getOrDefault(option, "–");
  }

  /** Returns the error that is compared. */
  OptionalDouble error(ErrorKind kind) {
    return kind == ErrorKind.TEST ? testError : validationError;
  }
}
