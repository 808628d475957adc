package io.semimeta.submit;

import io.semimeta.UserError;
import io.semimeta.cli.Checked;
import io.semimeta.cluster.Cluster;
import io.semimeta.cluster.Resources;
import io.semimeta.cluster.SparkSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/**
 * Finds what is wrong with an application that is about to be submitted.
 *
 * @param properties Spark's properties, from the line and from the file
 * @param environment the environment of this process
 */
record Submission(Map<String, String> properties, Map<String, String> environment) {
  /** These may bring a file system's classes that this small process does not have. */
  private static final List<String> CLASS_PATHS =
      List.of("spark.jars", "spark.jars.packages", "spark.driver.extraClassPath");

  private static final List<String> COUNTS =
      List.of("spark.executor.cores", "spark.cores.max", "spark.driver.cores");

  private static final List<String> FILES = List.of("spark.jars", "spark.files", "spark.archives");

  /**
   * Refuses what cannot work. Files are checked only where the driver will run on this machine,
   * because nobody knows here what a cluster's node can read.
   *
   * @param command the command that checks its own options and files
   * @param dryRun whether the driver runs here in any case
   * @return the cluster that there will be
   * @throws UserError naming the option or the file
   */
  Cluster check(Checked command, boolean dryRun) throws IOException {
    SparkSettings settings = SparkSettings.of(properties);
    Cluster cluster = new Cluster(settings, command.asked().orElse(Resources.of(1)));
    String deployMode = properties.get("spark.submit.deployMode");
    cluster.master().require(deployMode, environment);
    for (String name : List.of("spark.driver.memory", Resources.HEAP)) {
      if (properties.containsKey(name)) {
        Resources.mebibytes(name, properties.get(name));
      }
    }
    COUNTS.forEach(settings::count);
    if (!settings.getBoolean("spark.dynamicAllocation.enabled")) { // which may begin with none
      settings.count("spark.executor.instances");
    }
    requireFiles();
    command.checkOptions(cluster);
    if ("cluster".equals(deployMode) && !dryRun) {
      return cluster;
    }
    try {
      command.checkFiles(hadoop());
    } catch (UserError e) {
      boolean laterKnown =
          ExceptionUtils.indexOfType(e, UnsupportedFileSystemException.class) >= 0
              && (CLASS_PATHS.stream().anyMatch(properties::containsKey)
                  || environment.containsKey("SPARK_DIST_CLASSPATH"));
      if (!laterKnown) {
        throw e;
      }
    }
    return cluster;
  }

  /** Returns the application's Hadoop settings; Spark's own way to them takes a second to load. */
  Configuration hadoop() {
    Configuration conf = new Configuration();
    String prefix = "spark.hadoop.";
    properties.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            conf.set(name.substring(prefix.length()), value);
          }
        });
    return conf;
  }

  /** Refuses missing files: Spark ignores a missing jar, and fails with a trace of any other. */
  private void requireFiles() {
    for (String name : FILES) {
      for (String file : properties.getOrDefault(name, "").split(",", -1)) {
        String path = file.strip().replaceFirst("#.*$", "");
        boolean plain = !path.isEmpty() && path.matches("[^:*?{}\\[\\]]+");
        if (plain && !Files.exists(Path.of(path))) {
          throw new UserError("%s: %s: no such file".formatted(name, path));
        }
      }
    }
  }
}
