package io.semimeta.recordio;

import io.semimeta.files.OutputFile;
import io.semimeta.files.WholeFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.IOUtils;

/**
 * Writes one of a shard's files. Where a file appears whole or not at all it has its own name from
 * the beginning; anywhere else it has a name of this attempt's, and is renamed at the end.
 */
public final class WrittenFile implements Closeable {
  private final FileSystem fileSystem;
  private final Path file;
  private final Path written;
  private final OutputFile out;
  private final MessageDigest digest = DigestUtils.getSha256Digest();
  private final OutputStream stream;

  /** Is null until the file is closed. */
  private String sha256;

  private WrittenFile(FileSystem fileSystem, Path file, Path written) throws IOException {
    this.fileSystem = fileSystem;
    this.file = file;
    this.written = written;
    this.out = OutputFile.create(fileSystem, written, file);
    this.stream = new DigestOutputStream(out, digest);
  }

  /**
   * Creates some files. Where one cannot be created none of them appears, because an empty one
   * might replace a whole one.
   */
  public static List<WrittenFile> create(FileSystem fileSystem, List<Path> files, long attempt)
      throws IOException {
    List<WrittenFile> created = new ArrayList<>();
    try {
      for (Path file : files) {
        Path temporary = new Path(file.getParent(), "_" + file.getName() + "." + attempt);
        boolean inPlace = WholeFile.appearsWhole(fileSystem, file);
        created.add(new WrittenFile(fileSystem, file, inPlace ? file : temporary));
      }
      return created;
    } catch (IOException | RuntimeException | Error e) {
      created.forEach(WrittenFile::abandon);
      IOUtils.closeStreams(created.toArray(WrittenFile[]::new));
      created.forEach(one -> one.discard(e));
      throw e;
    }
  }

  /** Returns the stream for the file's bytes. */
  public OutputStream stream() {
    return stream;
  }

  /** Makes closing publish nothing, where that is possible. */
  public void abandon() {
    out.abandon();
  }

  /** Returns the number of bytes so far. */
  public long bytes() {
    return out.bytes();
  }

  /** Returns the SHA-256 of a closed file, in hexadecimal. */
  public String sha256() {
    if (sha256 == null) {
      throw new IllegalStateException(written + " is not closed yet");
    }
    return sha256;
  }

  /** Gives a closed file its name. */
  public void publish() throws IOException {
    if (!written.equals(file)) {
      WholeFile.rename(fileSystem, written, file);
    }
  }

  /** Deletes a closed file that failed; one with its own name may be another attempt's. */
  public void discard(Throwable failure) {
    if (!written.equals(file)) {
      OutputFile.delete(fileSystem, written, failure);
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
    if (sha256 == null) { // asking a digest for its value resets it
      sha256 = HexFormat.of().formatHex(digest.digest());
    }
  }
}
