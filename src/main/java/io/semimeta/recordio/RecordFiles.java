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
   * Returns the images of a split in their order, by contiguous ranges with preferred locations, in
   * groups: only the last group of the split may have fewer images than the others.
   *
   * @param data the data set's folder
   * @param partitions the exact number of partitions, whose sizes differ by one group at most
   * @param group how many images that follow one another stay together
   * @param withPaths whether the images' paths are wanted; a path is null otherwise, and where the
   *     data set has none
   */
  public static JavaRDD<NamedRecord> rdd(
      JavaSparkContext spark,
      URI data,
      DatasetManifest manifest,
      String split,
      int partitions,
      int group,
      boolean withPaths) {
    List<RecordPosition> positions = RecordPositions.scan(spark, data, manifest, split);
    List<String> files = PartitionedRecords.files(manifest, split);
    List<List<RecordRange>> ranges =
        grouped(positions, partitions, group).stream()
            .map(own -> RecordRange.of(Role.TEST, own, new TreeMap<>(), files))
            .toList();
    return images(spark, data, manifest, ranges, withPaths);
  }

  /**
   * Returns chosen images of a split, in groups as {@link #rdd} does.
   *
   * @param positions where they lie, in the order of the record files
   * @param withPaths whether the images' paths are wanted
   */
  public static JavaRDD<NamedRecord> chosen(
      JavaSparkContext spark,
      URI data,
      DatasetManifest manifest,
      String split,
      List<RecordPosition> positions,
      int partitions,
      int group,
      boolean withPaths) {
    List<String> files = PartitionedRecords.files(manifest, split);
    List<List<RecordRange>> ranges =
        grouped(positions, partitions, group).stream()
            .map(own -> RecordRange.singles(Role.TEST, own, files))
            .toList();
    return images(spark, data, manifest, ranges, withPaths);
  }

  private static JavaRDD<NamedRecord> images(
      JavaSparkContext spark,
      URI data,
      DatasetManifest manifest,
      List<List<RecordRange>> ranges,
      boolean withPaths) {
    return PartitionedRecords.read(spark, data, manifest, ranges)
        .flatMap(records -> ((ShardRecords) records).images(withPaths));
  }

  private static List<List<RecordPosition>> grouped(
      List<RecordPosition> positions, int partitions, int group) {
    long groups = -Math.floorDiv(-positions.size(), group);
    List<List<RecordPosition>> grouped = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      int from = end(positions.size(), group, i * groups / partitions);
      int to = end(positions.size(), group, (i + 1) * groups / partitions);
      grouped.add(positions.subList(from, to));
    }
    return grouped;
  }

  /** Returns the index after the given number of groups. */
  private static int end(int positions, int group, long groups) {
    return (int) Math.min(positions, groups * group);
  }
}
