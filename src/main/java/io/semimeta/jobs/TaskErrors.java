package io.semimeta.jobs;

import io.semimeta.UserError;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;

/** Brings an executor's {@link UserError} to the user without the job failure around it. */
public final class TaskErrors {
  private TaskErrors() {}

  /**
   * Runs a Spark action whose tasks need native libraries or write files: executors that have none
   * are replaced, and a full disk ends the action at once.
   *
   * @throws UserError where a task threw one
   */
  public static <T> T unwrapped(JavaSparkContext spark, Supplier<T> action) {
    try (FailingHosts hosts = FailingHosts.watch(spark)) {
      try {
        return unwrapped(action);
      } catch (Exception e) {
        if (hosts.verdict().isPresent()) {
          throw hosts.verdict().get();
        }
        throw e;
      }
    }
  }

  /**
   * Runs a Spark action.
   *
   * @throws UserError where a task threw one
   */
  public static <T> T unwrapped(Supplier<T> action) {
    try {
      return action.get();
    } catch (Exception e) { // SparkException is checked, but Scala does not declare it
      Optional<String> message = UserError.messageIn(e);
      if (message.isPresent()) {
        throw new UserError(message.get(), e);
      }
      throw e;
    }
  }
}
