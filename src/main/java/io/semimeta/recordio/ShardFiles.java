package io.semimeta.recordio;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Opens a data set's record files for reading that compares each record with its checksum. */
final class ShardFiles {
  private final Path data;
  private final Configuration conf;
  private final boolean sidecars;
  private final Map<String, Sidecar> read = new ConcurrentHashMap<>();

  /**
   * Prepares the files; it reads nothing yet.
   *
   * @param data the data set's folder
   * @param sidecars whether the shards have sidecars; those of older data sets do not
   */
  ShardFiles(Path data, Configuration conf, boolean sidecars) {
    this.data = data;
    this.conf = conf;
    this.sidecars = sidecars;
  }

  Path path(String file) {
    return new Path(data, file);
  }

  Configuration conf() {
    return conf;
  }

  boolean hasSidecars() {
    return sidecars;
  }

  /** Opens a record file at its first record. */
  RecordReader open(String file) {
    Sidecar sidecar = sidecars ? sidecar(file) : null;
    return RecordReader.open(path(file), conf).checkedBy(sidecar);
  }

  /** Returns a record file's sidecar, which is read once. */
  Sidecar sidecar(String file) {
    return read.computeIfAbsent(file, name -> Sidecar.read(path(name), conf));
  }
}
