package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.cli.line.SubmitOptions;
import io.semimeta.cluster.Resources;
import io.semimeta.cluster.SparkMaster;
import io.semimeta.distributed.ListeningSockets;
import io.semimeta.submit.Submit;
import io.semimeta.submit.SubmitCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On executors of their own, as bin/semimeta submits it: with conf/secure.conf, and without. */
class SecurityIT {
  private static final Path SPARK_HOME = Path.of(System.getenv("SPARK_HOME"));
  private static final String AUTHENTICATE = "-Dspark.authenticate=true";
  private static final String SECRET = "only-this-test-knows-7f3a9c";

  @TempDir private Path folder;
  private Path written;
  private Path properties;

  @BeforeEach
  void makeASecret() throws Exception {
    written = Files.createDirectory(folder.resolve("written"));
    String secure = Files.readString(Path.of("conf", "secure.conf"));
    properties =
        Files.writeString(
            folder.resolve("secure.conf"),
            Stream.of("authenticate.secret", "hadoop.fs.s3a.access.key", "hadoop.fs.s3a.secret.key")
                .map(name -> "spark.%s %s\n".formatted(name, SECRET))
                .collect(Collectors.joining("", secure + "\n", "")));
  }

  /** A command whose output, logs and executors' folders are all under {@link #written}. */
  private List<String> command(List<String> spark, String... more) throws Exception {
    List<String> words = new ArrayList<>(spark);
    words.addAll(List.of("train", "--data", "data-prep/fashion-mnist/sample"));
    words.addAll(List.of("--output", written.resolve("out").toString(), "--workers", "2"));
    words.addAll(List.of("--num-label", "40", "--num-valid", "40", "--batch-size", "4"));
    words.addAll(List.of("--width", "0.05", "--total-steps", "40"));
    words.addAll(List.of(more));
    SubmitOptions line = SubmitOptions.parse(words);
    Path run = Files.createDirectory(written.resolve("run"));
    SubmitCommand builder =
        new SubmitCommand(
            Path.of("").toAbsolutePath(),
            Path.of(System.getProperty("semimeta.jar")),
            SPARK_HOME,
            run,
            Optional.of(Resources.of(2)),
            Submit.defaults(line, SPARK_HOME, Map.of()),
            2,
            4096);
    SubmitOptions complete = builder.withMaster(line);
    SparkMaster master = new SparkMaster(complete.properties().get("spark.master"));
    Submit.linkSparkHome(SPARK_HOME, builder.sparkHomeFor(master));
    return builder.build(complete, Optional.empty());
  }

  private Process start(List<String> command) throws Exception {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(written.resolve("said.txt").toFile())
        .start();
  }

  private static int status(Process process) throws Exception {
    if (!process.waitFor(4, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    return process.waitFor();
  }

  private int train(String... more) throws Exception {
    return status(start(command(List.of("--properties-file", properties.toString()), more)));
  }

  private List<Path> files() throws Exception {
    try (Stream<Path> files = Files.walk(written)) {
      // Not through the links to Spark's own files.
      return files.filter(Files::isRegularFile).filter(f -> !Files.isSymbolicLink(f)).toList();
    }
  }

  private boolean anyHolds(String text) throws Exception {
    for (Path file : files()) {
      if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void trainingInTheClearMustBeAllowed() throws Exception {
    int status = train();
    String said = Files.readString(written.resolve("said.txt"));
    assertEquals(2, status, said);
    assertTrue(said.contains("accept that by --allow-unencrypted-gradients"), said);
    assertFalse(Files.exists(written.resolve("out")), "nothing written");
  }

  @Test
  void theSecretIsInNoFile() throws Exception {
    int status = train("--allow-unencrypted-gradients");
    assertEquals(0, status, Files.readString(written.resolve("said.txt")));
    assertTrue(Files.exists(written.resolve("out/result.json")));
    long executors = files().stream().filter(file -> file.endsWith("stderr")).count();
    assertEquals(2, executors, "logs of executors");
    assertTrue(anyHolds("authentication enabled"), "security was on");
    assertFalse(anyHolds(SECRET));
  }

  @Test
  void nobodyElseOnThisMachineTakesPart() throws Exception {
    assertAlone(command(List.of(), "--log-every", "1"));
  }

  /** By spark-submit with the jar, and an environment that says nothing of addresses. */
  @Test
  void norDoesAnyoneWithoutTheScript() throws Exception {
    List<String> command = command(List.of(), "--log-every", "1");
    int address = command.indexOf("SPARK_LOCAL_IP=127.0.0.1");
    command.set(address, "--unset=SPARK_LOCAL_IP");
    command.add(1, command.remove(address)); // before env's assignments
    assertAlone(command);
  }

  /** What the operating system says of a run's processes, until there are figures and the end. */
  private void assertAlone(List<String> command) throws Exception {
    Process process = start(command);
    Set<String> secrets = new HashSet<>();
    Map<Long, Set<String>> listening = new TreeMap<>();
    Set<String> lines = new HashSet<>();
    while (process.isAlive()) {
      for (ProcessHandle one : processes(process)) {
        Path proc = Path.of("/proc", Long.toString(one.pid()));
        try {
          lines.add(Files.readString(proc.resolve("cmdline")).replace('\0', ' '));
          secrets.addAll(secretsIn(Files.readString(proc.resolve("environ"))));
          listening
              .computeIfAbsent(one.pid(), pid -> new HashSet<>())
              .addAll(ListeningSockets.of(one.pid()));
        } catch (IOException | UncheckedIOException e) {
          // It has ended meanwhile.
        }
      }
      Thread.sleep(200);
    }
    assertEquals(0, status(process), Files.readString(written.resolve("said.txt")));

    // A process that was just forked, as for Hadoop's chmod, still has some of its parent's.
    Set<Set<String>> all = new HashSet<>(listening.values());
    Set<Set<String>> owned = new HashSet<>(all);
    owned.removeIf(
        some -> all.stream().anyMatch(more -> !more.equals(some) && more.containsAll(some)));
    assertEquals(3, owned.size(), "the driver and two executors: " + listening);
    for (Set<String> sockets : owned) {
      // Executors: the block manager and Gloo. The driver: master and workers, with their pages.
      assertTrue(sockets.size() >= 2, listening + "");
      for (String socket : sockets) {
        assertTrue(socket.matches("127\\.[0-9.]+:[0-9]+|0:0:0:0:0:0:0:1:[0-9]+"), socket);
      }
    }
    assertTrue(owned.stream().anyMatch(sockets -> sockets.size() >= 8), listening + "");
    assertEquals(1, secrets.size(), "one for all executors, in their environment");
    String secret = secrets.iterator().next();
    assertTrue(secret.matches("[0-9a-f]{64}"), "of the run, made by the program");
    assertEquals(2, lines.stream().filter(line -> line.contains(AUTHENTICATE)).count());
    assertTrue(lines.stream().noneMatch(line -> line.contains(secret)));
    assertFalse(anyHolds(secret));
  }

  private static List<ProcessHandle> processes(Process root) {
    return Stream.concat(Stream.of(root.toHandle()), root.descendants()).toList();
  }

  private static List<String> secretsIn(String environment) {
    String name = "_SPARK_AUTH_SECRET=";
    return Stream.of(environment.split("\0", -1))
        .filter(variable -> variable.startsWith(name))
        .map(variable -> variable.substring(name.length()))
        .toList();
  }
}
