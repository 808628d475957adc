package io.semimeta.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file, or one inside a tar archive without compression, where it can be read on its own.
 *
 * @param file URI of the file or archive
 * @param name the file's own name
 * @param offset of its first byte in {@code file}
 * @param length in bytes
 */
record FileSlice(String file, String name, long offset, long length) implements Serializable {
  /** Fewer bytes than these are read sooner than an object store answers another request. */
  private static final int SEEK_BYTES = 1 << 20;

  static FileSlice of(FileStatus file) {
    return new FileSlice(file.getPath().toString(), file.getPath().getName(), 0, file.getLen());
  }

  /** The files in an archive in its order. Only their headers are read. */
  static List<FileSlice> inTar(Path archive, Configuration conf) throws IOException {
    FileSystem fileSystem = DataFiles.fileSystem(archive, conf);
    long length = fileSystem.getFileStatus(archive).getLen();
    List<FileSlice> slices = new ArrayList<>();
    // Not buffered, so that the position is the archive reader's own. One reader a file, as some
    // versions of it read all that they skip.
    try (FSDataInputStream in = fileSystem.open(archive)) {
      for (TarArchiveEntry entry;
          (entry = MemberFiles.next(new WholeTarInputStream(in), archive)) != null; ) {
        String name = lastName(entry.getName());
        FileSlice slice = new FileSlice(archive.toString(), name, in.getPos(), entry.getSize());
        long end = slice.offset + slice.length;
        long next = end + Math.floorMod(-end, TarConstants.DEFAULT_RCDSIZE);
        if (next > length) {
          throw new EOFException("truncated within " + name);
        }
        slices.add(slice);
        goOn(in, next);
      }
    }
    return slices;
  }

  private static void goOn(FSDataInputStream in, long to) throws IOException {
    if (to - in.getPos() >= SEEK_BYTES) {
      in.seek(to);
    } else {
      in.skipNBytes(to - in.getPos());
    }
  }

  /** The images in a folder and those in it, sorted by path. */
  static List<FileSlice> imagesIn(Path folder, Configuration conf) throws IOException {
    Map<String, FileSlice> images = new TreeMap<>();
    DataFiles.forEachFile(
        DataFiles.fileSystem(folder, conf),
        folder,
        file -> {
          if (isImage(file.getPath().getName())) {
            images.put(file.getPath().toString(), of(file));
          }
        });
    return new ArrayList<>(images.values());
  }

  static boolean isImage(String name) {
    return ImageFolderSource.isImage(name);
  }

  /** The name without its extension. */
  String stem() {
    return stem(name);
  }

  static String stem(String name) {
    return name.replaceFirst("\\.[^.]*$", "");
  }

  /** The last part of a path within an archive, such as {@code ./n01440764_1.JPEG}. */
  static String lastName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** In an archive a header is before it. */
  boolean isWholeFile() {
    return offset == 0;
  }

  /** For people. */
  String path() {
    return isWholeFile() ? file : file + "#" + name;
  }
}
