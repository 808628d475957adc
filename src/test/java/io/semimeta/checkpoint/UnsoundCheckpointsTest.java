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
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints that no run can go on from: by damage, by a writer that died, by a full disk. */
class UnsoundCheckpointsTest {
  private static final List<String> FILES =
      List.of("model.safetensors", "optimizer.safetensors", "state.json", "MANIFEST");

  @TempDir java.nio.file.Path output;
  private final Configuration conf = FullDisk.configure(new Configuration());
  private CheckpointStore store;

  @BeforeEach
  void open() throws IOException {
    store = new CheckpointStore(new Path(output.toUri()), conf);
  }

  @AfterEach
  void makeRoom() {
    FullDisk.files = "";
  }

  private java.nio.file.Path folder(long step) {
    return output.resolve(String.format(Locale.ROOT, "checkpoints/step-%08d", step));
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
    String where = " in " + store.folder(0).getParent();
    assertEquals(
        FOUR.stream().map(one -> "WARN passing over the checkpoint " + one + where).toList(),
        lines);
  }

  @Test
  void whereNoneIsSoundAllAreNamed() throws IOException {
    writeFiveAndDamageFour();
    damage(1, "state.json");
    UserError error = assertThrows(UserError.class, store::readLatest);
    assertFalse(error.getMessage().contains("\n"), error.getMessage());
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
    UserError error =
        assertThrows(UserError.class, () -> MeantCheckpoint.resolve(output.toString(), conf));
    assertTrue(
        error.getMessage().contains("no complete checkpoint in it: step-00000001: unfinished"),
        error.getMessage());
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
    CheckpointStore full = new CheckpointStore(new Path("full:" + output), conf);
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
