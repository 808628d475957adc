package io.semimeta.cli;

import io.semimeta.UserError;
import io.semimeta.cluster.SparkSettings;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * Finds a command's mistakes before Spark starts: {@code bin/semimeta} asks it before it becomes
 * {@code spark-submit}, and the command asks itself before it makes a session.
 */
public interface Checked {
  /**
   * Refuses options that contradict one another or the application's settings.
   *
   * @throws UserError naming the option
   */
  void checkOptions(SparkSettings conf);

  /**
   * Refuses what the file systems show to be wrong: data, checkpoint, output. It writes nothing.
   *
   * @throws UserError naming the option or the file
   */
  void checkFiles(Configuration conf) throws IOException;

  /** Checks options, master and files, where the driver runs. */
  default void check(SparkConf conf) throws IOException {
    SparkSettings settings = SparkSettings.of(conf);
    checkOptions(settings);
    MasterCheck.require(settings.master());
    checkFiles(SparkHadoopUtil.get().newConfiguration(conf));
  }
}
