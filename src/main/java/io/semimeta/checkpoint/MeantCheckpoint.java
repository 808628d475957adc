package io.semimeta.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.semimeta.UserError;
import io.semimeta.files.WholeFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** Finds the checkpoint that a user means by a path: a step's folder, or a run's output. */
public final class MeantCheckpoint {
  private MeantCheckpoint() {}

  /**
   * Returns the step folder that a user means.
   *
   * @param uri a step folder, or a training output, which means the best of its checkpoints
   * @throws UserError when there is no complete checkpoint
   */
  public static Path resolve(String uri, Configuration conf) throws IOException {
    try {
      Path path = new Path(uri);
      return resolve(uri, path, WholeFile.fileSystem(path, conf), conf);
    } catch (IllegalArgumentException | UnsupportedFileSystemException e) {
      throw new UserError("Checkpoint " + uri + ": not a usable path: " + e.getMessage(), e);
    }
  }

  private static Path resolve(String uri, Path path, FileSystem fs, Configuration conf)
      throws IOException {
    if (!fs.exists(path)) {
      throw new UserError("Checkpoint " + uri + ": no such folder");
    }
    if (CheckpointStore.stepOf(path).isPresent() || fs.exists(new Path(path, Manifest.FILE_NAME))) {
      CheckpointStore.named(() -> CheckpointFolder.readManifest(fs, path));
      return fs.makeQualified(path);
    }
    CheckpointStore store = store(fs, fs.makeQualified(path), uri, conf);
    OptionalLong best = best(store);
    if (best.isEmpty()) {
      FoundCheckpoints found = store.look();
      throw new UserError(
          "Checkpoint %s: no %s checkpoint in it%s"
              .formatted(
                  uri,
                  found.isBeginning() ? "complete" : "sound",
                  found.isEmpty() ? " yet" : ": " + found.faults()));
    }
    return store.folder(best.getAsLong());
  }

  /**
   * Returns the best checkpoint's step, as the newest one's state names it, or else the newest
   * step.
   *
   * @return empty when there is no committed checkpoint
   * @throws UserError when the named one is not there
   */
  public static OptionalLong best(CheckpointStore store) throws IOException {
    FoundCheckpoints found = store.look();
    if (found.sound().isEmpty()) {
      return OptionalLong.empty();
    }
    long newest = found.sound().get(found.sound().size() - 1);
    JsonNode best = store.readState(newest).path(Checkpoint.BEST_STEP);
    if (best.isIntegralNumber() && !found.sound().contains(best.longValue())) {
      throw new UserError(
          "%s: the best step %s is missing or incomplete%s; name another step's folder, such as %s"
              .formatted(
                  store.folder(newest).getParent(),
                  best,
                  found.unsound().isEmpty() ? "" : " (" + found.faults() + ")",
                  store.folder(newest).getName()));
    }
    CheckpointStore.tell(found.unsound());
    return OptionalLong.of(best.isIntegralNumber() ? best.longValue() : newest);
  }

  /** Opens the store of a training output, or of the folder {@code checkpoints} in it. */
  private static CheckpointStore store(FileSystem fs, Path path, String uri, Configuration conf)
      throws IOException {
    if (!fs.getFileStatus(path).isDirectory()) {
      throw new UserError(
          "Checkpoint %s: is a file; name its folder, %s".formatted(uri, path.getParent()));
    }
    if (fs.exists(new Path(path, CheckpointStore.FOLDER))) {
      return new CheckpointStore(path, conf);
    }
    if (path.getName().equals(CheckpointStore.FOLDER)) {
      return new CheckpointStore(path.getParent(), conf);
    }
    List<String> runs = new ArrayList<>();
    for (FileStatus child : fs.listStatus(path)) {
      if (child.isDirectory() && fs.exists(new Path(child.getPath(), CheckpointStore.FOLDER))) {
        runs.add(child.getPath().getName());
      }
    }
    throw new UserError(
        "Checkpoint %s: neither a step folder nor a training output (it has no folder \"%s\"); %s"
            .formatted(
                uri,
                CheckpointStore.FOLDER,
                runs.isEmpty()
                    ? "give the --output of a training run"
                    : "name one of the runs in it: " + String.join(", ", runs)));
  }
}
