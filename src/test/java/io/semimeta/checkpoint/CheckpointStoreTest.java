package io.semimeta.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semimeta.HeardLog;
import io.semimeta.OutputException;
import io.semimeta.UserError;
import io.semimeta.files.FullDisk;
import io.semimeta.recordio.FaultyFileSystem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import org.apache.commons.codec.digest.DigestUtils;
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
    FullDisk.files = "";
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
    assertEquals(OptionalLong.empty(), store.best());
    store.write(Checkpoints.of(10));
    assertEquals(OptionalLong.of(10), store.best());
    store.write(Checkpoints.withBest(20, 10));
    assertEquals(OptionalLong.of(10), store.best());
    store.keep(1, Set.of());
    UserError error = assertThrows(UserError.class, store::best);
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
    assertEquals(ten, CheckpointStore.resolve(output.toString(), conf));
    assertEquals(ten, CheckpointStore.resolve(folder(10) + "/", conf));
    assertEquals(
        new Path(folder(20).toUri().toString()),
        CheckpointStore.resolve(folder(20).toUri().toString(), conf));
    java.nio.file.Path copied = Files.move(folder(10), output.resolve("my-best"));
    Path resolved = CheckpointStore.resolve(copied.toString(), conf);
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
    UserError error = assertThrows(UserError.class, () -> CheckpointStore.resolve(uri, conf));
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
      assertEquals(step, CheckpointStore.resolve(meant, plain).toUri().getPath(), meant);
    }
    assertMeansNone(step + "/model.safetensors", ": is a file; name its folder, file:" + step);
    assertMeansNone(output.toString(), "; name one of the runs in it: run");
    assertMeansNone(output + "/none", ": no such folder");
  }

  private static void assertMeansNone(String uri, String end) {
    UserError error =
        assertThrows(UserError.class, () -> CheckpointStore.resolve(uri, new Configuration()));
    assertTrue(error.getMessage().endsWith(end), error.getMessage());
  }

  private void damage(long step, String name) throws IOException {
    java.nio.file.Path file = folder(step).resolve(name);
    byte[] content = Files.readAllBytes(file);
    content[content.length - 1] ^= 4;
    Files.write(file, content);
  }

  private void cut(long step, String name) throws IOException {
    java.nio.file.Path file = folder(step).resolve(name);
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 20));
  }

  /** One to five, of which the first alone is sound. */
  private void writeFiveAndDamageFour() throws IOException {
    for (long step = 1; step <= 5; step++) {
      store.write(Checkpoints.of(step));
    }
    Files.delete(folder(2).resolve("MANIFEST"));
    Files.delete(folder(3).resolve("optimizer.safetensors"));
    cut(4, "MANIFEST");
    damage(5, "model.safetensors");
  }

  private static final List<String> FOUR =
      List.of(
          "step-00000002: unfinished, it has no MANIFEST",
          "step-00000003: optimizer.safetensors: missing from the checkpoint",
          "step-00000004: MANIFEST: half-written or damaged",
          "step-00000005: model.safetensors: damaged: its SHA-256 is not the one in MANIFEST");

  @Test
  void everyUnsoundCheckpointIsNamedOnce() throws IOException {
    writeFiveAndDamageFour();
    List<String> lines;
    try (HeardLog log = new HeardLog(CheckpointStore.class)) {
      assertEquals(1, store.readLatest().orElseThrow().step());
      assertEquals(
          1, new CheckpointStore(new Path(output.toUri()), conf).readLatest().get().step());
      store.committed();
      lines = log.lines();
    }
    String where = " in " + store.root();
    assertEquals(
        FOUR.stream().map(one -> "WARN passing over the checkpoint " + one + where).toList(),
        lines);
  }

  @Test
  void whereNoneIsSoundAllAreNamed() throws IOException {
    writeFiveAndDamageFour();
    damage(1, "state.json");
    UserError error = assertThrows(UserError.class, store::readLatest);
    assertOneLine("all", error);
    FOUR.forEach(one -> assertTrue(error.getMessage().contains(one), error.getMessage()));
    assertTrue(error.getMessage().contains("step-00000001: state.json: "), error.getMessage());
    assertTrue(error.getMessage().endsWith("or move that folder away"), error.getMessage());
    FoundCheckpoints found = store.look();
    assertFalse(found.isEmpty() || found.isBeginning());
  }

  /** A writer that died costs nothing that was done, however far it came. */
  @Test
  void unfinishedOnesAloneAreABeginning() throws IOException {
    store.write(Checkpoints.of(1));
    Files.write(folder(1).resolve("MANIFEST"), new byte[0]);
    for (String file : List.of("MANIFEST", "state.json", "model.safetensors")) {
      assertEquals(Optional.empty(), store.readLatest());
      assertTrue(store.look().isBeginning());
      assertFalse(store.look().isEmpty());
      Files.delete(folder(1).resolve(file));
    }
    unresolved(output.toString(), "no complete checkpoint in it: step-00000001: unfinished");
  }

  @Test
  void aDamagedCheckpointTakesNoSoundOnesPlace() throws IOException {
    for (long step : new long[] {10, 20, 30, 40, 50}) {
      store.write(Checkpoints.of(step));
    }
    damage(50, "model.safetensors");
    cut(40, "state.json");
    CheckpointStore later = new CheckpointStore(new Path(output.toUri()), conf);
    later.keep(2, Set.of());
    assertFalse(Files.exists(folder(10)));
    for (long step : new long[] {20, 30}) {
      assertEquals(step, later.read(step).step(), "sound, and it stays");
    }
    assertTrue(Files.exists(folder(50)) && Files.exists(folder(40)), "newer, to be looked at");
    later.write(Checkpoints.of(60));
    later.write(Checkpoints.of(70));
    later.keep(2, Set.of());
    assertEquals(List.of(60L, 70L), later.committed());
    assertFalse(Files.exists(folder(40)), "it has had its time");
  }

  /** The half-written one takes the room that the next needs. */
  @Test
  void aFullDiskLeavesWhatWasSound() throws IOException {
    CheckpointStore full =
        new CheckpointStore(new Path("full:" + output), FullDisk.configure(new Configuration()));
    full.write(Checkpoints.of(1));
    for (String file : FILES) {
      FullDisk.files = ".*step-00000002/" + file;
      OutputException failure =
          assertThrows(OutputException.class, () -> full.write(Checkpoints.of(2)));
      FullDisk.files = "";
      assertEquals(
          "full:" + folder(2) + "/" + file + ": no space left on device; make room there",
          failure.getMessage());
      assertFalse(Files.exists(folder(2)), file);
      assertEquals(1, full.readLatest().orElseThrow().step());
    }
    full.write(Checkpoints.of(2));
    assertEquals(2, full.readLatest().orElseThrow().step());
  }

  /** MANIFEST may vouch for what a person wrote. */
  @Test
  void aStateThatIsNoObjectIsNamed() throws Exception {
    store.write(Checkpoints.of(1));
    for (String content : List.of("null", "[1]", "{")) {
      byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
      ObjectNode manifest =
          (ObjectNode) new ObjectMapper().readTree(folder(1).resolve("MANIFEST").toFile());
      ((ObjectNode) manifest.path("files").path("state.json"))
          .put("bytes", bytes.length)
          .put("sha256", DigestUtils.sha256Hex(bytes));
      Files.write(folder(1).resolve("state.json"), bytes);
      Files.writeString(folder(1).resolve("MANIFEST"), manifest.toString());
      UserError error = assertThrows(UserError.class, () -> store.read(1));
      assertTrue(error.getMessage().contains("/state.json: no JSON"), error.getMessage());
    }
  }
}
