package io.semimeta.prepare;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.files.DataFiles;
import io.semimeta.files.FileReading;
import io.semimeta.files.OutputLease;
import io.semimeta.files.OutputPlace;
import io.semimeta.format.SourceOptions;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Finds what is wrong with a preparation before Spark starts, without a look at all files. */
public final class PrepareCheck {
  private PrepareCheck() {}

  /**
   * Refuses inputs that are not there or are prepared already, and an output that cannot be made.
   *
   * @param labelList the file of labelled images, or null
   * @throws UserError that names the option
   */
  public static void requireFiles(
      SourceOptions source, Path labelList, Path output, Configuration conf) {
    PrepareJob.refuseToOverwrite(output.toUri(), conf);
    OutputPlace.requireFolder("--output", output, conf);
    OutputLease.refuseLive(PrepareJob.place(output), conf);
    requireInput("--input", source.input(), conf);
    requireInput("--test-input", source.testInput(), conf);
    requireInput("--class-names", source.classNames(), conf);
    requireInput("--label-list", labelList, conf);
  }

  private static void requireInput(String option, Path input, Configuration conf) {
    if (input == null) {
      return;
    }
    try {
      FileSystem fs = DataFiles.fileSystem(input, conf);
      boolean isFolder = fs.getFileStatus(input).isDirectory();
      if (isFolder && fs.exists(new Path(input, DatasetManifest.FILE_NAME))) {
        throw new UserError(
            "%s %s: is a prepared data set already; give it to train as --data"
                .formatted(option, input));
      }
    } catch (IOException e) {
      throw new UserError("%s %s: %s".formatted(option, input, FileReading.reason(e)), e);
    }
  }
}
