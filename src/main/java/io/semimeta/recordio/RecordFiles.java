package io.semimeta.recordio;

import io.semimeta.data.DatasetManifest;
import io.semimeta.data.RecordPosition;
import io.semimeta.data.Role;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/** Reads record files as batch jobs do. */
public final class RecordFiles {
  private RecordFiles() {}

  /**
   * Returns the images of a split in their order, by contiguous ranges with preferred locations.
   *
   * @param data the data set's folder
   * @param partitions the exact number of partitions, whose sizes differ by one record at most
   * @param withPaths whether the images' paths are wanted; a path is null otherwise, and where the
   *     data set has none
   */
  public static JavaRDD<NamedRecord> rdd(
      JavaSparkContext spark,
      URI data,
      DatasetManifest manifest,
      String split,
      int partitions,
      boolean withPaths) {
    List<RecordPosition> positions = RecordPositions.scan(spark, data, manifest, split);
    List<String> files = PartitionedRecords.files(manifest, split);
    List<List<RecordRange>> ranges = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      List<RecordPosition> own = PartitionedRecords.contiguous(positions, i, partitions);
      ranges.add(RecordRange.of(Role.TEST, own, new TreeMap<>(), files));
    }
    return PartitionedRecords.read(spark, data, manifest, ranges)
        .flatMap(records -> ((ShardRecords) records).images(withPaths));
  }
}
