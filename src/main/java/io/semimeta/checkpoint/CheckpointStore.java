package io.semimeta.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semimeta.Shown;
import io.semimeta.UserError;
import io.semimeta.files.WholeFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Keeps the checkpoints of one training output, in folders {@code checkpoints/step-00000120/} that
 * sort as text. It allows one writer at a time and many readers.
 */
public final class CheckpointStore {
  private static final Logger LOG = LogManager.getLogger(CheckpointStore.class);
  static final String FOLDER = "checkpoints";
  private static final Pattern STEP_FOLDER = Pattern.compile("step-(\\d{8})");

  /** Bounds the steps: later ones have folders that do not sort as text among the others. */
  public static final long MAX_STEP = 99_999_999;

  /** Remembers what the log names already, as checkpoints are looked at many times. */
  private static final Set<UnsoundCheckpoint> TOLD = ConcurrentHashMap.newKeySet();

  private final Path root;
  private final FileSystem fs;

  private final Retention retention = new Retention(this::fault);

  /**
   * Opens the store.
   *
   * @param output the training output, that is, the parent of the folder {@code checkpoints}
   */
  public CheckpointStore(Path output, Configuration conf) throws IOException {
    this.root = new Path(output, FOLDER);
    this.fs = WholeFile.fileSystem(root, conf);
  }

  /** Returns the folder of a step, whether it exists or not. */
  public Path folder(long step) {
    if (step < 0 || step > MAX_STEP) {
      throw new IllegalArgumentException("step " + step + " is not in 0.." + MAX_STEP);
    }
    return new Path(root, name(step));
  }

  /** Returns the folder of a step in a training output, for people. */
  public static String folder(String output, long step) {
    return output + "/" + FOLDER + "/" + name(step);
  }

  private static String name(long step) {
    return Shown.format("step-%08d", step);
  }

  /**
   * Writes and commits a checkpoint, in place of what an earlier attempt left of the same step. It
   * then removes checkpoints of later steps: a run that was resumed from an earlier step has no use
   * for them, and {@link #keep} would take a damaged one for the newest.
   */
  public void write(Checkpoint checkpoint) throws IOException {
    Path folder = folder(checkpoint.step());
    remove(folder);
    try {
      CheckpointFolder.write(fs, folder, checkpoint);
    } catch (IOException | RuntimeException | Error e) {
      discard(folder, e);
      throw e;
    }
    retention.written(checkpoint.step());
    for (long step : steps().tailSet(checkpoint.step(), false)) {
      remove(folder(step));
    }
  }

