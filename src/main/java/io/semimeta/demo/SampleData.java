package io.semimeta.demo;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ManifestFile;
import io.semimeta.files.DataFiles;
import io.semimeta.files.OutputFile;
import io.semimeta.files.OutputPlace;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Unpacks the sample of Fashion-MNIST in {@code data-prep/fashion-mnist/sample}, of which the jar
 * holds a copy: 10,000 training and 10,000 test images, grey, 14x14 pixels.
 */
public final class SampleData {
  private SampleData() {}

  /** Returns the folder into which {@link #unpack} puts the data set. */
  public static Path folder(Path output) {
    return new Path(output, "data");
  }

  /**
   * Creates an output with the data set, which executors can read.
   *
   * @throws UserError where the output exists already
   */
  public static void unpack(Path output, Configuration conf) throws IOException {
    requireNew(output, conf);
    FileSystem fileSystem = DataFiles.fileSystem(output, conf);
    Path folder = folder(output);
    DatasetManifest manifest;
    try (InputStream in = open(DatasetManifest.FILE_NAME)) {
      manifest = ManifestFile.parse(in);
    }
    for (DatasetManifest.Split split : manifest.splits().values()) {
      for (DatasetManifest.Shard shard : split.shards()) {
        copy(shard.file(), folder, fileSystem);
        copy(shard.file().replaceAll("\\.rec$", ".idx"), folder, fileSystem);
        if (shard.sidecar() != null) {
          copy(DatasetManifest.SidecarFile.name(shard.file()), folder, fileSystem);
        }
      }
    }
    copy(DatasetManifest.FILE_NAME, folder, fileSystem);
  }

  /**
   * Refuses an output that exists already or cannot be made.
   *
   * @throws UserError naming the output
   */
  public static void requireNew(Path output, Configuration conf) throws IOException {
    if (DataFiles.fileSystem(output, conf).exists(output)) {
      throw new UserError("--output %s exists already; choose another folder".formatted(output));
    }
    OutputPlace.requireFolder("--output", output, conf);
  }

  private static void copy(String name, Path folder, FileSystem fileSystem) throws IOException {
    try (InputStream in = open(name);
        OutputStream out = OutputFile.create(fileSystem, new Path(folder, name))) {
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
