package io.semimeta.image;

import io.semimeta.LogFile;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Sends what native libraries print to a file beside the program's log. libjpeg and libpng name no
 * image in their messages ("Corrupt JPEG data: …"), print them on C's standard error, and OpenCV
 * has no way to ask them not to. Java's own standard error stays where it is.
 */
final class NativeMessages {
  /** Names a file beside the log: whoever has the log open may close it. */
  private static final String FILE_NAME = "native.log";

  /** Locates the file descriptor in glibc's FILE on 64-bit processors, counted in ints. */
  private static final int FILE_NUMBER = 112 / Integer.BYTES;

  private static final int STANDARD_ERROR = 2;

  /** Keeps the file open. */
  private static FileOutputStream log;

  private NativeMessages() {}

  /** Redirects messages from now on, unless the log is on the terminal or libc is not glibc. */
  static synchronized void toLog() {
    String property = LogFile.path().orElse(null);
    if (property == null || log != null) {
      return;
    }
    Path file = Path.of(property).toAbsolutePath().resolveSibling(FILE_NAME);
    Pointer variable = Loader.addressof("stderr");
    if (variable == null || variable.isNull()) {
      return;
    }
    try (LongPointer address = new LongPointer(variable);
        IntPointer struct = new IntPointer(new At(address.get()))) {
      if (struct.get(FILE_NUMBER) != STANDARD_ERROR) {
        return;
      }
      log = new FileOutputStream(file.toFile(), true);
      struct.put(FILE_NUMBER, number(file));
    } catch (IOException e) {
      // Messages on the terminal are no reason to fail.
    }
  }

  /** Returns the descriptor of a file that this process has open. */
  private static int number(Path file) throws IOException {
    Path real = file.toRealPath();
    try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path link : open) {
        if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(real)) {
          return Integer.parseInt(link.getFileName().toString());
        }
      }
    }
    throw new IOException("not open: " + file);
  }

  /** Points to memory at an address. */
  private static final class At extends Pointer {
    At(long address) {
      this.address = address;
    }
  }
}
