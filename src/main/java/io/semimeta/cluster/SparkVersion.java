package io.semimeta.cluster;

import io.semimeta.UserError;
import io.semimeta.Versions;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Refuses a Spark that the program was not built for. */
public final class SparkVersion {
  private static final Pattern CORE =
      Pattern.compile("spark-core_(\\d+\\.\\d+)-(\\d+\\.\\d+.*)\\.jar");

  private SparkVersion() {}

  /**
   * Checks the Spark of this JVM.
   *
   * @throws UserError naming its version and those that would do
   */
  public static void require() {
    require(
        org.apache.spark.package$.MODULE$.SPARK_VERSION(),
        scala.util.Properties$.MODULE$.versionNumberString(),
        Versions.current());
  }

  /**
   * Checks an installation of Spark without loading a class of it.
   *
   * @throws UserError naming its version and those that would do, or where there is no Spark
   */
  public static void require(Path sparkHome) throws IOException {
    try (DirectoryStream<Path> jars =
        Files.newDirectoryStream(sparkHome.resolve("jars"), "spark-core_*.jar")) {
      for (Path jar : jars) {
        Matcher name = CORE.matcher(jar.getFileName().toString());
        if (name.matches()) {
          require(name.group(2), name.group(1) + ".0", Versions.current());
          return;
        }
      }
    } catch (NotDirectoryException | NoSuchFileException e) {
      throw new UserError("SPARK_HOME %s: holds no folder jars".formatted(sparkHome), e);
    }
    throw new UserError("SPARK_HOME %s: holds no jars/spark-core_*.jar".formatted(sparkHome));
  }

  public static void require(String spark, String scala, Versions built) {
    if (part(spark, 0) < 3 || (part(spark, 0) == 3 && part(spark, 1) < 5)) {
      throw new UserError(
          "this is Spark %s; SemiMeta needs 3.5 or 4.1: set SPARK_HOME to one".formatted(spark));
    }
    boolean same =
        part(spark, 0) == part(built.spark(), 0)
            && part(spark, 1) >= part(built.spark(), 1)
            && scala.startsWith(built.scala() + ".");
    if (!same) {
      throw new UserError(
          "this is Spark %s with Scala %s, but the jar was built for Spark %s with Scala %s; set SPARK_HOME to such a one, or use bin/semimeta, which builds the jar that fits"
              .formatted(spark, scala, built.spark(), built.scala()));
    }
  }

  private static int part(String version, int index) {
    return Integer.parseInt(version.split("[.-]", -1)[index]);
  }
}
