package io.semimeta.recordio.sql;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest.Shard;
import io.semimeta.recordio.BlockHosts;
import io.semimeta.recordio.RecordIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.connector.read.InputPartition;

/**
 * Describes successive records of one shard as a partition: those that begin within one of {@code
 * parts} equal parts of its bytes. Which records these are is found out where they are read.
 *
 * @param split the split's name
 * @param file the shard's file name
 * @param bytes the length of the whole shard
 * @param shardRecords the number of records of the whole shard
 * @param part the index of the part, from 0
 * @param parts the number of parts, at most as many as there are records
 * @param sidecar whether the shard has a sidecar
 * @param preferredLocations the hosts that have most of the bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ShardSlice(
    String split,
    String file,
    long bytes,
    long shardRecords,
    long part,
    long parts,
    boolean sidecar,
    String[] preferredLocations)
    implements InputPartition {

  /**
   * Locates records of a file.
   *
   * @param from the byte offset of the first record
   * @param to the byte offset after the last record
   * @param records the number of records
   */
  record Range(long from, long to, long records) {}

  /** Takes a shard as it is or, where it is large, cuts it in parts; it opens no file. */
  static List<ShardSlice> cut(String split, Shard shard, long maxBytes, BlockHosts hosts) {
    String file = shard.file();
    long bytes = shard.bytes();
    long parts = Math.max(1, Math.min(shard.records(), (bytes + maxBytes - 1) / maxBytes));
    boolean sidecar = shard.sidecar() != null;
    List<ShardSlice> slices = new ArrayList<>();
    for (long part = 0; part < parts; part++) {
      String[] best = hosts.most(file, begin(part, bytes, parts), begin(part + 1, bytes, parts));
      slices.add(new ShardSlice(split, file, bytes, shard.records(), part, parts, sidecar, best));
    }
    return slices;
  }

  /**
   * Finds the slice's records, by the shard's index where it is one of several slices.
   *
   * @throws UserError where the index is missing or does not fit
   */
  Range range(Path folder, Configuration conf) {
    if (parts == 1) {
      return new Range(0, bytes, shardRecords);
    }
    Path path = new Path(folder, file);
    long[] offsets = RecordIndex.offsets(path, conf);
    if (offsets.length != shardRecords || offsets[0] != 0) {
      throw new UserError(path + ": its index is of another file; prepare the data set again");
    }
    int first = firstFrom(offsets, begin(part, bytes, parts));
    int end =
        part + 1 == parts ? offsets.length : firstFrom(offsets, begin(part + 1, bytes, parts));
    return new Range(offset(offsets, first), offset(offsets, end), end - first);
  }

  private static long begin(long part, long bytes, long parts) {
    return part * bytes / parts;
  }

  private long offset(long[] offsets, int index) {
    return index == offsets.length ? bytes : offsets[index];
  }

  /** Returns the index of the first offset that is not smaller. */
  private static int firstFrom(long[] offsets, long least) {
    int found = Arrays.binarySearch(offsets, least);
    return found < 0 ? -found - 1 : found;
  }
}
