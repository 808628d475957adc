package io.semimeta.recordio;

import io.semimeta.UserError;
import io.semimeta.console.StageProgress;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.DatasetManifest.Shard;
import io.semimeta.data.RecordPosition;
import io.semimeta.jobs.JobNames;
import io.semimeta.jobs.TaskErrors;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/** Finds where the records of a split lie. */
public final class RecordPositions {
  private RecordPositions() {}

  /**
   * Reads every record's header, not its image, by one Spark task a shard.
   *
   * @param data the data set's folder
   * @param split the name of a split of the manifest
   * @return the positions, in the order of shards and offsets
   * @throws UserError when the split is missing, or the shards are not what the manifest says
   */
  public static List<RecordPosition> scan(
      JavaSparkContext spark, URI data, DatasetManifest manifest, String split) {
    List<Shard> shards = manifest.split(split, data).shards();
    int classCount = manifest.classes().size();
    Broadcast<SerializableConfiguration> conf =
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    List<Integer> indices = IntStream.range(0, shards.size()).boxed().toList();
    List<List<RecordPosition>> byShard;
    try (StageProgress progress = new StageProgress(spark, "Reading");
        JobNames names = JobNames.described(spark, "read record headers of " + split)) {
      byShard =
          TaskErrors.unwrapped(
              () ->
                  spark
                      .parallelize(indices, shards.size())
                      .map(
                          shard ->
                              scanShard(
                                  data, shards.get(shard), shard, classCount, conf.value().value()))
                      .collect());
    } finally {
      conf.destroy();
    }
    List<RecordPosition> positions = new ArrayList<>();
    Set<Long> ids = new HashSet<>();
    for (List<RecordPosition> inShard : byShard) {
      for (RecordPosition position : inShard) {
        if (!ids.add(position.id())) {
          throw new UserError(
              data + ": image " + position.id() + " is there twice; prepare the data set again");
        }
        positions.add(position);
      }
    }
    return positions;
  }

  private static List<RecordPosition> scanShard(
      URI data, Shard shard, int index, int classCount, Configuration conf) throws IOException {
    Path file = new Path(new Path(data), shard.file());
    List<RecordPosition> positions = new ArrayList<>();
    Sidecar sidecar = shard.sidecar() == null ? null : Sidecar.read(file, conf);
    try (RecordReader reader = RecordReader.openForHeaders(file, conf).checkedBy(sidecar)) {
      for (RecordHeader header; (header = reader.nextHeader()) != null; ) {
        header.checkLabel(file, classCount);
        positions.add(new RecordPosition(index, header.offset(), header.id(), header.label()));
      }
    }
    if (positions.size() != shard.records()) {
      throw new UserError(
          file
              + " holds "
              + positions.size()
              + " records instead of "
              + shard.records()
              + "; prepare the data set again");
    }
    return positions;
  }
}
