package io.semimeta.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semimeta.UserError;
import io.semimeta.files.WholeFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The checkpoints of one training output: folders {@code checkpoints/step-00000120/} that sort as
 * text. One writer at a time; any number of readers.
 */
public final class CheckpointStore {
  private static final Logger LOG = LogManager.getLogger(CheckpointStore.class);
  private static final String FOLDER = "checkpoints";
  private static final Pattern STEP_FOLDER = Pattern.compile("step-(\\d{8})");

  /** The last step whose folder sorts as text among the others. */
  public static final long MAX_STEP = 99_999_999;

  private final Path root;
  private final FileSystem fs;

  /**
   * @param output the training output, that is the parent of the folder {@code checkpoints}
   */
  public CheckpointStore(Path output, Configuration conf) throws IOException {
    this.root = new Path(output, FOLDER);
    this.fs = WholeFile.fileSystem(root, conf);
  }

  /** The folder of a step, whether it exists or not. */
  public Path folder(long step) {
    if (step < 0 || step > MAX_STEP) {
      throw new IllegalArgumentException("step " + step + " is not in 0.." + MAX_STEP);
    }
    return new Path(root, String.format(Locale.ROOT, "step-%08d", step));
  }

  /**
   * Writes and commits a checkpoint, in place of what an earlier attempt left of the same step.
   * Then removes checkpoints of later steps: a run that went back to go on has no use for them, and
   * {@link #keep} would take a damaged one for the newest.
   */
  public void write(Checkpoint checkpoint) throws IOException {
    Path folder = folder(checkpoint.step());
    remove(folder);
    CheckpointFolder.write(fs, folder, checkpoint);
    for (long step : steps().tailSet(checkpoint.step(), false)) {
      remove(folder(step));
    }
  }

  /** The steps whose manifest is sound and whose files have the stated lengths, ascending. */
  public List<Long> committed() throws IOException {
    List<Long> committed = new ArrayList<>();
    for (long step : steps()) {
      if (CheckpointFolder.isCommitted(fs, folder(step))) {
        committed.add(step);
      }
    }
    return committed;
  }

  /**
   * The newest checkpoint that can be read and whose checksums are right.
   *
   * @return empty when none was ever committed
   * @throws UserError when there are some and all are damaged
   */
  public Optional<Checkpoint> readLatest() throws IOException {
    List<Long> committed = committed();
    Exception newestFault = null;
    for (int i = committed.size() - 1; i >= 0; i--) {
      try {
        return Optional.of(read(committed.get(i)));
      } catch (UserError | IOException e) {
        // Going back is always safe: the run repeats the lost steps and comes to the same weights.
        LOG.warn("Skipping a checkpoint that cannot be read: {}", e.getMessage());
        newestFault = newestFault == null ? e : newestFault;
      }
    }
    if (newestFault instanceof IOException e) {
      throw e;
    }
    if (newestFault != null) {
      throw new UserError(
          "No checkpoint under " + root + " is sound; the newest: " + newestFault.getMessage(),
          newestFault);
    }
    return Optional.empty();
  }

  /**
   * Reads the checkpoint of a step.
   *
   * @throws UserError when it is missing, incomplete or damaged
   */
  public Checkpoint read(long step) throws IOException {
    return CheckpointFolder.read(fs, folder(step));
  }

  /**
   * Reads the state of a step alone.
   *
   * @throws UserError when it is missing, incomplete or damaged
   */
  public ObjectNode readState(long step) throws IOException {
    return CheckpointFolder.readState(fs, folder(step));
  }

  /**
   * Reads one checkpoint from its folder.
   *
   * @throws UserError when it is missing, incomplete or damaged
   */
  public static Checkpoint readFolder(Path folder, Configuration conf) throws IOException {
    return CheckpointFolder.read(WholeFile.fileSystem(folder, conf), folder);
  }

  /**
   * Reads weights alone.
   *
   * @param path a checkpoint's folder, or any safetensors file
   * @throws UserError when they are incomplete or damaged
   */
  public static Map<String, StoredTensor> readWeights(Path path, Configuration conf)
      throws IOException {
    return CheckpointFolder.readWeights(WholeFile.fileSystem(path, conf), path);
  }

