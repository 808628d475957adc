package io.semimeta.comparison;

import io.semimeta.report.RunFiles;
import io.semimeta.report.RunResult;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;

/**
 * Holds a finished run.
 *
 * @param name how people know it: as they gave it, or below what they gave
 * @param files what it left
 */
public record ComparedRun(String name, RunFiles files) {
  static final String SEED = "--seed";
  static final String LABELS = "labelled images";

  /** Stands for an option that a run does not have. */
  static final String NONE = "–";

  /** Returns what the run came to. */
  RunResult result() {
    return files.result().orElseThrow();
  }

  /** Returns the options that decide the weights, by name; the seed is one of them. */
  SortedMap<String, String> options() {
    return files.options().all();
  }

  /** Returns the draw's seed. */
  public String seed() {
    return options().getOrDefault(SEED, NONE);
  }

  /** Tells the draws apart whose networks saw the same images. */
  record Draw(String seed, String data, String labels) {}

  /** Returns the run's draw. */
  Draw draw() {
    return new Draw(seed(), data(), labels());
  }

  /** Returns a digest of the labelled images' ids. */
  String labels() {
    return files.options().labelFingerprint().orElse(NONE);
  }

  /** Returns a digest of the data set. */
  String data() {
    return files.options().dataFingerprint().orElse(NONE);
  }

  /** Returns the step that the run ended after. */
  public OptionalLong step() {
    return result().step();
  }

  /** Returns the seconds in the training loop, or NaN where they are not known. */
  public double seconds() {
    return result().seconds().orElse(Double.NaN);
  }

  /** Returns the error that is compared, as a share, if it was measured. */
  public OptionalDouble error(ErrorKind kind) {
    boolean lookedAtTest = result().evaluatedOn().filter("test"::equals).isPresent();
    return switch (kind) {
      case VALIDATION -> result().bestError();
      case TEST ->
          result().testError().isEmpty() && lookedAtTest
              ? result().lastError()
              : result().testError();
    };
  }
}
