package io.semimeta.cli;

import io.semimeta.console.ProgressDisplay;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/** Starts Spark sessions. */
final class Sessions {
  private Sessions() {}

  /** Starts a session with the settings that the program was submitted with. */
  static SparkSession start(String name) {
    return start(new SparkConf().setAppName(name));
  }

  /** Starts a session, and says on the terminal meanwhile that Spark is starting. */
  static SparkSession start(SparkConf conf) {
    SparkConf own = LocalConf.of(conf);
    try (ProgressDisplay display = new ProgressDisplay("starting Spark", 0, 0)) {
      SparkContext.getOrCreate(
          own); // a session's builder would copy the settings, but not their class
      return SparkSession.builder().getOrCreate();
    }
  }
}