  /**
   * Deletes all but the newest checkpoints, and what older attempts left uncommitted.
   *
   * @param n how many of the newest stay, at least 1
   * @param always steps that stay in any case, such as the best
   */
  public void keep(int n, Set<Long> always) throws IOException {
    if (n < 1) {
      throw new IllegalArgumentException("cannot keep " + n + " checkpoints");
    }
    List<Long> committed = committed();
    if (committed.isEmpty()) {
      return;
    }
    List<Long> newest = committed.subList(Math.max(0, committed.size() - n), committed.size());
    for (long step : steps().headSet(committed.get(committed.size() - 1))) {
      if (!newest.contains(step) && !always.contains(step)) {
        remove(folder(step));
      }
    }
  }

  /**
   * The best checkpoint's step, as the newest one's state names it; the newest where it names none.
   *
   * @return empty when there is no committed checkpoint
   * @throws UserError when the named one is not there
   */
  public OptionalLong best() throws IOException {
    List<Long> committed = committed();
    if (committed.isEmpty()) {
      return OptionalLong.empty();
    }
    long newest = committed.get(committed.size() - 1);
    JsonNode best = CheckpointFolder.readState(fs, folder(newest)).path(Checkpoint.BEST_STEP);
    if (!best.isIntegralNumber()) {
      return OptionalLong.of(newest);
    }
    if (!committed.contains(best.longValue())) {
      throw new UserError(
          "%s: the best step %s is missing or incomplete; name another step's folder, such as %s"
              .formatted(root, best, folder(newest).getName()));
    }
    return OptionalLong.of(best.longValue());
  }

  /**
   * The step folder that a user means.
   *
   * @param uri a step folder, or a training output: then the best of its checkpoints
   * @throws UserError when there is no complete checkpoint
   */
  public static Path resolve(String uri, Configuration conf) throws IOException {
    Path path;
    FileSystem fs;
    try {
      path = new Path(uri);
      fs = WholeFile.fileSystem(path, conf);
    } catch (IllegalArgumentException | org.apache.hadoop.fs.UnsupportedFileSystemException e) {
      throw new UserError("Checkpoint " + uri + ": not a usable path: " + e.getMessage(), e);
    }
    if (!fs.exists(path)) {
      throw new UserError("Checkpoint " + uri + ": no such folder");
    }
    if (STEP_FOLDER.matcher(path.getName()).matches()
        || fs.exists(new Path(path, Manifest.FILE_NAME))) {
      CheckpointFolder.readManifest(fs, path);
      return fs.makeQualified(path);
    }
    CheckpointStore store = store(fs, fs.makeQualified(path), uri, conf);
    OptionalLong best = store.best();
    if (best.isEmpty()) {
      throw new UserError("Checkpoint " + uri + ": no complete checkpoint in it yet");
    }
    return store.folder(best.getAsLong());
  }

  /** The store of a training output, or of the folder {@code checkpoints} in it. */
  private static CheckpointStore store(FileSystem fs, Path path, String uri, Configuration conf)
      throws IOException {
    if (!fs.getFileStatus(path).isDirectory()) {
      throw new UserError(
          "Checkpoint %s: is a file; name its folder, %s".formatted(uri, path.getParent()));
    }
    if (fs.exists(new Path(path, FOLDER))) {
      return new CheckpointStore(path, conf);
    }
    if (path.getName().equals(FOLDER)) {
      return new CheckpointStore(path.getParent(), conf);
    }
    List<String> runs = new ArrayList<>();
    for (FileStatus child : fs.listStatus(path)) {
      if (child.isDirectory() && fs.exists(new Path(child.getPath(), FOLDER))) {
        runs.add(child.getPath().getName());
      }
    }
    throw new UserError(
        "Checkpoint %s: neither a step folder nor a training output (it has no folder \"%s\"); %s"
            .formatted(
                uri,
                FOLDER,
                runs.isEmpty()
                    ? "give the --output of a training run"
                    : "name one of the runs in it: " + String.join(", ", runs)));
  }

  /** The step in the folder's name, where it is named as the store names folders. */
  static OptionalLong stepOf(Path folder) {
    Matcher matcher = STEP_FOLDER.matcher(folder.getName());
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }

  /** All steps that have a folder, committed or not. */
  private NavigableSet<Long> steps() throws IOException {
    NavigableSet<Long> steps = new TreeSet<>();
    FileStatus[] children;
    try {
      children = fs.listStatus(root);
    } catch (FileNotFoundException e) {
      return steps;
    }
    for (FileStatus child : children) {
      stepOf(child.getPath()).ifPresent(steps::add);
    }
    return steps;
  }

  /** The manifest goes first, so that a deletion cut short leaves nothing that looks whole. */
  private void remove(Path folder) throws IOException {
    fs.delete(new Path(folder, Manifest.FILE_NAME), false);
    fs.delete(folder, true);
  }
}
