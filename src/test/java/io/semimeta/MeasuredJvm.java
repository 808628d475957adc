package io.semimeta;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program of the tests' in a JVM of its own, whose heap is resident from the start: what is seen
 * to grow lies outside it.
 */
public final class MeasuredJvm {
  private MeasuredJvm() {}

  /**
   * Runs the program to its end, at most eight minutes.
   *
   * @param heap as {@code -Xmx} takes it
   * @param out file for what it prints
   * @param environment added to this process's
   * @return what it printed, in lines
   */
  public static List<String> run(
      Class<?> program,
      String heap,
      Path out,
      Map<String, String> environment,
      List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms" + heap,
                "-Xmx" + heap,
                "-XX:+AlwaysPreTouch"));
    // Native libraries are where this JVM has them.
    for (String name : List.of("cachedir", "pathsFirst", "platform.linkpath")) {
      String property = "org.bytedeco.javacpp." + name;
      command.add("-D" + property + "=" + System.getProperty(property));
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).redirectOutput(out.toFile()).start();
    if (!process.waitFor(8, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    List<String> lines = Files.readAllLines(out);
    assertEquals(0, process.waitFor(), () -> String.join("\n", lines));
    return lines;
  }
}
