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
 * Successive records of one shard: a partition.
 *
 * @param file the shard's file name
 * @param from byte offset of the first record
 * @param to byte offset after the last
 * @param records how many
 * @param preferredLocations hosts that have most of the bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ShardSlice(
    String split, String file, long from, long to, long records, String[] preferredLocations)
    implements InputPartition {

  /** A shard as it is or, where it is large, cut by its index into parts of even size. */
  static List<ShardSlice> cut(
      Path folder, String split, Shard shard, long maxBytes, BlockHosts hosts, Configuration conf) {
    String name = shard.file();
    long bytes = shard.bytes();
    if (bytes <= maxBytes) {
      String[] best = hosts.most(name, 0, bytes);
      return List.of(new ShardSlice(split, name, 0, bytes, shard.records(), best));
    }
    Path file = new Path(folder, name);
    long[] offsets = RecordIndex.offsets(file, conf);
    if (offsets.length != shard.records() || offsets[0] != 0) {
      throw new UserError(file + ": its index is of another file; prepare the data set again");
    }
    List<ShardSlice> slices = new ArrayList<>();
    long parts = (bytes + maxBytes - 1) / maxBytes;
    int first = 0;
    for (long part = 1; part <= parts; part++) {
      int end = firstFrom(offsets, part * bytes / parts);
      if (end > first) {
        long to = end == offsets.length ? bytes : offsets[end];
        String[] best = hosts.most(name, offsets[first], to);
        slices.add(new ShardSlice(split, name, offsets[first], to, end - first, best));
        first = end;
      }
    }
    return slices;
  }

  /** Index of the first offset that is not smaller. */
  private static int firstFrom(long[] offsets, long least) {
    int found = Arrays.binarySearch(offsets, least);
    return found < 0 ? -found - 1 : found;
  }
}
