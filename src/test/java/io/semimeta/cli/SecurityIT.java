package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With conf/secure.conf, on executors of their own, as bin/semimeta submits it. */
class SecurityIT {
  private static final Path SPARK_HOME = Path.of(System.getenv("SPARK_HOME"));
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

  /** Trains; its output, logs and executors' folders are all under {@link #written}. */
  private int train(String... more) throws Exception {
    List<String> words =
        new ArrayList<>(List.of("--properties-file", properties.toString(), "train"));
    words.addAll(List.of("--data", "data-prep/fashion-mnist/sample", "--num-label", "40"));
    words.addAll(List.of("--output", written.resolve("out").toString(), "--workers", "2"));
    words.addAll(List.of("--num-valid", "40", "--batch-size", "4", "--width", "0.05"));
    words.addAll(List.of("--total-steps", "5"));
    words.addAll(List.of(more));
    SubmitOptions line = SubmitOptions.parse(words);
    Path run = Files.createDirectory(written.resolve("run"));
    SubmitCommand builder =
        new SubmitCommand(
            Path.of("").toAbsolutePath(),
            Path.of(System.getProperty("semimeta.jar")),
            SPARK_HOME,
            run,
            Submit.defaults(line, SPARK_HOME, Map.of()),
            2,
            4096);
    SubmitOptions complete = builder.withMaster(line);
    Submit.linkSparkHome(
        SPARK_HOME, builder.sparkHomeFor(complete.properties().get("spark.master")));
    Process process =
        new ProcessBuilder(builder.build(complete, Optional.empty()))
            .redirectErrorStream(true)
            .redirectOutput(written.resolve("said.txt").toFile())
            .start();
    if (!process.waitFor(4, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    return process.waitFor();
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
}
