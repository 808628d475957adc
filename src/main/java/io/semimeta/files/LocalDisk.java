package io.semimeta.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Hadoop's local file system, but for permissions. Hadoop has a program set them for each file and
 * folder that it makes; a Ctrl-C reaches that program too, and the file that was to be the last
 * checkpoint fails.
 */
final class LocalDisk extends RawLocalFileSystem {
  @SuppressWarnings("deprecation") // what replaces it cannot be set
  LocalDisk(Configuration conf) throws IOException {
    initialize(getUri(), conf);
    // Hadoop resets those of one class of each scheme only.
    statistics = getStatistics(getUri().getScheme(), RawLocalFileSystem.class);
  }

  @Override
  public void setPermission(Path path, FsPermission permission) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(pathToFile(path).toPath(), PosixFileAttributeView.class);
    if (view == null) {
      super.setPermission(path, permission);
      return;
    }
    view.setPermissions(
        PosixFilePermissions.fromString(
            permission.getUserAction().SYMBOL
                + permission.getGroupAction().SYMBOL
                + permission.getOtherAction().SYMBOL));
  }
}
