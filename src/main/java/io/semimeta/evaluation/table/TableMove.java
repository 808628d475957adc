package io.semimeta.evaluation.table;

import io.semimeta.OutputException;
import io.semimeta.files.OutputFile;
import io.semimeta.files.WholeFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathFilter;

/**
 * Moves a finished table to its place.
 *
 * @param finished the folder that it was written to
 * @param folder its place
 */
record TableMove(FileSystem fs, Path finished, Path folder) {
  /**
   * Renames the old folder, then the new one, on a file system where each is one step.
   *
   * @param aside the name of the old folder; the next run puts it back where this one is killed
   */
  void replacing(Path aside) throws IOException {
    WholeFile.rename(fs, folder, aside);
    try {
      WholeFile.rename(fs, finished, folder);
    } catch (Exception | Error e) {
      putBack(aside, e);
      throw e;
    }
  }

  private void putBack(Path aside, Throwable failure) throws OutputException {
    try {
      WholeFile.rename(fs, aside, folder);
    } catch (IOException e) {
      e.addSuppressed(failure);
      throw new OutputException(
          "%s: the old table lies in %s and cannot be put back (%s); rename it, or run predict again"
              .formatted(folder, aside, e.getMessage()),
          e);
    }
  }

  /**
   * Moves the new files in, and only then removes old ones: no end takes rows away. Spark gives
   * each file a name of its own.
   *
   * @param overwrite whether the old files go
   * @param held fails where another run has taken the lease
   */
  void byFile(boolean overwrite, Runnable held) throws IOException {
    boolean exists = fs.exists(folder);
    if (!exists) {
      fs.mkdirs(folder);
    }
    List<Path> old = overwrite ? old() : List.of();
    List<Path> moved = new ArrayList<>();
    try {
      for (Path file : files()) {
        held.run();
        Path place = new Path(folder, file.getName());
        moved.add(place); // a move that fails may have copied
        WholeFile.rename(fs, file, place);
      }
      held.run();
    } catch (Exception | Error e) {
      moved.forEach(file -> OutputFile.delete(fs, file, e));
      if (!exists) {
        deleteEmpty(e);
      }
      throw e;
    }
    delete(old);
  }

  private List<Path> old() throws IOException {
    return listed(fs, folder, file -> !file.getName().equals(PredictionTable.SUCCESS));
  }

  /** Lists what is to be moved; the mark of a complete table comes last, where there is none. */
  private List<Path> files() throws IOException {
    List<Path> files = parts(fs, finished);
    Path mark = new Path(finished, PredictionTable.SUCCESS);
    if (fs.exists(mark) && !fs.exists(new Path(folder, PredictionTable.SUCCESS))) {
      files.add(mark);
    }
    return files;
  }

  /** Lists the files of rows in a folder. */
  static List<Path> parts(FileSystem fs, Path folder) throws IOException {
    return listed(fs, folder, file -> file.getName().startsWith(PredictionTable.PART));
  }

  private static List<Path> listed(FileSystem fs, Path folder, PathFilter wanted)
      throws IOException {
    return new ArrayList<>(List.of(FileUtil.stat2Paths(fs.listStatus(folder, wanted))));
  }

  /** Removes the folder, unless another run has put something there. */
  private void deleteEmpty(Throwable failure) {
    try {
      fs.delete(folder, false);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private void delete(List<Path> old) throws OutputException {
    for (Path file : old) {
      try {
        fs.delete(file, false);
      } catch (IOException e) {
        throw new OutputException(
            "%s: holds the new rows, and old ones beside them, for %s cannot be deleted (%s); say --mode overwrite again"
                .formatted(folder, file.getName(), e.getMessage()),
            e);
      }
    }
  }
}
