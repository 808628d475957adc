package io.semimeta.demo;

import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ManifestFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The sample of Fashion-MNIST in {@code data-prep/fashion-mnist/sample}, which the jar holds a copy
 * of: 10,000 training and 10,000 test images, grey, 14x14 pixels.
 */
public final class SampleData {
  private SampleData() {}

  /** Puts the data set into a folder that executors can read. */
  public static void unpack(Path folder, FileSystem fileSystem) throws IOException {
    DatasetManifest manifest;
    try (InputStream in = open(DatasetManifest.FILE_NAME)) {
      manifest = ManifestFile.parse(in);
    }
    for (DatasetManifest.Split split : manifest.splits().values()) {
      for (DatasetManifest.Shard shard : split.shards()) {
        copy(shard.file(), folder, fileSystem);
        copy(shard.file().replaceAll("\\.rec$", ".idx"), folder, fileSystem);
      }
    }
    copy(DatasetManifest.FILE_NAME, folder, fileSystem);
  }

  private static void copy(String name, Path folder, FileSystem fileSystem) throws IOException {
    try (InputStream in = open(name);
        OutputStream out = fileSystem.create(new Path(folder, name))) {
      in.transferTo(out);
    }
  }

  private static InputStream open(String name) throws IOException {
    InputStream in = SampleData.class.getResourceAsStream("sample/" + name);
    if (in == null) {
      throw new FileNotFoundException("the jar has no sample/" + name);
    }
    return in;
  }
}
