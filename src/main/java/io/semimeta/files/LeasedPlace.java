package io.semimeta.files;

import org.apache.hadoop.fs.Path;

/**
 * Names an output, and where its lease is.
 *
 * @param option option that names the output
 * @param output path of the output, for people
 * @param file file of the lease; it is hidden, so that nobody takes it for data
 */
public record LeasedPlace(String option, Path output, Path file) {
  private static final String NAME = ".semimeta.lease";

  /** Places a folder's lease in the folder. */
  public static LeasedPlace ofFolder(String option, Path folder) {
    return new LeasedPlace(option, folder, new Path(folder, NAME));
  }

  /** Places a file's lease beside the file. */
  public static LeasedPlace ofFile(String option, Path file) {
    return new LeasedPlace(option, file, new Path(file.getParent(), "." + file.getName() + NAME));
  }
}
