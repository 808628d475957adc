package io.semimeta.cli;

import org.apache.commons.lang3.exception.ExceptionUtils;

/** Tells the user's errors from the program's. */
final class Failures {
  private Failures() {}

  /** What is at the bottom of {@code failure}, in one line: below it Spark's text has frames. */
  static String cause(Throwable failure) {
    Throwable root = ExceptionUtils.getRootCause(failure);
    return root.toString().strip().lines().findFirst().orElse("");
  }
}
