package io.semimeta.evaluation;

import io.semimeta.OutputException;
import io.semimeta.UserError;
import io.semimeta.evaluation.PredictRequest.Mode;
import io.semimeta.files.DataFiles;
import io.semimeta.files.OutputFile;
import io.semimeta.files.OutputLease.Place;
import io.semimeta.files.OutputPlace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Represents the folder of a table, which a run makes under another name and renames when it is
 * complete: a failure leaves what was there before, and nothing else.
 *
 * @param folder the table's folder
 * @param mode what happens where it exists
 */
record PredictionTable(Path folder, Mode mode) {
  private static final String OPTION = "--output";
  private static final Pattern OF_TABLES = Pattern.compile("(part-|_|\\.).*");

  /** Returns the place of the lease, beside the folder, which is renamed as a whole. */
  Place place() {
    return Place.ofFile(OPTION, folder);
  }

  /** Returns the folder that is written first. */
  Path unfinished() {
    return new Path(folder.getParent(), "." + folder.getName() + ".semimeta.tmp");
  }

  private Path replaced() {
    return new Path(folder.getParent(), "." + folder.getName() + ".semimeta.old");
  }

  /**
   * Refuses a folder that cannot be made, or that exists and is not to be touched.
   *
   * @throws UserError that names the option and the remedy
   */
  void require(Configuration conf) throws IOException {
    if (folder.getParent() == null) {
      throw new UserError("%s %s: name a folder in it".formatted(OPTION, folder));
    }
    OutputPlace.requireFolder(OPTION, folder, conf);
    FileSystem fs = DataFiles.fileSystem(folder, conf);
    if (!fs.exists(folder)) {
      return;
    }
    if (mode == Mode.ERRORIFEXISTS) {
      throw new UserError(
          "%s %s: exists; name another, or say --mode overwrite or append"
              .formatted(OPTION, folder));
    }
    for (FileStatus file : fs.listStatus(folder)) {
      String name = file.getPath().getName();
      if (!OF_TABLES.matcher(name).matches()) {
        throw new UserError(
            "%s %s: holds %s, which belongs to no table of predictions; name another folder"
                .formatted(OPTION, folder, name));
      }
    }
  }

  /**
   * Refuses to add rows to a table of other columns.
   *
   * @throws UserError that names the difference
   */
  void requireSame(StructType schema, SparkSession session) throws IOException {
    FileSystem fs = DataFiles.fileSystem(folder, session.sparkContext().hadoopConfiguration());
    if (mode != Mode.APPEND || !fs.exists(folder) || parts(fs, folder).isEmpty()) {
      return;
    }
    String old;
    try {
      old = session.read().parquet(folder.toString()).schema().catalogString();
    } catch (Exception e) { // Spark's are checked, but Scala does not declare them
      throw new UserError(
          "%s %s: is no table in Parquet; name another folder".formatted(OPTION, folder), e);
    }
    if (!old.equals(schema.catalogString())) {
      throw new UserError(
          "%s %s: its columns are %s, and not %s; name another folder"
              .formatted(OPTION, folder, old, schema.catalogString()));
    }
  }

  private static List<Path> parts(FileSystem fs, Path folder) throws IOException {
    List<Path> parts = new ArrayList<>();
    for (FileStatus file : fs.listStatus(folder)) {
      if (file.getPath().getName().startsWith("part-")) {
        parts.add(file.getPath());
      }
    }
    return parts;
  }

  /** Makes the folder that is written first; where a signal ends the process, it goes. */
  void begin(Configuration conf) throws IOException {
    FileSystem fs = DataFiles.fileSystem(folder, conf);
    fs.mkdirs(unfinished());
    fs.deleteOnExit(unfinished());
  }

  /** Removes what was not published. */
  void end(Configuration conf) throws IOException {
    FileSystem fs = DataFiles.fileSystem(folder, conf);
    fs.delete(unfinished(), true);
    fs.cancelDeleteOnExit(unfinished());
  }

  /** Removes what a run that was killed left. */
  void clear(Configuration conf) throws IOException {
    FileSystem fs = DataFiles.fileSystem(folder, conf);
    fs.delete(unfinished(), true);
    if (fs.exists(replaced()) && !fs.exists(folder)) {
      fs.rename(replaced(), folder); // it was killed between two renames
    }
    fs.delete(replaced(), true);
  }

  /** Puts the finished table in its place. */
  void publish(Configuration conf) throws IOException {
    FileSystem fs = DataFiles.fileSystem(folder, conf);
    boolean exists = fs.exists(folder);
    if (exists && mode == Mode.APPEND) {
      for (Path part : parts(fs, unfinished())) {
        rename(fs, part, new Path(folder, part.getName()));
      }
      return;
    }
    require(conf); // somebody else may have made it meanwhile
    if (exists) {
      rename(fs, folder, replaced());
    }
    try {
      rename(fs, unfinished(), folder);
    } catch (IOException e) {
      if (exists) {
        fs.rename(replaced(), folder);
      }
      throw e;
    }
    fs.delete(replaced(), true);
  }

  private static void rename(FileSystem fs, Path from, Path to) throws IOException {
    if (!fs.rename(from, to)) {
      throw new IOException("Cannot rename " + from + " to " + to);
    }
  }

  /** Tells of a failed job whether a disk was full, with the folder's name. */
  Optional<OutputException> fullDisk(Exception failure) {
    return ExceptionUtils.getThrowableList(failure).stream()
        .flatMap(one -> OutputFile.lasting(String.valueOf(one.getMessage())).stream())
        .findFirst()
        .map(reason -> new OutputException(folder + ": " + reason, failure));
  }
}
