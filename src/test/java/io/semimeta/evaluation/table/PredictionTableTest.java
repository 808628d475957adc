package io.semimeta.evaluation.table;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.OutputException;
import io.semimeta.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PredictionTableTest {
  private static final String LOCAL = "file";
  private static final String STORE = "moving";
  private static final List<String> OLD = List.of("_SUCCESS", "part-old");

  @TempDir private Path folder;
  private final Configuration conf = MovingFileSystem.configuration();

  @BeforeEach
  @AfterEach
  void failNoMore() {
    MovingFileSystem.failNext(null);
  }

  private PredictionTable table(String scheme, Mode mode) {
    return new PredictionTable(
        new org.apache.hadoop.fs.Path(scheme + ":" + folder + "/out"), mode, conf);
  }

  private static Path local(org.apache.hadoop.fs.Path path) {
    return Path.of(path.toUri().getPath());
  }

  private static PredictionTable begun(PredictionTable table, String... names) throws IOException {
    table.begin();
    for (String name : names) {
      Files.createFile(local(table.unfinished()).resolve(name));
    }
    return table;
  }

  private PredictionTable finished(String scheme, Mode mode) throws IOException {
    return begun(table(scheme, mode), "part-1", "part-2", "_SUCCESS");
  }

  private void oldTable() throws IOException {
    Files.createDirectory(folder.resolve("out"));
    for (String name : OLD) {
      Files.createFile(folder.resolve("out").resolve(name));
    }
  }

  private static List<String> names(Path in) throws IOException {
    try (Stream<Path> files = Files.list(in)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private List<String> output() throws IOException {
    return names(folder.resolve("out"));
  }

  private static Runnable lostAfter(int checks) {
    AtomicInteger left = new AtomicInteger(checks);
    return () -> {
      if (left.getAndDecrement() == 0) {
        throw new UserError("taken over");
      }
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {LOCAL, STORE})
  void aRunThatStoodStillTouchesNothingOfItsSuccessors(String scheme) throws IOException {
    PredictionTable late = finished(scheme, Mode.OVERWRITE);
    PredictionTable next = table(scheme, Mode.OVERWRITE);
    next.clear();
    assertEquals(List.of(), names(folder), "what it left is gone");
    begun(next, "part-3");
    assertThrows(IOException.class, () -> late.publish(() -> {}));
    late.end();
    next.publish(() -> {});
    next.end();
    assertEquals(List.of("part-3"), output());
    assertEquals(List.of("out"), names(folder));
  }

  @Test
  void onlyThisOutputsRemainsAreCleared() throws IOException {
    String run = UUID.randomUUID().toString();
    List<String> others =
        Stream.of(
                ".out.semimeta.lease",
                ".out.semimeta.mine." + run + ".tmp",
                ".outer.semimeta." + run + ".tmp",
                "out.semimeta." + run + ".tmp")
            .sorted()
            .toList();
    for (String name : others) {
      Files.createDirectory(folder.resolve(name));
    }
    finished(LOCAL, Mode.APPEND);
    table(LOCAL, Mode.APPEND).clear();
    assertEquals(others, names(folder));
  }

  @ParameterizedTest
  @CsvSource({
    "file, ERRORIFEXISTS, _SUCCESS part-1 part-2",
    "moving, ERRORIFEXISTS, _SUCCESS part-1 part-2",
    "file, OVERWRITE, _SUCCESS part-1 part-2",
    "moving, OVERWRITE, _SUCCESS part-1 part-2",
    "file, APPEND, _SUCCESS part-1 part-2 part-old",
    "moving, APPEND, _SUCCESS part-1 part-2 part-old"
  })
  void aTableIsPublished(String scheme, Mode mode, String expected) throws IOException {
    if (mode != Mode.ERRORIFEXISTS) {
      oldTable();
    }
    PredictionTable table = finished(scheme, mode);
    table.publish(() -> {});
    table.end();
    assertEquals(List.of(expected.split(" ", -1)), output());
    assertEquals(List.of("out"), names(folder));
  }

  @ParameterizedTest
  @CsvSource({"file, APPEND", "moving, APPEND", "moving, OVERWRITE"})
  void filesThatWereMovedGoAgainWhereTheLeaseIsLost(String scheme, Mode mode) throws IOException {
    oldTable();
    for (int checks = 0; checks < 4; checks++) {
      PredictionTable table = finished(scheme, mode);
      Runnable lost = lostAfter(checks);
      assertThrows(UserError.class, () -> table.publish(lost));
      table.end();
      assertEquals(OLD, output(), checks + " checks");
      assertEquals(List.of("out"), names(folder));
    }
  }

  @ParameterizedTest
  @CsvSource({"APPEND", "OVERWRITE"})
  void aStoreThatGoesAwayLeavesTheOldTable(Mode mode) throws IOException {
    oldTable();
    PredictionTable table = finished(STORE, mode);
    MovingFileSystem.failNext("part-2");
    assertThrows(IOException.class, () -> table.publish(() -> {}));
    assertEquals(OLD, output());
  }

  @Test
  void aNewTableOnAStoreIsWholeOrNotThere() throws IOException {
    PredictionTable table = finished(STORE, Mode.ERRORIFEXISTS);
    MovingFileSystem.failNext("part-2");
    assertThrows(IOException.class, () -> table.publish(() -> {}));
    table.end();
    assertEquals(List.of(), names(folder));
  }

  @Test
  void anUndoneMoveLeavesAnotherRunsFiles() throws IOException {
    PredictionTable table = finished(STORE, Mode.ERRORIFEXISTS);
    Runnable other =
        () -> {
          if (Files.exists(folder.resolve("out/part-1"))
              || Files.exists(folder.resolve("out/part-2"))) {
            assertDoesNotThrow(() -> Files.createFile(folder.resolve("out/part-other")));
            throw new UserError("taken over");
          }
        };
    assertThrows(UserError.class, () -> table.publish(other));
    assertEquals(List.of("part-other"), output());
  }

  @Test
  void onAStoreOldRowsGoOnlyWhenAllNewOnesAreThere() throws IOException {
    oldTable();
    PredictionTable table = finished(STORE, Mode.OVERWRITE);
    AtomicInteger checks = new AtomicInteger();
    table.publish(
        () -> {
          checks.incrementAndGet();
          assertTrue(Files.exists(folder.resolve("out/part-old")));
        });
    assertEquals(4, checks.get(), "before the first move, each move and the end");

    PredictionTable again = begun(table(STORE, Mode.OVERWRITE), "part-3");
    MovingFileSystem.failNext("part-1");
    OutputException error = assertThrows(OutputException.class, () -> again.publish(() -> {}));
    assertTrue(error.getMessage().endsWith("say --mode overwrite again"), error.getMessage());
    assertTrue(output().contains("part-3"), output().toString());
  }

  @Test
  void anOldTableIsPutBack() throws IOException {
    oldTable();
    PredictionTable table = finished(LOCAL, Mode.OVERWRITE);
    table(LOCAL, Mode.OVERWRITE).clear();
    assertThrows(IOException.class, () -> table.publish(() -> {}));
    assertEquals(OLD, output());

    String killed = ".out.semimeta." + UUID.randomUUID() + ".old";
    Files.move(folder.resolve("out"), folder.resolve(killed));
    table(LOCAL, Mode.OVERWRITE).clear();
    assertEquals(OLD, output(), "the run before was killed between its two renames");
    assertEquals(List.of("out"), names(folder));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "_delta_log/",
        ".git/",
        "_temporary/",
        "part-1/",
        ".hidden",
        "_other",
        "notes.txt"
      })
  void aFolderOfAnythingElseIsRefused(String foreign) throws IOException {
    oldTable();
    for (String name : List.of("_metadata", "_common_metadata", ".part-old.crc")) {
      Files.createFile(folder.resolve("out").resolve(name));
    }
    table(LOCAL, Mode.OVERWRITE).require();
    Path file = folder.resolve("out").resolve(foreign);
    if (foreign.endsWith("/")) {
      Files.createDirectory(file);
    } else {
      Files.createFile(file);
    }
    for (Mode mode : List.of(Mode.OVERWRITE, Mode.APPEND)) {
      UserError error = assertThrows(UserError.class, () -> table(LOCAL, mode).require());
      String name = file.getFileName().toString();
      assertTrue(error.getMessage().contains("holds " + name + ", "), error.getMessage());
    }
  }

  @Test
  void aFullDiskIsTheOutputsOnlyWhereFilesAreWrittenThere() {
    Exception full = new IOException(new IOException("No space left on device"));
    String message = table(LOCAL, Mode.APPEND).fullDisk(full).orElseThrow().getMessage();
    assertTrue(message.endsWith("/out: no space left on device; make room there"), message);
    assertTrue(table(STORE, Mode.APPEND).fullDisk(full).isEmpty());
  }
}
