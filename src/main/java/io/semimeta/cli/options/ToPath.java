package io.semimeta.cli.options;

import org.apache.hadoop.fs.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts to a path relative to Spark's default file system, as in Hadoop's own tools. */
public final class ToPath implements ITypeConverter<Path> {
  @Override
  public Path convert(String text) {
    return path(text);
  }

  private static Path path(String text) {
    try {
      return new Path(text);
    } catch (IllegalArgumentException e) {
      int colon = text.indexOf(':');
      int slash = text.indexOf('/');
      if (colon >= 0 && (slash < 0 || colon < slash)) {
        throw new TypeConversionException(
            "'%s' has a colon in its first name, where a file system's name would be; give the whole path, from / on"
                .formatted(text));
      }
      throw new TypeConversionException("'%s' is no path: %s".formatted(text, e.getMessage()));
    }
  }

  /** Checks a path, but leaves it as it was written. */
  public static final class Text implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      path(text);
      return text;
    }
  }
}
