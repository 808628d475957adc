package io.semimeta.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@link NativesProgram} in a JVM of its own, with a home and a temporary folder of the test's. */
final class NativesJvm {
  private final Process process;
  private final Path out;

  private NativesJvm(Process process, Path out) {
    this.process = process;
    this.out = out;
  }

  /**
   * The command that starts it.
   *
   * @param options of the JVM, beside those that name its folders
   */
  static List<String> command(Path home, Path temporary, List<String> options, String mode) {
    return command(home, temporary, options, String.join(File.pathSeparator, classPath()), mode);
  }

  /** The same with another class path. */
  static List<String> command(
      Path home, Path temporary, List<String> options, String classPath, String mode) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-XX:-UsePerfData", // or there is a file in /tmp
                "-Duser.home=" + home,
                "-Djava.io.tmpdir=" + temporary,
                "-Dorg.apache.logging.log4j.level=INFO"));
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, NativesProgram.class.getName(), mode));
    return command;
  }

  /** Of the tests' own, what natives need: JavaCPP looks for each library in each jar. */
  static List<String> classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.endsWith(".jar") || entry.matches(".*(bytedeco|commons|log4j).*"))
        .toList();
  }

  /** Starts a command, whose output goes to a file. */
  static NativesJvm start(List<String> command, Path out) throws IOException {
    return new NativesJvm(
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start(),
        out);
  }

  /** Waits until it is in the midst of unpacking. */
  void awaitHalf(Path place) throws IOException, InterruptedException {
    while (process.isAlive()) {
      if (Files.isDirectory(place)) {
        try (Stream<Path> files = Files.walk(place)) {
          if (files.anyMatch(file -> file.endsWith("libtorch_cpu.so"))) {
            return;
          }
        } catch (java.io.UncheckedIOException e) {
          // A file went away while this looked.
        }
      }
      Thread.sleep(2);
    }
    throw new IllegalStateException(said());
  }

  void signal(String name) throws IOException, InterruptedException {
    String pid = Long.toString(process.pid());
    assertEquals(0, new ProcessBuilder("kill", name, pid).inheritIO().start().waitFor());
  }

  long pid() {
    return process.pid();
  }

  String said() throws IOException {
    return Files.readString(out);
  }

  /** Waits for its end, and returns what it said. */
  String end(int status) throws IOException, InterruptedException {
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    assertEquals(status, process.waitFor(), said());
    return said();
  }

  /** Waits for a good end, with all libraries from this place. */
  String loaded(Path place) throws IOException, InterruptedException {
    String said = end(0);
    assertTrue(said.contains("computed 27000.0"), said);
    List<String> mapped = said.lines().filter(line -> line.startsWith("mapped ")).toList();
    assertFalse(mapped.isEmpty(), said);
    for (String library : mapped) {
      assertTrue(library.startsWith("mapped " + place + "/"), library);
    }
    return said;
  }
}
