package io.semimeta.recordio;

import io.semimeta.UserError;
import io.semimeta.data.DataFiles;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.DatasetManifest.Shard;
import io.semimeta.data.DatasetManifest.Split;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.RecordPosition;
import io.semimeta.data.Role;
import io.semimeta.data.RoleRecord;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/** Record files as batch jobs read them. */
public final class RecordFiles {
  private RecordFiles() {}

  /**
   * The images of a split in their order, by contiguous ranges with preferred locations.
   *
   * @param data the data set's folder
   * @param partitions how many, exactly; their sizes differ by one record at most
   */
  public static JavaRDD<ImageRecord> rdd(
      JavaSparkContext spark, URI data, DatasetManifest manifest, String split, int partitions) {
    List<RecordPosition> positions = RecordPositions.scan(spark, data, manifest, split);
    List<String> files = PartitionedRecords.files(manifest, split);
    List<List<RecordRange>> ranges = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      List<RecordPosition> own = PartitionedRecords.contiguous(positions, i, partitions);
      ranges.add(RecordRange.of(Role.TEST, own, new TreeMap<>(), files));
    }
    return PartitionedRecords.read(spark, data, ranges).map(RoleRecord::record);
  }

  /**
   * Compares each shard's SHA-256 with the manifest's. Reads everything.
   *
   * @throws UserError with the shard at fault
   */
  public static void verify(JavaSparkContext spark, URI data, DatasetManifest manifest) {
    List<Shard> shards =
        manifest.splits().values().stream().map(Split::shards).flatMap(List::stream).toList();
    Broadcast<SerializableConfiguration> conf =
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    TaskErrors.unwrapped(
        () ->
            spark
                .parallelize(shards, shards.size())
                .map(
                    shard ->
                        verify(new Path(new Path(data), shard.file()), shard, conf.value().value()))
                .count());
  }

  private static boolean verify(Path file, Shard shard, Configuration conf) throws IOException {
    try (InputStream in = DataFiles.fileSystem(file, conf).open(file)) {
      if (!DigestUtils.sha256Hex(in).equals(shard.sha256())) {
        throw new UserError(
            file + " is damaged (SHA-256 differs); copy it again or prepare the data set again");
      }
    }
    return true;
  }
}
