package io.semimeta.checkpoint;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semimeta.UserError;
import io.semimeta.files.FileReading;
import io.semimeta.files.WholeFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;

/**
 * One checkpoint on a file system: three files and, written last, the manifest that commits them.
 * Files go straight to their places: object stores have no rename.
 */
final class CheckpointFolder {
  private static final String MODEL = "model.safetensors";
  private static final String OPTIMIZER = "optimizer.safetensors";
  private static final String STATE = "state.json";
  private static final Set<String> FILES = Set.of(MODEL, OPTIMIZER, STATE);
  private static final Map<String, String> PYTORCH = Map.of("format", "pt");
  private static final JsonMapper JSON = new JsonMapper();

  private CheckpointFolder() {}

  static void write(FileSystem fs, Path folder, Checkpoint checkpoint) throws IOException {
    Map<String, Manifest.Entry> files = new LinkedHashMap<>();
    files.put(
        MODEL,
        writeFile(
            fs,
            new Path(folder, MODEL),
            out -> Safetensors.write(out, checkpoint.model(), PYTORCH)));
    files.put(
        OPTIMIZER,
        writeFile(
            fs,
            new Path(folder, OPTIMIZER),
            out -> Safetensors.write(out, checkpoint.optimizer(), PYTORCH)));
    byte[] state = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(checkpoint.state());
    files.put(STATE, writeFile(fs, new Path(folder, STATE), out -> out.write(state)));
    byte[] manifest = new Manifest(Manifest.SCHEMA_VERSION, checkpoint.step(), files).toJson();
    writeFile(fs, new Path(folder, Manifest.FILE_NAME), out -> out.write(manifest));
  }

  private static Manifest.Entry writeFile(FileSystem fs, Path file, WholeFile.Body body)
      throws IOException {
    return WholeFile.named(file, () -> written(fs, file, body));
  }

  private static Manifest.Entry written(FileSystem fs, Path file, WholeFile.Body body)
      throws IOException {
    MessageDigest sha256 = sha256();
    try (FSDataOutputStream out = fs.create(file, true)) {
      try {
        body.writeTo(new DigestOutputStream(out, sha256));
      } catch (IOException | RuntimeException | Error e) {
        WholeFile.abandon(out);
        throw e;
      }
      // Before the marker is written, what it vouches for must be on the disk.
      if (out.hasCapability(StreamCapabilities.HSYNC)) {
        out.hsync();
      }
      return new Manifest.Entry(out.getPos(), HexFormat.of().formatHex(sha256.digest()));
    }
  }

  /** Whether the manifest is sound and the files have its lengths; their bytes are not read. */
  static boolean isCommitted(FileSystem fs, Path folder) throws IOException {
    try {
      Manifest manifest = readManifest(fs, folder);
      Map<String, Long> lengths = new HashMap<>();
      for (FileStatus file : fs.listStatus(folder)) {
        lengths.put(file.getPath().getName(), file.getLen());
      }
      return manifest.files().entrySet().stream()
          .allMatch(file -> lengths.getOrDefault(file.getKey(), -1L) == file.getValue().bytes());
    } catch (UserError | FileNotFoundException e) {
      return false;
    }
  }

  /** Reads the whole checkpoint and compares its checksums. */
  static Checkpoint read(FileSystem fs, Path folder) throws IOException {
    Manifest manifest = readManifest(fs, folder);
    return new Checkpoint(
        manifest.step(),
        readTensors(fs, folder, MODEL, manifest),
        readTensors(fs, folder, OPTIMIZER, manifest),
        readState(fs, folder, manifest));
  }

  /** Reads the weights of a checkpoint, or of a file that is none's. */
  static Map<String, StoredTensor> readWeights(FileSystem fs, Path path) throws IOException {
    FileStatus status = fs.getFileStatus(path);
    if (status.isDirectory()) {
      return readTensors(fs, path, MODEL, readManifest(fs, path));
    }
    try (InputStream in = fs.open(path)) {
      return finite(Safetensors.read(in, status.getLen(), path.toString()), path);
    }
  }

  /** Reads {@code state.json} alone. */
  static ObjectNode readState(FileSystem fs, Path folder) throws IOException {
    return readState(fs, folder, readManifest(fs, folder));
  }

  static Manifest readManifest(FileSystem fs, Path folder) throws IOException {
    Path file = new Path(folder, Manifest.FILE_NAME);
    Manifest manifest;
    try (InputStream in = FileReading.open(fs, file)) {
      manifest = Manifest.parse(in.readAllBytes(), FILES);
    } catch (FileNotFoundException e) {
      throw new UserError(
          folder + ": no complete checkpoint (it has no MANIFEST); choose another step", e);
    } catch (IllegalArgumentException e) {
      throw new UserError(file + ": " + e.getMessage() + "; choose another step", e);
    }
    OptionalLong step = CheckpointStore.stepOf(folder);
    if (step.isPresent() && step.getAsLong() != manifest.step()) {
      throw new UserError(
          file + ": is of step " + manifest.step() + ", not of this folder's; choose another step");
    }
    return manifest;
  }

  private static Map<String, StoredTensor> readTensors(
      FileSystem fs, Path folder, String name, Manifest manifest) throws IOException {
    Path file = new Path(folder, name);
    // A pass of its own: so damage is called damage, whatever it would do to the parser.
    verify(fs, file, manifest.files().get(name));
    try (InputStream in = FileReading.open(fs, file)) {
      return finite(
          Safetensors.read(in, manifest.files().get(name).bytes(), file.toString()), file);
    }
  }

  /** What is not finite spoils every weight in the first step. */
  private static Map<String, StoredTensor> finite(Map<String, StoredTensor> tensors, Path file) {
    tensors.forEach(
        (name, tensor) -> {
          if (!tensor.isFinite()) {
            throw new UserError(
                "%s: tensor '%s' holds NaN or infinite values".formatted(file, name));
          }
        });
    return tensors;
  }

  private static ObjectNode readState(FileSystem fs, Path folder, Manifest manifest)
      throws IOException {
    Path file = new Path(folder, STATE);
    verify(fs, file, manifest.files().get(STATE));
    try (InputStream in = FileReading.open(fs, file)) {
      return JSON.readValue(in, ObjectNode.class);
    }
  }

  private static void verify(FileSystem fs, Path file, Manifest.Entry expected) throws IOException {
    long bytes;
    MessageDigest sha256 = sha256();
    try (DigestInputStream in = new DigestInputStream(FileReading.open(fs, file), sha256)) {
      bytes = in.transferTo(OutputStream.nullOutputStream());
    } catch (FileNotFoundException e) {
      throw new UserError(file + ": missing from the checkpoint; choose another step", e);
    }
    if (bytes != expected.bytes()) {
      throw new UserError(
          String.format(
              Locale.ROOT,
              "%s: damaged: %d bytes where MANIFEST says %d; choose another step",
              file,
              bytes,
              expected.bytes()));
    }
    if (!HexFormat.of().formatHex(sha256.digest()).equals(expected.sha256())) {
      throw new UserError(
          file + ": damaged: its SHA-256 is not the one in MANIFEST; choose another step");
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
