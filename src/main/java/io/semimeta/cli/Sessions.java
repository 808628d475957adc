package io.semimeta.cli;

import io.semimeta.console.ProgressDisplay;
import org.apache.spark.sql.SparkSession;

/** Starts Spark. */
final class Sessions {
  private Sessions() {}

  /** A session, and meanwhile a word on the terminal that it takes its time. */
  static SparkSession start(SparkSession.Builder builder) {
    try (ProgressDisplay display = new ProgressDisplay("starting Spark", 0, 0)) {
      return builder.getOrCreate();
    }
  }
}
