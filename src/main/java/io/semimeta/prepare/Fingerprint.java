package io.semimeta.prepare;

import io.semimeta.Versions;
import io.semimeta.files.DataFiles;
import io.semimeta.format.SourceFormat;
import io.semimeta.format.SourceOptions;
import io.semimeta.source.InputEntry;
import io.semimeta.source.InputFiles;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.fs.FileStatus;
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
   * Returns sixteen hexadecimal digits. Options that change no record file do not count.
   *
   * @param filesBeside files that the source read beside its inputs
   * @param files lists the inputs
   */
  static String of(
      SourceFormat format,
      SourceOptions source,
      List<Path> filesBeside,
      PrepareRequest options,
      InputFiles files) {
    Fingerprint fingerprint = new Fingerprint();
    fingerprint.add(format + " " + source.extra(), options);
    Stream.of(source.input(), source.testInput(), source.classNames())
        .filter(Objects::nonNull)
        .forEach(path -> fingerprint.addFiles(path, files));
    filesBeside.forEach(path -> fingerprint.addFiles(path, files));
    return fingerprint.digits();
  }

  /**
   * Returns sixteen hexadecimal digits for a table.
   *
   * @param key digits that are others for other images
   */
  static String of(String key, PrepareRequest options) {
    Fingerprint fingerprint = new Fingerprint();
    fingerprint.add("table " + key, options);
    return fingerprint.digits();
  }

  private void add(String source, PrepareRequest options) {
    add(Versions.current());
    add(source);
    add(options.resizing());
    add("test fraction " + options.testFraction());
    add("training images " + options.numTrain());
    add("shard bytes " + options.shardBytes());
    add("seed " + options.seed());
  }

  private String digits() {
    return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
  }

  private void add(Object line) {
    DigestUtils.updateDigest(digest, line + "\n");
  }

  private void addFiles(Path root, InputFiles files) {
    add("input");
    try {
      FileStatus status = DataFiles.fileSystem(root, files.conf()).getFileStatus(root);
      if (status.isDirectory()) {
        files.forEach(root, this::add);
      } else {
        add(status.getPath(), status.getLen(), status.getModificationTime());
      }
    } catch (IOException e) {
      throw DataFiles.unreadable(root, e);
    }
  }

  private void add(InputEntry file) {
    add(file.path(), file.length(), file.modified());
  }

  private void add(Path file, long length, long modified) {
    add(file + " " + length + " " + modified);
  }
}
