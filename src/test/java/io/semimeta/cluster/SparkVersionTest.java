package io.semimeta.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.Versions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkVersionTest {
  private static final Versions FOR_3 = new Versions("1", "3.5.6", "2.12", "2.10");
  private static final Versions FOR_4 = new Versions("1", "4.1.0", "2.13", "2.10");

  @TempDir private Path folder;

  private static String refused(String spark, String scala, Versions built) {
    return assertThrows(UserError.class, () -> SparkVersion.require(spark, scala, built))
        .getMessage();
  }

  @Test
  void theSparksThatWillDo() {
    SparkVersion.require("3.5.0", "2.12.18", FOR_3);
    SparkVersion.require("3.5.7-amzn-0", "2.12.18", FOR_3);
    SparkVersion.require("4.1.1", "2.13.17", FOR_4);
    SparkVersion.require(); // that of the tests
  }

  @Test
  void anOlderSparkIsNamed() {
    assertEquals(
        "this is Spark 3.4.4; SemiMeta needs 3.5 or 4.1: set SPARK_HOME to one",
        refused("3.4.4", "2.12.17", FOR_3));
    assertTrue(refused("2.4.8", "2.12.10", FOR_3).startsWith("this is Spark 2.4.8; "));
  }

  @Test
  void aJarForAnotherSparkIsNamed() {
    assertTrue(
        refused("4.1.0", "2.13.16", FOR_3)
            .startsWith(
                "this is Spark 4.1.0 with Scala 2.13.16, but the jar was built for Spark 3.5.6 with"
                    + " Scala 2.12; "));
    assertTrue(refused("3.5.6", "2.13.8", FOR_3).contains("with Scala 2.13.8, but"));
    assertTrue(refused("4.0.1", "2.13.16", FOR_4).contains("Spark 4.0.1"));
  }

  @Test
  void anInstallationIsKnownByItsJars() throws IOException {
    Path jars = Files.createDirectories(folder.resolve("old/jars"));
    Files.createFile(jars.resolve("spark-core_2.12-3.4.4.jar"));
    UserError error =
        assertThrows(UserError.class, () -> SparkVersion.require(folder.resolve("old")));
    assertTrue(error.getMessage().startsWith("this is Spark 3.4.4; "), error.getMessage());
    for (String none : new String[] {"none", "old/jars"}) {
      error = assertThrows(UserError.class, () -> SparkVersion.require(folder.resolve(none)));
      assertTrue(error.getMessage().startsWith("SPARK_HOME " + folder), error.getMessage());
    }
  }
}
