package io.semimeta.source;

import io.semimeta.files.DataFiles;
import io.semimeta.files.FileReading;
import java.io.EOFException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Describes a file, or one inside a tar archive without compression, which can be read on its own.
 *
 * @param file URI of the file or archive
 * @param name the file's own name
 * @param offset offset of its first byte in {@code file}
 * @param length length in bytes
 * @param problem why it cannot be read, as its folder's listing tells, or null
 */
public record FileSlice(String file, String name, long offset, long length, String problem)
    implements Serializable {
  /** Lists extensions of formats that are read, and of others that people may expect to be. */
  private static final Set<String> EXTENSIONS =
      Set.of(
          "jpg", "jpeg", "jpe", "jfif", "pjpeg", "pjp", "png", "apng", "webp", "bmp", "dib", "tif",
          "tiff", "gif", "avif", "heic", "heif", "hif", "jxl", "jp2", "j2k", "jpx", "ppm", "pgm",
          "pbm", "pnm", "tga");

  /** Tells from how many bytes on seeking in an object store is faster than reading. */
  private static final int SEEK_BYTES = 1 << 20;

  /** Describes a whole file. */
  public static FileSlice of(InputEntry file) {
    return new FileSlice(file.path().toString(), file.name(), 0, file.length(), file.problem());
  }

  /**
   * Lists the files in an archive, in its order. Only their headers are read.
   *
   * @throws io.semimeta.UserError naming the archive, where it cannot be read
   */
  public static List<FileSlice> inTar(Path archive, Configuration conf) {
    List<FileSlice> slices = new ArrayList<>();
    try {
      addFiles(slices, archive, conf);
    } catch (IOException e) {
      throw DataFiles.unreadable(archive, e);
    }
    return slices;
  }

  private static void addFiles(List<FileSlice> slices, Path archive, Configuration conf)
      throws IOException {
    FileSystem fileSystem = DataFiles.fileSystem(archive, conf);
    long length = fileSystem.getFileStatus(archive).getLen();
    String last = null;
    // The stream is not buffered, so that its position is the archive reader's own. Each file gets
    // a reader of its own, as some versions of it read all that they skip.
    try (FSDataInputStream in = FileReading.open(fileSystem, archive)) {
      for (TarArchiveEntry entry;
          (entry = new WholeTarInputStream(in, last).nextFile(archive)) != null; ) {
        String name = lastName(entry.getName());
        last = entry.getName();
        FileSlice slice =
            new FileSlice(archive.toString(), name, in.getPos(), entry.getSize(), null);
        long end = slice.offset + slice.length;
        long next = end + Math.floorMod(-end, TarConstants.DEFAULT_RCDSIZE);
        if (next > length) {
          throw new EOFException("truncated within " + name);
        }
        slices.add(slice);
        goOn(in, next);
      }
    }
  }

  private static void goOn(FSDataInputStream in, long to) throws IOException {
    if (to - in.getPos() >= SEEK_BYTES) {
      in.seek(to);
    } else {
      in.skipNBytes(to - in.getPos());
    }
  }

  /** Tells whether a name is that of an image, and not hidden. */
  public static boolean isImage(String name) {
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return !name.startsWith(".") && EXTENSIONS.contains(extension);
  }

  /** Returns the name without its extension. */
  public String stem() {
    return stem(name);
  }

  /** Returns a name without its extension. */
  public static String stem(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  /** Returns the last part of a path within an archive, such as {@code ./n01440764_1.JPEG}. */
  public static String lastName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Tells whether it is a file of its own; in an archive a header is before it. */
  boolean isWholeFile() {
    return offset == 0;
  }

  /** Returns the file's path for people. */
  String path() {
    return isWholeFile() ? file : file + "#" + name;
  }
}
