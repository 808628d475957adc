package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** For a cluster that does not exist: whoever tried to start its executors would fail. */
class DryRunIT {
  private static final Path SAMPLE = Path.of("data-prep", "fashion-mnist", "sample");

  @TempDir private Path folder;
  private final List<String> properties = new ArrayList<>();

  private void set(Map<String, String> settings) {
    settings.forEach(
        (name, value) -> {
          System.setProperty(name, value);
          properties.add(name);
        });
  }

  /** Set by whoever submits to YARN as the documents say. */
  private void setAll() {
    set(
        Map.of(
            "spark.master", "yarn",
            "spark.executor.instances", "2",
            "spark.executor.cores", "4",
            "spark.task.cpus", "4",
            "spark.executor.memory", "1024m",
            "spark.executor.memoryOverhead", "2048m",
            "spark.task.reaper.enabled", "true"));
  }

  @AfterEach
  void clear() {
    properties.forEach(System::clearProperty);
  }

  private LocalRun.Outcome run(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("train", "--dry-run", "--workers", "2", "--num-label", "40", "--width", "0.1"));
    args.addAll(List.of("--output", folder.resolve("out").toString(), "--total-steps", "9"));
    args.addAll(List.of("--data", SAMPLE.toString()));
    LocalRun.Outcome outcome = LocalRun.run(args, more);
    assertFalse(Files.exists(folder.resolve("out")), "nothing written");
    return outcome;
  }

  @Test
  void settingsAndMemoryArePrinted() {
    setAll();
    LocalRun.Outcome outcome = run("--cores-per-worker", "4", "--memory-per-worker", "3g");
    assertEquals("", outcome.err());
    assertEquals(0, outcome.status());
    for (String words :
        List.of("spark.executor.instances=2", "spark.task.cpus=4", "memory ", "2 ranks of 128")) {
      assertTrue(outcome.out().contains(words), outcome.out());
    }
    assertTrue(outcome.out().endsWith("nothing was started or written\n"), outcome.out());
  }

  @Test
  void aContradictionIsSaid() {
    setAll();
    LocalRun.Outcome outcome = run("--cores-per-worker", "8");
    assertEquals(0, outcome.status());
    assertEquals(
        "semimeta: --cores-per-worker 8, but Spark's settings say 4: the latter holds\n",
        outcome.err());
  }

  @Test
  void whatIsWrongIsRefused() {
    set(Map.of("spark.master", "yarn", "spark.task.reaper.enabled", "true"));
    run("--cores-per-worker", "4").assertOneLine(2, "set spark.executor.cores=4");
    run("--memory-per-worker", "4g").assertOneLine(2, "spark.executor.memoryOverhead=3072m");
    run("--workers", "3").assertOneLine(2, "spark.executor.instances is 2; set it to 3");
    run("--width", "1").assertOneLine(2, "too little memory: spark.executor.memoryOverhead gives");
    setAll();
    run("--data", folder.resolve("none").toString()).assertOneLine(2, "no such file or folder");
    run("--num-label", "10001").assertOneLine(2, "--num-label 10001: only 10000");
    set(Map.of("spark.executor.instances", "41"));
    run("--workers", "41").assertOneLine(2, "--workers 41: there are only 40 labelled images");
    run("--resume").assertOneLine(2, "--resume: there is no checkpoint in ");
    set(Map.of("spark.submit.deployMode", "cluster"));
    run().assertOneLine(2, "--dry-run needs --deploy-mode client");
  }
}
