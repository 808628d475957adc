package io.semimeta.cli;

import io.semimeta.UserError;
import io.semimeta.cluster.LocalConf;
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
      // A session's builder would copy the settings, but not their class.
      SparkContext spark = SparkContext.getOrCreate(own);
      if (QuietEnd.isWanted()) {
        spark.addSparkListener(new QuietEnd());
      }
      return SparkSession.builder().getOrCreate();
    }
  }

  /**
   * Returns the settings of a session that trains; for a dry run it has the driver alone, whatever
   * the master.
   *
   * @throws UserError where a dry run's driver would be on the cluster
   */
  static SparkConf named(String name, SparkConf conf, boolean dryRun) {
    SparkConf own = conf.clone().setIfMissing("spark.app.name", name);
    if (dryRun) {
      if (StoppedTraining.isInCluster(conf)) {
        throw new UserError("--dry-run needs --deploy-mode client, or bin/semimeta");
      }
      own.setMaster("local[*]").set("spark.ui.enabled", "false").set("spark.task.cpus", "1");
    }
    return own;
  }
}
