package io.semimeta.cli;

import io.semimeta.UserError;
import io.semimeta.cluster.Cluster;
import io.semimeta.cluster.MemoryEstimate;
import io.semimeta.cluster.Resources;
import io.semimeta.cluster.SparkSettings;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * Finds a command's mistakes before Spark starts: {@code bin/semimeta} asks it before it becomes
 * {@code spark-submit}, and the command asks itself before it makes a session.
 */
public interface Checked {
  /**
   * Returns what a command that trains asks for.
   *
   * @throws UserError when an option's value is invalid
   */
  default Optional<Resources> asked() {
    return Optional.empty();
  }

  /**
   * Refuses options that contradict one another or the application's settings.
   *
   * @throws UserError naming the option
   */
  default void checkOptions(Cluster cluster) {
    cluster.requireJavaSerializer();
  }

  /**
   * Refuses what the file systems show to be wrong: data, checkpoint, output. It writes nothing.
   *
   * @throws UserError naming the option or the file
   */
  void checkFiles(Configuration conf) throws IOException;

  /** Tells whether the command only checks and says what it would do. */
  default boolean isDryRun() {
    return false;
  }

  /**
   * Estimates what a rank needs, as far as the data set's manifest tells; empty for a command that
   * does not train.
   *
   * @throws UserError where the manifest cannot be read
   */
  default Optional<MemoryEstimate> memory(Configuration conf) {
    return Optional.empty();
  }

  /** Checks options, master and files, where the driver runs, and returns the cluster. */
  default Cluster check(SparkConf conf) throws IOException {
    Cluster cluster = new Cluster(SparkSettings.of(conf), asked().orElse(Resources.of(1)));
    checkOptions(cluster);
    cluster.master().requireReached();
    checkFiles(SparkHadoopUtil.get().newConfiguration(conf));
    return cluster;
  }
}
