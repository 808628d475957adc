package io.semimeta.submit;

import io.semimeta.UserError;
import io.semimeta.cluster.SparkMaster;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.util.DependencyUtils;
import scala.Option;

/**
 * Fetches the packages that spark-submit will find in Ivy's cache then, because it tells of one
 * that is not there by a table and a trace.
 */
final class Packages {
  private static final String NAMES = "spark.jars.packages";
  private static final Pattern MISSING = Pattern.compile("unresolved dependency: ([^;]+);([^:]+)");

  private Packages() {}

  /**
   * Returns the packages that spark-submit fetches on this machine, before the driver starts: all
   * but those of a driver in a standalone cluster.
   */
  static Optional<String> named(Map<String, String> properties, boolean dryRun) {
    boolean inCluster = "cluster".equals(properties.get("spark.submit.deployMode"));
    boolean standalone =
        new SparkMaster(properties.getOrDefault("spark.master", "")).isStandalone();
    boolean fetchedHere = dryRun || !inCluster || !standalone;
    return Optional.ofNullable(properties.get(NAMES))
        .filter(names -> fetchedHere && !names.isBlank());
  }

  /**
   * Fetches what is not there yet.
   *
   * @throws UserError where a package cannot be had
   */
  static void fetch(String names, Map<String, String> properties) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false);
    try {
      System.setOut(nowhere); // Ivy writes tables, which spark-submit will show again
      System.setErr(nowhere);
      DependencyUtils.resolveMavenDependencies(
          true,
          properties.get("spark.jars.excludes"),
          names,
          properties.get("spark.jars.repositories"),
          properties.get("spark.jars.ivy"),
          Option.apply(properties.get("spark.jars.ivySettings")));
    } catch (Exception e) { // SparkException is checked, but Scala does not declare it
      throw new UserError(
          "--packages %s: %s; check its name (GROUP:NAME:VERSION) and the network, or name where it is by --repositories"
              .formatted(names, reason(e)),
          e);
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  private static String reason(Exception failure) {
    String text = UserError.oneLine(String.valueOf(failure.getMessage()));
    String missing =
        MISSING
            .matcher(text)
            .results()
            .map(Packages::coordinates)
            .distinct()
            .collect(Collectors.joining(", "));
    return missing.isEmpty() ? text : missing + " not found";
  }

  private static String coordinates(MatchResult found) {
    return found.group(1).replace('#', ':') + ":" + found.group(2);
  }
}
