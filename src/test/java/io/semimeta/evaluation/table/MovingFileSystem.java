package io.semimeta.evaluation.table;

import io.semimeta.files.SchemeFileSystem;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A local folder behind the scheme {@code moving:}, which copies files where it is to rename them,
 * as an object store does, and is told to stop on the way.
 */
public final class MovingFileSystem extends FilterFileSystem {
  private static final AtomicReference<String> FAILING = new AtomicReference<>();

  /** Makes one, as Hadoop does. */
  public MovingFileSystem() {
    super(new Disk());
  }

  private static final class Disk extends SchemeFileSystem {
    @Override
    public String getScheme() {
      return "moving";
    }
  }

  static Configuration configuration() {
    Configuration conf = new Configuration(false);
    conf.setClass("fs.moving.impl", MovingFileSystem.class, FileSystem.class);
    return conf;
  }

  /** The next such file that is renamed is copied and not deleted, or that is deleted stays. */
  static void failNext(String name) {
    FAILING.set(name);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    if (getFileStatus(from).isDirectory()) {
      throw new IOException("a store has no folders");
    }
    FileUtil.copy(this, from, this, to, false, getConf());
    return delete(from, false);
  }

  @Override
  public boolean delete(Path file, boolean recursive) throws IOException {
    if (exists(file) && file.getName().equals(FAILING.get())) {
      FAILING.set(null);
      throw new IOException("the store is away");
    }
    return super.delete(file, recursive);
  }
}
