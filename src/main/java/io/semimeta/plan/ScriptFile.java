package io.semimeta.plan;

import io.semimeta.UserError;
import io.semimeta.files.DataFiles;
import io.semimeta.files.WholeFile;
import io.semimeta.model.NativeLibrary;
import io.semimeta.model.Networks;
import io.semimeta.model.Placement;
import io.semimeta.model.ScriptedNetwork;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Reads a TorchScript file that a network is made of. A run keeps a copy in its output, so that it
 * can go on and be evaluated without the original.
 *
 * @param source the file's URI
 * @param sha256 the SHA-256 of the file's bytes, in lower-case hexadecimal
 * @param program what {@link ScriptedNetwork#program} made of the file
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ScriptFile(String source, String sha256, byte[] program) {
  /** Checkpoints keep {@link #sha256} under this name among the options. */
  public static final String CONTENTS = "--architecture (contents)";

  private static final String FILE_NAME = "network.pt";

  /** Makes something of a file's network before it is closed. */
  @FunctionalInterface
  public interface Use<T> {
    /** Makes it; the SHA-256 is that of the file's bytes. */
    T of(ScriptedNetwork network, String sha256) throws IOException;
  }

  /** Tells whether an architecture is such a file. */
  public static boolean isMeant(String architecture) {
    return architecture.startsWith(Networks.SCRIPTED);
  }

  /** Returns the qualified URI of the file that an architecture names. */
  public static String uri(String architecture, Configuration conf) {
    String uri = architecture.substring(Networks.SCRIPTED.length());
    if (uri.isBlank()) {
      throw new UserError("--architecture torchscript: names no file; use torchscript:URI");
    }
    return DataFiles.qualified(new Path(uri), conf).toString();
  }

  /** Returns the path of the copy in a run's output. */
  public static Path in(Path output) {
    return new Path(output, FILE_NAME);
  }

  /** Tells whether the file is there. */
  public static boolean exists(String uri, Configuration conf) throws IOException {
    Path file = new Path(uri);
    return DataFiles.fileSystem(file, conf).exists(file);
  }

  /**
   * Reads a file.
   *
   * @throws UserError naming the file, where it cannot be read or trained
   */
  public static ScriptFile read(String uri, Configuration conf) {
    return use(uri, conf, (network, sha256) -> new ScriptFile(uri, sha256, network.program()));
  }

  /** Makes an error about a file. */
  public static UserError refused(String uri, String reason, Throwable cause) {
    return new UserError("--architecture torchscript:%s: %s".formatted(uri, reason), cause);
  }

  /**
   * Loads a file's network and closes it after use; libtorch reads local files alone.
   *
   * @throws UserError naming the file, where it cannot be read
   */
  public static <T> T use(String uri, Configuration conf, Use<T> use) {
    NativeLibrary.load(1);
    Path file = new Path(uri);
    try {
      java.nio.file.Path local = Files.createTempFile("semimeta-network", ".pt");
      try {
        String sha256;
        try (OutputStream out = Files.newOutputStream(local)) {
          sha256 = copy(file, conf, out);
        }
        try (ScriptedNetwork network = ScriptedNetwork.load(local, Placement.CPU)) {
          return use.of(network, sha256);
        }
      } finally {
        Files.delete(local);
      }
    } catch (IOException e) {
      throw refused(uri, DataFiles.unreadable(uri, e).getMessage(), e);
    } catch (UserError e) {
      throw refused(
          uri,
          e.getMessage()
              + "; export the network, in train mode, by torch.jit.script(network).save(FILE)",
          e);
    }
  }

  /** Makes the error, of one line, about a file that is not there. */
  public static UserError missing(String uri) {
    return refused(
        uri,
        DataFiles.unreadable(uri, new FileNotFoundException(uri)).getMessage()
            + "; export the network by torch.jit.script(network).save(FILE)",
        null);
  }

  /** Copies the bytes, and returns their SHA-256. */
  private static String copy(Path file, Configuration conf, OutputStream out) throws IOException {
    MessageDigest sha256 = DigestUtils.getSha256Digest();
    try (InputStream in = new DigestInputStream(DataFiles.open(file, conf), sha256)) {
      in.transferTo(out);
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  /**
   * Copies the file into a run's output, unless it is there.
   *
   * @throws UserError where its bytes are no longer those that were read
   */
  public void keep(Path output, Configuration conf) throws IOException {
    Path own = in(output);
    if (WholeFile.fileSystem(own, conf).exists(own)
        && copy(own, conf, OutputStream.nullOutputStream()).equals(sha256)) {
      return;
    }
    WholeFile.write(own, conf, out -> requireSame(copy(new Path(source), conf, out)));
  }

  /**
   * Refuses a file other than the one that a run began with.
   *
   * @param expected the SHA-256 of the file that the run began with
   */
  public void requireSame(String expected) {
    if (!sha256.equals(expected)) {
      throw refused(
          source,
          "its SHA-256 is %s, not %s as it was; put the file back".formatted(sha256, expected),
          null);
    }
  }
}
