package io.semimeta.evaluation.table;

import io.semimeta.OutputException;
import io.semimeta.UserError;
import io.semimeta.files.DataFiles;
import io.semimeta.files.LeasedPlace;
import io.semimeta.files.OutputFile;
import io.semimeta.files.OutputPlace;
import io.semimeta.files.WholeFile;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Represents the folder of a table, whose files a run makes in a hidden folder of its own and puts
 * in their place when all are complete. A run that stood still and lost its lease thus never
 * touches what its successor writes.
 */
public final class PredictionTable {
  /** Names Spark's option that says whether brackets and stars in a path are a pattern. */
  public static final String AS_PATTERN = "__globPaths__";

  private static final Logger LOG = LogManager.getLogger(PredictionTable.class);
  private static final String OPTION = "--output";
  static final String PART = "part-";
  static final String SUCCESS = "_SUCCESS";
  private static final Pattern OF_TABLES =
      Pattern.compile(PART + ".*|" + SUCCESS + "|_metadata|_common_metadata|\\..*\\.crc");
  private static final String UNFINISHED = "tmp";
  private static final String REPLACED = "old";

  private final Path folder;
  private final Mode mode;
  private final Configuration conf;
  private final FileSystem fs;
  private final Path unfinished;
  private final Path replaced;

  /**
   * Names a table.
   *
   * @param folder the table's folder
   * @param mode what happens where it exists
   */
  public PredictionTable(Path folder, Mode mode, Configuration conf) {
    this.folder = folder;
    this.mode = mode;
    this.conf = conf;
    fs = DataFiles.fileSystem(folder, conf);
    String run = hidden() + UUID.randomUUID() + ".";
    unfinished = new Path(folder.getParent(), run + UNFINISHED);
    replaced = new Path(folder.getParent(), run + REPLACED);
  }

  private String hidden() {
    return "." + folder.getName() + ".semimeta.";
  }

  /** Returns the table's folder. */
  public Path folder() {
    return folder;
  }

  /** Returns the place of the lease, beside the folder, which is renamed as a whole. */
  public LeasedPlace place() {
    return LeasedPlace.ofFile(OPTION, folder);
  }

  /** Returns the folder that this run writes first. */
  public Path unfinished() {
    return unfinished;
  }

  /**
   * Refuses a folder that cannot be made, or that exists and is not to be touched.
   *
   * @throws UserError that names the option and the remedy
   */
  public void require() throws IOException {
    OutputPlace.requireFolder(OPTION, folder, conf);
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
      if (file.isDirectory() || !OF_TABLES.matcher(name).matches()) {
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
  public void requireSame(StructType schema, SparkSession session) throws IOException {
    if (mode != Mode.APPEND || !fs.exists(folder) || TableMove.parts(fs, folder).isEmpty()) {
      return;
    }
    String old;
    try {
      old = reader(session).parquet(folder.toString()).schema().catalogString();
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

  /** Reads what this run wrote, before it is published. */
  public Dataset<Row> readUnfinished(StructType schema, SparkSession session) {
    return reader(session).schema(schema).parquet(unfinished.toString());
  }

  private static DataFrameReader reader(SparkSession session) {
    return session.read().option(AS_PATTERN, false);
  }

  /** Removes what runs that were killed left; the caller holds the lease. */
  public void clear() throws IOException {
    Pattern left =
        Pattern.compile(
            Pattern.quote(hidden()) + "[0-9a-f-]{36}\\.(" + UNFINISHED + "|" + REPLACED + ")");
    for (FileStatus file : fs.listStatus(folder.getParent())) {
      Matcher name = left.matcher(file.getPath().getName());
      if (!name.matches()) {
        continue;
      }
      if (name.group(1).equals(REPLACED) && !fs.exists(folder)) {
        WholeFile.rename(fs, file.getPath(), folder); // it was killed between two renames
      } else {
        fs.delete(file.getPath(), true);
      }
    }
  }

  /** Makes the folder that is written first; where a signal ends the process, it goes. */
  public void begin() throws IOException {
    if (!fs.mkdirs(unfinished)) {
      throw new IOException("Cannot make the folder " + unfinished);
    }
    fs.deleteOnExit(unfinished);
  }

  /** Removes what this run wrote and did not publish. */
  public void end() {
    deleteOrLeave(unfinished);
    fs.cancelDeleteOnExit(unfinished);
  }

  private void deleteOrLeave(Path hidden) {
    try {
      fs.delete(hidden, true);
    } catch (IOException e) {
      LOG.warn("{} cannot be removed; the next run to this output tries again", hidden, e);
    }
  }

  /**
   * Puts the finished table in its place. Folders are renamed where that is one step; on any other
   * file system, as for new rows beside old ones, the files are moved one by one.
   *
   * @param held fails where another run has taken the lease
   */
  public void publish(Runnable held) throws IOException {
    require(); // somebody else may have made it meanwhile
    held.run();
    fs.cancelDeleteOnExit(unfinished);
    boolean exists = fs.exists(folder);
    TableMove move = new TableMove(fs, unfinished, folder);
    if (!WholeFile.replacesAtomically(fs) || (exists && mode == Mode.APPEND)) {
      move.byFile(mode == Mode.OVERWRITE, held);
    } else if (exists) {
      move.replacing(replaced);
      deleteOrLeave(replaced);
    } else {
      WholeFile.rename(fs, unfinished, folder);
    }
  }

  /** Says what the folder holds where the process ends while the table is published. */
  public String halfPublished() {
    return WholeFile.replacesAtomically(fs) && mode != Mode.APPEND
        ? "the output is as it was, or holds the new table; the next predict to it tidies up"
        : "the output may hold some of the new rows beside what it held";
  }

  /**
   * Tells of a failed job whether the output's disk was full, with the folder's name. Before a
   * store takes a file, it lies on an executor's own disk: there the words do not mean the output.
   */
  public Optional<OutputException> fullDisk(Exception failure) {
    if (!WholeFile.replacesAtomically(fs)) {
      return Optional.empty();
    }
    return ExceptionUtils.getThrowableList(failure).stream()
        .flatMap(one -> OutputFile.lasting(String.valueOf(one.getMessage())).stream())
        .findFirst()
        .map(reason -> new OutputException(folder + ": " + reason, failure));
  }
}