  /** Frees a full disk of a failed checkpoint; one with a manifest is whole and stays. */
  private void discard(Path folder, Throwable failure) {
    try {
      if (!fs.exists(new Path(folder, Manifest.FILE_NAME))) {
        fs.delete(folder, true);
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Returns what checkpoints are there; their bytes are not read. */
  public FoundCheckpoints look() throws IOException {
    List<Long> sound = new ArrayList<>();
    List<UnsoundCheckpoint> unsound = new ArrayList<>();
    for (long step : steps()) {
      try {
        CheckpointFolder.look(fs, folder(step));
        sound.add(step);
      } catch (UnsoundException e) {
        unsound.add(e.checkpoint());
      }
    }
    return new FoundCheckpoints(sound, unsound);
  }

  /** Returns the steps, ascending, with a sound manifest and files of the stated lengths. */
  public List<Long> committed() throws IOException {
    return look().sound();
  }

  /**
   * Reads the newest checkpoint that can be read and whose checksums are right. All others that
   * cannot be used are named in the log, once.
   *
   * @return empty when none was ever finished
   * @throws UserError that names all, when some are damaged and none is sound
   */
  public Optional<Checkpoint> readLatest() throws IOException {
    FoundCheckpoints found = look();
    List<UnsoundCheckpoint> unsound = new ArrayList<>(found.unsound());
    IOException unreadable = null;
    for (int i = found.sound().size() - 1; i >= 0; i--) {
      Path folder = folder(found.sound().get(i));
      try {
        Checkpoint newest = CheckpointFolder.read(fs, folder);
        tell(unsound);
        return Optional.of(newest);
      } catch (UnsoundException e) {
        unsound.add(e.checkpoint());
      } catch (UserError e) {
        unsound.add(UnsoundException.damaged(folder, e).checkpoint());
      } catch (IOException e) {
        // An earlier checkpoint is always safe: the run repeats the lost steps and comes to the
        // same weights.
        LOG.warn("Skipping a checkpoint that cannot be read: {}: {}", folder, e.getMessage());
        unreadable = unreadable == null ? e : unreadable;
      }
    }
    if (unreadable != null) {
      throw unreadable;
    }
    if (!unsound.stream().allMatch(UnsoundCheckpoint::unfinished)) {
      throw noneSound(FoundCheckpoints.faults(unsound));
    }
    tell(unsound);
    return Optional.empty();
  }

  /** Makes the error about an output in which a run can neither go on nor begin. */
  public UserError noneSound(String faults) {
    return new UserError(
        "no checkpoint under %s is sound: %s; choose another --output, or move that folder away"
            .formatted(root, faults));
  }

  /**
   * Returns what is wrong with a checkpoint, or empty where it is sound.
   *
   * @param whole whether to compare checksums too
   */
  private Optional<UnsoundCheckpoint> fault(long step, boolean whole) {
    Path folder = folder(step);
    try {
      if (whole) {
        CheckpointFolder.verify(fs, folder);
      } else {
        CheckpointFolder.look(fs, folder);
      }
      return Optional.empty();
    } catch (UnsoundException e) {
      tell(List.of(e.checkpoint()));
      return Optional.of(e.checkpoint());
    } catch (IOException e) {
      LOG.warn("Cannot look at the checkpoint {} now: {}", folder, e.getMessage());
      return Optional.of(new UnsoundCheckpoint(folder, false, String.valueOf(e.getMessage())));
    }
  }

  static void tell(List<UnsoundCheckpoint> unsound) {
    for (UnsoundCheckpoint one : unsound) {
      if (TOLD.add(one)) {
        LOG.warn("passing over the checkpoint {} in {}", one, one.folder().getParent());
      }
    }
  }

  /**
   * Reads the checkpoint of a step.
   *
   * @throws UserError when it is missing, incomplete or damaged
   */
  public Checkpoint read(long step) throws IOException {
    return named(() -> CheckpointFolder.read(fs, folder(step)));
  }

  /**
   * Reads the state of a step alone.
   *
   * @throws UserError when it is missing, incomplete or damaged
   */
  public ObjectNode readState(long step) throws IOException {
    return named(() -> CheckpointFolder.readState(fs, folder(step)));
  }

  /**
   * Reads one checkpoint from its folder.
   *
   * @throws UserError when it is missing, incomplete or damaged
   */
  public static Checkpoint readFolder(Path folder, Configuration conf) throws IOException {
    return named(() -> CheckpointFolder.read(WholeFile.fileSystem(folder, conf), folder));
  }

  /**
   * Reads weights alone.
   *
   * @param path a checkpoint's folder, any safetensors file, or one of {@code torch.save}
   * @throws UserError when they are incomplete or damaged
   */
  public static Map<String, StoredTensor> readWeights(Path path, Configuration conf)
      throws IOException {
    return named(() -> CheckpointFolder.readWeights(WholeFile.fileSystem(path, conf), path));
  }

  /** Reads a checkpoint that the user has named. */
  @FunctionalInterface
  interface Reading<T> {
    T read() throws IOException, UnsoundException;
  }

  static <T> T named(Reading<T> reading) throws IOException {
    try {
      return reading.read();
    } catch (UnsoundException e) {
      throw e.named();
    }
  }

  /**
   * Deletes all but the newest sound checkpoints, and what older attempts left unfinished. A
   * damaged one does not count among the sound ones that stay.
   *
   * @param n how many of the newest stay, at least 1
   * @param always steps that stay in any case, such as the best
   */
  public void keep(int n, Set<Long> always) throws IOException {
    if (n < 1) {
      throw new IllegalArgumentException("cannot keep " + n + " checkpoints");
    }
    for (long step : retention.tooMany(steps(), n, always)) {
      remove(folder(step));
    }
  }

  /** Returns the step in a folder's name; empty where it is no name of the store's. */
  public static OptionalLong stepOf(Path folder) {
    Matcher matcher = STEP_FOLDER.matcher(folder.getName());
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }

  /** Returns all steps that have a folder, committed or not. */
  private NavigableSet<Long> steps() throws IOException {
    NavigableSet<Long> steps = new TreeSet<>();
    FileStatus[] children;
    try {
      children = fs.listStatus(root);
    } catch (FileNotFoundException e) {
      return steps;
    }
    for (FileStatus child : children) {
      if (child.isDirectory()) {
        stepOf(child.getPath()).ifPresent(steps::add);
      }
    }
    return steps;
  }

  /** Deletes a checkpoint, the manifest first, so that a part of it never looks whole. */
  private void remove(Path folder) throws IOException {
    fs.delete(new Path(folder, Manifest.FILE_NAME), false);
    fs.delete(folder, true);
  }
}
