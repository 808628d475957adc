package io.semimeta.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Looks at each command's line in a JVM of its own, as {@code bin/semimeta} does. Spark's own
 * settings must not be loaded there: they look up this machine's name, and where that is a loopback
 * address, as Debian has it, they log, for which nothing is set up.
 */
class SubmitClassesIT {
  private static final String DATA = "data-prep/fashion-mnist/sample";
  private static final String BEFORE = "src/test/resources/io/semimeta/before";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train --data DATA --output OUT --num-label 40 --total-steps 10",
        "ablate --data DATA --output OUT --num-label 40 --total-steps 10",
        "demo --output OUT",
        "evaluate --checkpoint RUN --data BEFORE",
        "predict --checkpoint RUN --input DATA --output OUT",
        "plot-features --checkpoint RUN --data BEFORE --label-indices RUN/label_indices.txt --perplexity"
            + " 5 --output OUT.svg",
        "report --run RUN --output OUT.html",
        "compare RUN --output OUT.html",
        "benchmark",
        "benchmark step",
        "benchmark loader --data DATA"
      })
  void noneOfSparksSettingsAreLoaded(String words) throws Exception {
    Path classes = folder.resolve("classes");
    List<String> line = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
    line.addAll(List.of("-Xlog:class+load:file=" + classes, "-cp", classPath()));
    line.addAll(List.of(Submit.class.getName(), folder.resolve("plan").toString()));
    String out = folder.resolve("out").toString();
    Stream.of(words.split(" ", -1))
        .map(word -> word.replace("DATA", DATA).replace("OUT", out))
        .map(word -> word.replace("BEFORE", BEFORE + "/data").replace("RUN", BEFORE + "/run"))
        .forEach(line::add);
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().remove("SPARK_LOCAL_IP");
    builder.environment().put("TMPDIR", folder.toString());
    builder.environment().put("SEMIMETA_HOME", "");
    builder.environment().put("SEMIMETA_JAR", System.getProperty("semimeta.jar"));
    builder.environment().put("SEMIMETA_SCRIPT", "bin/semimeta");
    Process submit = builder.start();
    String said = new String(submit.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, submit.waitFor(), said);
    assertTrue(Files.size(folder.resolve("plan")) > 0, said);
    assertEquals(List.of(), loaded(classes, "org.apache.spark.internal.config."));
  }

  private static String classPath() {
    return System.getProperty("semimeta.jar") + ":" + System.getenv("SPARK_HOME") + "/jars/*";
  }

  private static List<String> loaded(Path classes, String begin) throws IOException {
    try (Stream<String> lines = Files.lines(classes)) {
      return lines.filter(line -> line.contains(" " + begin)).toList();
    }
  }
}
