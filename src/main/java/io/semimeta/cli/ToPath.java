package io.semimeta.cli;

import org.apache.hadoop.fs.Path;
import picocli.CommandLine.ITypeConverter;

/** Relative to Spark's default file system, as Hadoop's own tools take paths. */
final class ToPath implements ITypeConverter<Path> {
  @Override
  public Path convert(String text) {
    return new Path(text);
  }
}
