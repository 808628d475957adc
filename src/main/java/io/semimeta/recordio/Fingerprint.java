package io.semimeta.recordio;

import io.semimeta.Versions;
import io.semimeta.data.DataFiles;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
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

  private final MessageDigest digest = DigestUtils.getSha256Digest();

  private Fingerprint() {}

  /**
   * Sixteen hexadecimal digits. The options that decide no record file don't count.
   *
   * @param filesBeside what the source read beside its inputs
   */
  static String of(
      SourceFormat format,
      SourceOptions source,
      List<Path> filesBeside,
      PrepareOptions options,
      Configuration conf) {
    Fingerprint fingerprint = new Fingerprint();
    fingerprint.add(Versions.current());
    fingerprint.add(format + " " + source.extra());
    fingerprint.add(options.resizing());
    fingerprint.add("test fraction " + options.testFraction());
    fingerprint.add("training images " + options.numTrain());
    fingerprint.add("shard bytes " + options.shardBytes());
    fingerprint.add("seed " + options.seed());
    Path output = DataFiles.qualified(new Path(options.output()), conf);
    Stream.of(source.input(), source.testInput(), source.classNames())
        .filter(Objects::nonNull)
        .forEach(path -> fingerprint.addFiles(path, output, conf));
    filesBeside.forEach(path -> fingerprint.addFiles(path, output, conf));
    return HexFormat.of().formatHex(fingerprint.digest.digest()).substring(0, DIGITS);
  }

  private void add(Object line) {
    DigestUtils.updateDigest(digest, line + "\n");
  }

  private void addFiles(Path root, Path output, Configuration conf) {
    FileSystem fileSystem = DataFiles.fileSystem(root, conf);
    add("input");
    try {
      addFiles(fileSystem, fileSystem.getFileStatus(root), output);
    } catch (IOException e) {
      throw DataFiles.unreadable(root, e);
    }
  }

  /** Folder by folder, as there may be millions of files. */
  private void addFiles(FileSystem fileSystem, FileStatus status, Path output) throws IOException {
    if (status.isDirectory() && !status.getPath().equals(output)) {
      FileStatus[] children = fileSystem.listStatus(status.getPath());
      Arrays.sort(children);
      for (FileStatus child : children) {
        addFiles(fileSystem, child, output);
      }
    } else if (!status.isDirectory()) {
      add("%s %d %d".formatted(status.getPath(), status.getLen(), status.getModificationTime()));
    }
  }
}
