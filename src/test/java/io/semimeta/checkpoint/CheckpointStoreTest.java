package io.semimeta.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.recordio.FaultyFileSystem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
  private static final List<String> FILES =
      List.of("model.safetensors", "optimizer.safetensors", "state.json", "MANIFEST");

  @TempDir java.nio.file.Path output;
  private final Configuration conf = ObjectStoreLikeFileSystem.configuration();
  private CheckpointStore store;

  @BeforeEach
  void open() throws IOException {
    store = new CheckpointStore(new Path(output.toUri()), conf);
  }

  @AfterEach
  void heal() {
    ObjectStoreLikeFileSystem.bytesLeft = Long.MAX_VALUE;
  }

  @Test
  void roundTripLeavesFourFilesAndNoLitter() throws IOException {
    assertEquals(Optional.empty(), store.readLatest());
    store.write(Checkpoints.of(120));
    assertEquals(Checkpoints.of(120), store.read(120));
    assertEquals(Optional.of(Checkpoints.of(120)), store.readLatest());
    assertEquals(Checkpoints.of(120), CheckpointStore.readFolder(store.folder(120), conf));
    try (Stream<java.nio.file.Path> files = Files.list(folder(120))) {
      assertEquals(
          Set.copyOf(FILES), Set.copyOf(files.map(file -> file.getFileName().toString()).toList()));
    }
  }

  /** A writer that dies within any file leaves the step before as the newest. */
  @Test
  void deathInAnyFileLeavesThePreviousCheckpoint() throws IOException {
    CheckpointStore dying =
        new CheckpointStore(new Path("fault://" + output.toUri().getPath()), conf);
    dying.write(Checkpoints.of(1));
    dying.write(Checkpoints.of(2));
    int total = 0;
    Set<Integer> deaths = new TreeSet<>();
    for (String file : FILES) {
      int size = (int) Files.size(folder(2).resolve(file));
      for (int byteOfFile = 0; byteOfFile < size; byteOfFile += 7) {
        deaths.add(total + byteOfFile);
      }
      total += size;
      deaths.add(total - 1);
    }
    Files.delete(folder(2).resolve("MANIFEST"));
    for (int bytes : deaths) {
      ObjectStoreLikeFileSystem.bytesLeft = bytes;
      assertThrows(IOException.class, () -> dying.write(Checkpoints.of(2)));
      assertEquals(List.of(1L), dying.committed(), "after " + bytes + " bytes");
      assertEquals(Checkpoints.of(1), dying.readLatest().orElseThrow());
    }
    ObjectStoreLikeFileSystem.bytesLeft = total;
    dying.write(Checkpoints.of(2));
    assertEquals(Checkpoints.of(2), dying.readLatest().orElseThrow(), "over the leftover");
  }

  @Test
  void everyFlippedByteIsFound() throws IOException {
    store.write(Checkpoints.of(1));
    store.write(Checkpoints.of(2));
    for (String name : FILES) {
      java.nio.file.Path file = folder(2).resolve(name);
      byte[] sound = Files.readAllBytes(file);
      for (int i = 0; i < sound.length; i++) {
        byte[] damaged = sound.clone();
        damaged[i] ^= (byte) (1 << i % 8);
        Files.write(file, damaged);
        String at = name + " byte " + i;
        assertOneLine(at, assertThrows(UserError.class, () -> store.read(2), at));
        assertEquals(1, store.readLatest().orElseThrow().step(), at);
      }
      Files.write(file, sound);
    }
    assertEquals(2, store.readLatest().orElseThrow().step());
  }

  @Test
  void truncatedOrMissingFileIsNotCommitted() throws IOException {
    store.write(Checkpoints.of(1));
    for (String name : FILES) {
      store.write(Checkpoints.of(2));
      java.nio.file.Path file = folder(2).resolve(name);
      byte[] sound = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(sound, sound.length / 2));
      assertEquals(List.of(1L), store.committed(), name);
      assertOneLine(name, assertThrows(UserError.class, () -> store.read(2)));
      Files.delete(file);
      assertEquals(List.of(1L), store.committed(), name);
      assertOneLine(name, assertThrows(UserError.class, () -> store.read(2)));
      assertEquals(1, store.readLatest().orElseThrow().step());
    }
  }

  @Test
  void saysSoWhenAllAreDamaged() throws IOException {
    store.write(Checkpoints.of(1));
    Files.writeString(folder(1).resolve("state.json"), damaged(folder(1).resolve("state.json")));
    UserError error = assertThrows(UserError.class, store::readLatest);
    assertTrue(error.getMessage().contains("state.json: damaged"), error.getMessage());
  }

  @Test
  void keepsTheNewestAndTheBest() throws IOException {
    for (long step : new long[] {10, 20, 30, 40, 50}) {
      store.write(Checkpoints.of(step));
    }
    Files.delete(folder(30).resolve("MANIFEST"));
    store.keep(2, Set.of(10L));
    assertEquals(List.of(10L, 40L, 50L), store.committed());
    assertFalse(Files.exists(folder(20)));
    assertFalse(Files.exists(folder(30)), "an old leftover goes too");
    store.keep(1, Set.of());
    assertEquals(List.of(50L), store.committed());
  }

  /** Else a damaged newest checkpoint would outlive the sound ones that follow it. */
  @Test
  void goingBackRemovesLaterSteps() throws IOException {
    store.write(Checkpoints.of(10));
    store.write(Checkpoints.of(30));
    java.nio.file.Path model = folder(30).resolve("state.json");
    Files.writeString(model, damaged(model));
    assertEquals(10, store.readLatest().orElseThrow().step());
    store.write(Checkpoints.of(20));
    store.keep(1, Set.of());
    assertEquals(20, store.readLatest().orElseThrow().step());
    assertFalse(Files.exists(folder(30)));
  }

  @Test
  void bestIsWhatTheNewestStateSays() throws IOException {
    assertEquals(OptionalLong.empty(), MeantCheckpoint.best(store));
    store.write(Checkpoints.of(10));
    assertEquals(OptionalLong.of(10), MeantCheckpoint.best(store));
    store.write(Checkpoints.withBest(20, 10));
    assertEquals(OptionalLong.of(10), MeantCheckpoint.best(store));
    store.keep(1, Set.of());
    UserError error = assertThrows(UserError.class, () -> MeantCheckpoint.best(store));
    assertTrue(error.getMessage().contains("best step 10 is missing"), error.getMessage());
  }

  @Test
  void resolvesStepFoldersAndOutputs() throws IOException {
    unresolved(output.toString(), "neither a step folder nor a training output");
    Files.createDirectories(output.resolve("checkpoints"));
    unresolved(output.toString(), "no complete checkpoint in it yet");
    store.write(Checkpoints.of(10));
    store.write(Checkpoints.withBest(20, 10));
    Path ten = new Path(folder(10).toUri().toString());
    assertEquals(ten, MeantCheckpoint.resolve(output.toString(), conf));
    assertEquals(ten, MeantCheckpoint.resolve(folder(10) + "/", conf));
    assertEquals(
        new Path(folder(20).toUri().toString()),
        MeantCheckpoint.resolve(folder(20).toUri().toString(), conf));
    java.nio.file.Path copied = Files.move(folder(10), output.resolve("my-best"));
    Path resolved = MeantCheckpoint.resolve(copied.toString(), conf);
    assertEquals(10, CheckpointStore.readFolder(resolved, conf).step());

    Files.delete(folder(20).resolve("MANIFEST"));
    unresolved(folder(20).toString(), "no MANIFEST");
    unresolved(output.resolve("nowhere").toString(), "no such folder");
    unresolved("nonsense://host/x", "not a usable path");
    unresolved("", "not a usable path");
  }

  @Test
  void folderOfAnotherStepIsRefused() throws IOException {
    store.write(Checkpoints.of(10));
    Files.move(folder(10), folder(11));
    UserError error = assertThrows(UserError.class, () -> store.read(11));
    assertTrue(error.getMessage().contains("is of step 10"), error.getMessage());
  }

  private void unresolved(String uri, String reason) {
    UserError error = assertThrows(UserError.class, () -> MeantCheckpoint.resolve(uri, conf));
    assertTrue(error.getMessage().contains(reason), error.getMessage());
    assertOneLine(uri, error);
  }

  private static void assertOneLine(String where, UserError error) {
    assertFalse(error.getMessage().contains("\n"), where + ": " + error.getMessage());
  }

  /** The same length, one digit changed. */
  private static String damaged(java.nio.file.Path state) throws IOException {
    return Files.readString(state).replace("7", "8");
  }

  private java.nio.file.Path folder(long step) {
    return output.resolve(String.format(Locale.ROOT, "checkpoints/step-%08d", step));
  }

  /** The run goes back to the newest that is sound. */
  @Test
  void tensorsThatAreNotFiniteAreDamage() throws IOException {
    store.write(Checkpoints.of(1));
    Checkpoint second = Checkpoints.of(2);
    store.write(
        new Checkpoint(
            2, second.model(), Map.of("spoilt", Checkpoints.floats(1, Float.NaN)), second.state()));
    UserError error = assertThrows(UserError.class, () -> store.read(2));
    assertTrue(
        error
            .getMessage()
            .endsWith("optimizer.safetensors: tensor 'spoilt' holds NaN or infinite values"),
        error.getMessage());
    assertEquals(1, store.readLatest().orElseThrow().step());
  }

  /** Taken for missing, a run would begin over it. */
  @Test
  void aManifestThatMayNotBeReadIsThere() throws IOException {
    store.write(Checkpoints.of(1));
    Configuration conf = FaultyFileSystem.configure(new Configuration());
    CheckpointStore forbidden = new CheckpointStore(new Path("faulty:" + output), conf);
    FaultyFileSystem.failNext(
        "MANIFEST", new FileNotFoundException("/o/MANIFEST (Permission denied)"));
    assertThrows(IOException.class, forbidden::committed);
  }

  @Test
  void whatAUserMeansByACheckpoint() throws IOException {
    Configuration plain = new Configuration();
    new CheckpointStore(new Path(output + "/run"), plain).write(Checkpoints.of(1));
    String checkpoints = output + "/run/checkpoints";
    String step = checkpoints + "/step-00000001";
    for (String meant : List.of(output + "/run", checkpoints, step)) {
      assertEquals(step, MeantCheckpoint.resolve(meant, plain).toUri().getPath(), meant);
    }
    assertMeansNone(step + "/model.safetensors", ": is a file; name its folder, file:" + step);
    assertMeansNone(output.toString(), "; name one of the runs in it: run");
    assertMeansNone(output + "/none", ": no such folder");
  }

  private static void assertMeansNone(String uri, String end) {
    UserError error =
        assertThrows(UserError.class, () -> MeantCheckpoint.resolve(uri, new Configuration()));
    assertTrue(error.getMessage().endsWith(end), error.getMessage());
  }
}
