package io.semimeta.cli.options;

import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Option;

/** Names the data set that a command reads. */
public final class DataFolder {
  @Option(
      names = "--data",
      required = true,
      paramLabel = "URI",
      description = "Folder of a data set made by 'semimeta prepare'.")
  private Path path;

  /** Returns the folder. */
  public Path path() {
    return path;
  }
}
