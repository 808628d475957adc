package io.semimeta.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semimeta.UserError;
import io.semimeta.files.FileReading;
import io.semimeta.files.OutputFile;
import io.semimeta.files.WholeFile;
import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Reads and writes one checkpoint on a file system: three files and, written last, the manifest
 * that commits them. Files get their final names at once: object stores have no rename.
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
    files.put(MODEL, writeTensors(fs, new Path(folder, MODEL), checkpoint.model()));
    files.put(OPTIMIZER, writeTensors(fs, new Path(folder, OPTIMIZER), checkpoint.optimizer()));
    byte[] state = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(checkpoint.state());
    files.put(STATE, writeFile(fs, new Path(folder, STATE), out -> out.write(state)));
    byte[] manifest = new Manifest(Manifest.SCHEMA_VERSION, checkpoint.step(), files).toJson();
    writeFile(fs, new Path(folder, Manifest.FILE_NAME), out -> out.write(manifest));
  }

  private static Manifest.Entry writeTensors(
      FileSystem fs, Path file, Map<String, StoredTensor> tensors) throws IOException {
    return writeFile(fs, file, out -> Safetensors.write(out, tensors, PYTORCH));
  }

  /** Writes a file, or deletes it where that fails, as it may fill the disk. */
  private static Manifest.Entry writeFile(FileSystem fs, Path file, WholeFile.Body body)
      throws IOException {
    try {
      return written(fs, file, body);
    } catch (IOException | RuntimeException | Error e) {
      OutputFile.delete(fs, file, e);
      throw e;
    }
  }

  private static Manifest.Entry written(FileSystem fs, Path file, WholeFile.Body body)
      throws IOException {
    MessageDigest sha256 = DigestUtils.getSha256Digest();
    OutputFile out = OutputFile.create(fs, file);
    WholeFile.write(
        out,
        stream -> {
          body.writeTo(new DigestOutputStream(stream, sha256));
          out.sync(); // the files must be on the disk before the manifest that commits them
        });
    return new Manifest.Entry(out.bytes(), HexFormat.of().formatHex(sha256.digest()));
  }

  /**
   * Checks that the manifest is sound and the files have its lengths; their bytes are not read.
   *
   * @return the manifest
   * @throws UnsoundException where the checkpoint is unfinished or damaged
   */
  static Manifest look(FileSystem fs, Path folder) throws IOException, UnsoundException {
    Manifest manifest = readManifest(fs, folder);
    Map<String, Long> lengths = new HashMap<>();
    try {
      for (FileStatus file : fs.listStatus(folder)) {
        lengths.put(file.getPath().getName(), file.getLen());
      }
    } catch (IOException e) { // Hadoop calls a folder that goes while it looks by several names
      if (fs.exists(folder)) {
        throw e;
      }
      throw UnsoundException.unfinished(folder, "just removed", e);
    }
    for (Map.Entry<String, Manifest.Entry> file : manifest.files().entrySet()) {
      Long length = lengths.get(file.getKey());
      if (length == null) {
        throw missing(folder, file.getKey(), null);
      }
      requireLength(folder, file.getKey(), length, file.getValue());
    }
    return manifest;
  }

  /** Compares all lengths and checksums. */
  static void verify(FileSystem fs, Path folder) throws IOException, UnsoundException {
    for (Map.Entry<String, Manifest.Entry> file : look(fs, folder).files().entrySet()) {
      verify(fs, folder, file.getKey(), file.getValue());
    }
  }

  /** Reads the whole checkpoint and compares its checksums. */
  static Checkpoint read(FileSystem fs, Path folder) throws IOException, UnsoundException {
    Manifest manifest = readManifest(fs, folder);
    return new Checkpoint(
        manifest.step(),
        readTensors(fs, folder, MODEL, manifest),
        readTensors(fs, folder, OPTIMIZER, manifest),
        readState(fs, folder, manifest));
  }

  /** Reads the weights of a checkpoint's folder, or of a file of a state dict. */
  static Map<String, StoredTensor> readWeights(FileSystem fs, Path path)
      throws IOException, UnsoundException {
    FileStatus status = fs.getFileStatus(path);
    if (status.isDirectory()) {
      return readTensors(fs, path, MODEL, readManifest(fs, path));
    }
    try (InputStream in = new BufferedInputStream(FileReading.open(fs, path))) {
      in.mark(PyTorchFile.MAGIC_BYTES);
      boolean isOfPyTorch = PyTorchFile.isMeant(in.readNBytes(PyTorchFile.MAGIC_BYTES));
      in.reset();
      return finite(
          isOfPyTorch
              ? PyTorchFile.read(in, status.getLen(), path.toString())
              : Safetensors.read(in, status.getLen(), path.toString()),
          path);
    }
  }

  /** Reads {@code state.json} alone. */
  static ObjectNode readState(FileSystem fs, Path folder) throws IOException, UnsoundException {
    return readState(fs, folder, readManifest(fs, folder));
  }

  static Manifest readManifest(FileSystem fs, Path folder) throws IOException, UnsoundException {
    byte[] content;
    try (InputStream in = FileReading.open(fs, new Path(folder, Manifest.FILE_NAME))) {
      content = in.readAllBytes();
    } catch (FileNotFoundException e) {
      throw UnsoundException.unfinished(folder, "it has no " + Manifest.FILE_NAME, e);
    }
    if (content.length == 0) { // its writer died just after it had created the file
      throw UnsoundException.unfinished(folder, Manifest.FILE_NAME + " is empty", null);
    }
    Manifest manifest;
    try {
      manifest = Manifest.parse(content, FILES);
    } catch (IllegalArgumentException e) {
      throw damaged(folder, Manifest.FILE_NAME, e.getMessage(), e);
    }
    OptionalLong step = CheckpointStore.stepOf(folder);
    if (step.isPresent() && step.getAsLong() != manifest.step()) {
      throw damaged(
          folder,
          Manifest.FILE_NAME,
          "is of step " + manifest.step() + ", not of this folder's",
          null);
    }
    return manifest;
  }

  private static Map<String, StoredTensor> readTensors(
      FileSystem fs, Path folder, String name, Manifest manifest)
      throws IOException, UnsoundException {
    Path file = new Path(folder, name);
    Manifest.Entry entry = manifest.files().get(name);
    // Checksums are compared in a pass of their own, so that damage is reported as such, whatever
    // the parser would make of it.
    verify(fs, folder, name, entry);
    try (InputStream in = FileReading.open(fs, file)) {
      return finite(Safetensors.read(in, entry.bytes(), file.toString()), file);
    }
  }

  /** Refuses values that are not finite, which would spoil every weight in the first step. */
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
      throws IOException, UnsoundException {
    verify(fs, folder, STATE, manifest.files().get(STATE));
    try (InputStream in = FileReading.open(fs, new Path(folder, STATE))) {
      if (JSON.readTree(in) instanceof ObjectNode state) {
        return state;
      }
      throw damaged(folder, STATE, "no JSON object", null);
    } catch (JsonProcessingException e) {
      throw damaged(folder, STATE, "no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static void verify(FileSystem fs, Path folder, String name, Manifest.Entry expected)
      throws IOException, UnsoundException {
    long bytes;
    MessageDigest sha256 = DigestUtils.getSha256Digest();
    try (DigestInputStream in =
        new DigestInputStream(FileReading.open(fs, new Path(folder, name)), sha256)) {
      bytes = in.transferTo(OutputStream.nullOutputStream());
    } catch (FileNotFoundException e) {
      throw missing(folder, name, e);
    }
    requireLength(folder, name, bytes, expected);
    if (!HexFormat.of().formatHex(sha256.digest()).equals(expected.sha256())) {
      throw damaged(folder, name, "damaged: its SHA-256 is not the one in MANIFEST", null);
    }
  }

  private static void requireLength(Path folder, String name, long bytes, Manifest.Entry expected)
      throws UnsoundException {
    if (bytes != expected.bytes()) {
      throw damaged(
          folder,
          name,
          "damaged: %s bytes where MANIFEST says %s".formatted(bytes, expected.bytes()),
          null);
    }
  }

  private static UnsoundException missing(Path folder, String name, Throwable cause) {
    return damaged(folder, name, "missing from the checkpoint", cause);
  }

  private static UnsoundException damaged(Path folder, String file, String what, Throwable cause) {
    return UnsoundException.damaged(folder, file + ": " + what, cause);
  }
}
