package io.semimeta.submit;

import io.semimeta.UserError;
import io.semimeta.cli.Checked;
import io.semimeta.cli.MasterCheck;
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
      List.of(
          "spark.executor.instances",
          "spark.executor.cores",
          "spark.cores.max",
          "spark.driver.cores");

  private static final List<String> FILES = List.of("spark.jars", "spark.files", "spark.archives");

  /**
   * Refuses what cannot work. Files are checked only where the driver will run on this machine,
   * because nobody knows here what a cluster's node can read.
   *
   * @param command the command that checks its own options and files
   * @param dryRun whether the driver runs here in any case
   * @throws UserError naming the option or the file
   */
  void check(Checked command, boolean dryRun) throws IOException {
    String deployMode = properties.get("spark.submit.deployMode");
    MasterCheck.require(properties.get("spark.master"), deployMode, environment);
    requireNumbers();
    requireFiles();
    command.checkOptions(SparkSettings.of(properties));
    if ("cluster".equals(deployMode) && !dryRun) {
      return;
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

  private void requireNumbers() {
    for (String name : List.of("spark.driver.memory", "spark.executor.memory")) {
      if (properties.containsKey(name)) {
        Resources.mebibytes(name, properties.get(name));
      }
    }
    for (String name : COUNTS) {
      String value = properties.getOrDefault(name, "1");
      if (!value.matches("[0-9]{1,9}")) {
        throw new UserError("%s=%s: must be a whole number".formatted(name, value));
      }
    }
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
