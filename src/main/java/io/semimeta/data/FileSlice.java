package io.semimeta.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
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

  static FileSlice of(FileStatus file) {
    return new FileSlice(file.getPath().toString(), file.getPath().getName(), 0, file.getLen());
  }

  /** The files in an archive in its order. Only their headers are read. */
  static List<FileSlice> inTar(Path archive, Configuration conf) throws IOException {
    FileSystem fileSystem = DataFiles.fileSystem(archive, conf);
    long length = fileSystem.getFileStatus(archive).getLen();
    List<FileSlice> slices = new ArrayList<>();
    // Not buffered, so that the position is the archive reader's own.
    try (FSDataInputStream in = fileSystem.open(archive);
        TarArchiveInputStream tar = new WholeTarInputStream(in)) {
      for (TarArchiveEntry entry; (entry = MemberFiles.next(tar, archive)) != null; ) {
        String name = new Path(entry.getName()).getName();
        if (in.getPos() + entry.getSize() > length) {
          throw new EOFException("truncated within " + name);
        }
        slices.add(new FileSlice(archive.toString(), name, in.getPos(), entry.getSize()));
      }
    }
    return slices;
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

  /** For people. */
  String path() {
    return offset == 0 ? file : file + "#" + name;
  }
}
