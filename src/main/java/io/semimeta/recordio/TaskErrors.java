package io.semimeta.recordio;

import io.semimeta.UserError;
import java.util.function.Supplier;

/** Brings an executor's {@link UserError} to the user without the job failure around it. */
final class TaskErrors {
  private TaskErrors() {}

  /** Runs a Spark action. */
  static <T> T unwrapped(Supplier<T> action) {
    try {
      return action.get();
    } catch (Exception e) { // SparkException is checked, but Scala does not declare it
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof UserError userError) {
          throw userError;
        }
      }
      throw e;
    }
  }
}
