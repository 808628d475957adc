package io.semimeta.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A user's own program under spark-submit: no class path, no Java option and no property but
 * Spark's own, and our jar by {@code --jars} alone.
 */
class ForeignSessionIT {
  @TempDir private Path folder;

  private static Path tests() throws Exception {
    return Path.of(
        ForeignProgram.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /** A jar of the program, and of what it uses of the tests' own. */
  private Path program() throws Exception {
    Path jar = folder.resolve("program.jar");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "jar").toString(),
                "--create",
                "--file=" + jar,
                "-C",
                tests().toString()));
    command.addAll(List.of("io/semimeta/ml", "-C", tests().toString(), "io/semimeta/plan"));
    run(0, command, "jar");
    return jar;
  }

  private String run(int status, List<String> command, String name)
      throws IOException, InterruptedException {
    Path out = folder.resolve(name + ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    if (!process.waitFor(4, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    String said = Files.readString(out);
    assertEquals(status, process.waitFor(), said);
    return said;
  }

  private String submit(int status, String master, int workers, String... conf) throws Exception {
    Path spark = Path.of(System.getenv("SPARK_HOME"));
    List<String> command =
        new ArrayList<>(
            List.of(spark.resolve("bin").resolve("spark-submit").toString(), "--master", master));
    command.addAll(List.of("--class", ForeignProgram.class.getName()));
    command.addAll(List.of("--jars", System.getProperty("semimeta.jar")));
    command.addAll(List.of("--conf", "spark.ui.enabled=false"));
    for (String setting : conf) {
      command.addAll(List.of("--conf", setting));
    }
    String output = folder.resolve("run-" + workers).toString();
    command.addAll(List.of(program().toString(), output, Integer.toString(workers)));
    return run(status, command, "submit-" + workers);
  }

  @Test
  void oneWorkerTrainsInLocalMode() throws Exception {
    submit(0, "local[2]", 1, "spark.dynamicAllocation.enabled=true");
    assertTrue(Files.exists(folder.resolve("run-1/result.json")));
  }

  /** What the program's configuration says of these settings does not hold. */
  @Test
  void twoWorkersTrainInASessionOfOurs() throws Exception {
    submit(
        0,
        "local-cluster[2,1,1024]",
        2,
        "spark.executor.memory=1024m",
        "spark.dynamicAllocation.enabled=true",
        "spark.speculation=true");
    assertTrue(Files.exists(folder.resolve("run-2/result.json")));
  }

  @Test
  void allThatIsMissingIsSaidInOneLine() throws Exception {
    String said =
        submit(1, "local[2]", 2, "spark.serializer=org.apache.spark.serializer.KryoSerializer");
    assertTrue(
        said.contains(
            "UserError: --workers 2 needs as many executors, but the master is local[2]; use"
                + " local-cluster[2,CORES,MEMORY] or a cluster; spark.serializer=org.apache.spark"
                + ".serializer.KryoSerializer: it cannot carry Java's records; leave the setting"
                + " out"),
        said);
  }
}
