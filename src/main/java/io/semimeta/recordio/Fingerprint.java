package io.semimeta.recordio;

import io.semimeta.Versions;
import io.semimeta.data.DataFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Tells whether an unfinished data set would get the same record files now: the same version of the
 * program, the same options, and input files of the same names, sizes and times of change.
 */
final class Fingerprint {
  private static final int DIGITS = 16;

  private Fingerprint() {}

  /** Sixteen hexadecimal digits. The options that decide no record file don't count. */
  static String of(
      SourceFormat format, SourceOptions source, PrepareOptions options, Configuration conf) {
    List<String> lines = new ArrayList<>();
    lines.add(Versions.current().toString());
    lines.add(format + " " + source.extra());
    lines.add(options.resizing().toString());
    lines.add("test fraction " + options.testFraction());
    lines.add("training images " + options.numTrain());
    lines.add("shard bytes " + options.shardBytes());
    lines.add("seed " + options.seed());
    Path output = DataFiles.qualified(new Path(options.output()), conf);
    Stream.of(source.input(), source.testInput(), source.classNames())
        .filter(Objects::nonNull)
        .forEach(path -> addFiles(lines, path, output, conf));
    return DigestUtils.sha256Hex(String.join("\n", lines)).substring(0, DIGITS);
  }

  private static void addFiles(List<String> lines, Path root, Path output, Configuration conf) {
    FileSystem fileSystem = DataFiles.fileSystem(root, conf);
    List<String> files = new ArrayList<>();
    try {
      addFiles(files, fileSystem, fileSystem.getFileStatus(root), output);
    } catch (IOException e) {
      throw DataFiles.unreadable(root, e);
    }
    lines.add("input");
    files.stream().sorted().forEach(lines::add);
  }

  private static void addFiles(
      List<String> files, FileSystem fileSystem, FileStatus status, Path output)
      throws IOException {
    if (status.isDirectory() && !status.getPath().equals(output)) {
      for (FileStatus child : fileSystem.listStatus(status.getPath())) {
        addFiles(files, fileSystem, child, output);
      }
    } else if (!status.isDirectory()) {
      files.add(
          "%s %d %d".formatted(status.getPath(), status.getLen(), status.getModificationTime()));
    }
  }
}
