package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.semimeta.comparison.LeftRuns;
import io.semimeta.files.FullDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code compare} on folders that hold the small files of runs; it needs no Spark session. */
class CompareCommandTest {
  @TempDir private Path folder;

  @BeforeEach
  void makeRuns() throws IOException {
    LocalRun.setSpark();
    LeftRuns left = new LeftRuns(folder.resolve("all"));
    for (int seed = 0; seed < 3; seed++) {
      left.run("seed-" + seed + "/both", seed, 0.31 + 0.01 * seed, null);
      left.run("seed-" + seed + "/control", seed, 0.33, null, "--method", "pseudo-label");
    }
  }

  @AfterEach
  void clear() {
    LocalRun.clearSpark();
  }

  private LocalRun.Outcome compare(String... more) {
    List<String> line = new ArrayList<>(List.of("compare"));
    line.addAll(List.of(more));
    return LocalRun.run(line);
  }

  @Test
  void theTerminalShowsGroupsAndDifferences() throws IOException {
    Path page = folder.resolve("c.html");
    Path json = folder.resolve("c.json");
    LocalRun.Outcome outcome =
        compare(folder + "/all", "--output", page.toString(), "--json", json.toString());
    assertEquals("", outcome.err());
    assertEquals(0, outcome.status());
    List<String> lines =
        outcome.out().lines().map(line -> line.replaceAll(" +", " ").strip()).toList();
    assertEquals(
        List.of(
            "runs test error deviation interval n seconds --method",
            "both 32.00 % 1.00 % 29.52 % to 34.48 % 3 61 semimeta",
            "control 33.00 % 0.00 % 33.00 % to 33.00 % 3 61 pseudo-label",
            "",
            "difference mean std. error interval n",
            "control - both +1.00 0.58 -1.48 to +3.48 3"),
        lines.subList(0, 6));
    assertTrue(Files.readString(page).startsWith("<!DOCTYPE html>"));
    assertEquals(2, new ObjectMapper().readTree(json.toFile()).get("groups").size());
  }

  @Test
  void aFullDiskLeavesTheOldPage() throws IOException {
    Path page = Files.writeString(folder.resolve("c.html"), "old");
    String setting = "spark.hadoop.fs.full.impl";
    System.setProperty(setting, FullDisk.class.getName());
    FullDisk.files = ".*c.html.*";
    try {
      compare(folder + "/all", "--output", "full:" + page)
          .assertOneLine(1, ": no space left on device");
    } finally {
      FullDisk.files = "";
      System.clearProperty(setting);
    }
    assertEquals("old", Files.readString(page));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(2, files.count(), "the runs and the page");
    }
  }

  @Test
  void badInputIsOneLineAndNothingIsWritten() throws IOException {
    Path page = folder.resolve("c.html");
    compare(folder + "/none", "--output", page.toString())
        .assertOneLine(2, "none: no such file or folder");
    Files.createDirectories(folder.resolve("empty"));
    compare(folder + "/empty", "--output", page.toString())
        .assertOneLine(2, "is no run and holds none");
    compare(folder + "/all", folder + "/all/seed-0/both", "--output", page.toString())
        .assertOneLine(2, "is there twice");
    compare(folder + "/all", "--data", folder.toString(), "--output", page.toString())
        .assertOneLine(2, "is no prepared data set");
    compare(folder + "/all", "--output", folder.toString()).assertOneLine(2, "is a folder");
    compare(folder + "/all", "--json", folder.toString()).assertOneLine(2, "is a folder");
    assertFalse(Files.exists(page));
  }
}
