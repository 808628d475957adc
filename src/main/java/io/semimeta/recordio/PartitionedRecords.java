package io.semimeta.recordio;

import io.semimeta.data.DatasetManifest;
import io.semimeta.data.DatasetManifest.Shard;
import io.semimeta.data.LabelSplit;
import io.semimeta.data.RankRecords;
import io.semimeta.data.RecordPosition;
import io.semimeta.data.Role;
import io.semimeta.data.SeededOrder;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SerializableWritable;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;
import scala.collection.mutable.ListBuffer;
import scala.reflect.ClassTag$;

/**
 * Presents a data set as one RDD with one partition a rank, which holds one element. Rank r of n
 * has every n-th labelled and every n-th validation image, by a seeded shuffle, and a contiguous
 * range of the unlabelled images and of the validation or test split; no share differs from another
 * by more than one. Within a partition the roles follow one another in the order of {@link Role},
 * each in the order of the record files.
 */
public final class PartitionedRecords {
  private PartitionedRecords() {}

  /**
   * Makes the RDD, which reads when an action runs, each executor its own part.
   *
   * @param data the data set's folder
   * @param split the division of the training images
   * @param test the records of the split that errors are measured on, or none
   * @param ranks the exact number of partitions
   * @param seed the seed that deals labelled and validation images to the ranks
   */
  public static JavaRDD<RankRecords> rdd(
      JavaSparkContext spark,
      URI data,
      DatasetManifest manifest,
      LabelSplit split,
      List<RecordPosition> test,
      int ranks,
      long seed) {
    List<String> trainFiles = files(manifest, DatasetManifest.TRAIN);
    List<String> testFiles =
        test.isEmpty() ? List.of() : files(manifest, manifest.evaluated().orElseThrow());
    List<RecordPosition> others = new ArrayList<>(split.labelled());
    others.addAll(split.validation());
    NavigableMap<Integer, NavigableSet<Long>> excluded = RecordRange.offsets(others);
    List<List<RecordRange>> byRank = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      List<RecordRange> ranges = new ArrayList<>();
      List<RecordPosition> labelled = dealt(split.labelled(), rank, ranks, seed);
      List<RecordPosition> validation = dealt(split.validation(), rank, ranks, seed);
      ranges.addAll(RecordRange.singles(Role.LABELLED, labelled, trainFiles));
      ranges.addAll(RecordRange.singles(Role.VALIDATION, validation, trainFiles));
      List<RecordPosition> unlabelled = contiguous(split.unlabelled(), rank, ranks);
      ranges.addAll(RecordRange.of(Role.UNLABELLED, unlabelled, excluded, trainFiles));
      List<RecordPosition> ownTest = contiguous(test, rank, ranks);
      ranges.addAll(RecordRange.of(Role.TEST, ownTest, new TreeMap<>(), testFiles));
      byRank.add(ranges);
    }
    return read(spark, data, manifest, byRank);
  }

  static JavaRDD<RankRecords> read(
      JavaSparkContext spark,
      URI data,
      DatasetManifest manifest,
      List<List<RecordRange>> byPartition) {
    if (byPartition.isEmpty()) {
      return spark.emptyRDD();
    }
    Path folder = new Path(data);
    boolean sidecars = manifest.hasSidecars();
    Broadcast<SerializableConfiguration> conf =
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    return located(spark, byPartition, new BlockHosts(folder, spark.hadoopConfiguration()))
        .<RankRecords>map(
            split ->
                new ShardRecords(
                    split.value().ranges(), new ShardFiles(folder, conf.value().value(), sidecars)))
        .setName("records by partition");
  }

  /**
   * Makes a partition of each rank's ranges, with preferred locations, as Scala's API alone can.
   */
  @SuppressWarnings({"rawtypes", "unchecked"}) // Scala 2.12 and 2.13 have other types of sequences
  private static JavaRDD<SerializableWritable<RankSplit>> located(
      JavaSparkContext spark, List<List<RecordRange>> byPartition, BlockHosts hosts) {
    ListBuffer splits = new ListBuffer();
    for (List<RecordRange> ranges : byPartition) {
      ListBuffer best = new ListBuffer();
      for (String host : hosts.most(ranges)) {
        best.$plus$eq(host);
      }
      SerializableWritable<RankSplit> split = new SerializableWritable<>(new RankSplit(ranges));
      splits.$plus$eq(new Tuple2<>(split, best.toList()));
    }
    RDD<SerializableWritable<RankSplit>> located =
        spark.sc().makeRDD(splits.toList(), ClassTag$.MODULE$.apply(SerializableWritable.class));
    return located.toJavaRDD();
  }

  static List<String> files(DatasetManifest manifest, String split) {
    return manifest.splits().get(split).shards().stream().map(Shard::file).toList();
  }

  static List<RecordPosition> contiguous(List<RecordPosition> positions, int rank, int ranks) {
    long n = positions.size();
    return positions.subList((int) (rank * n / ranks), (int) ((rank + 1) * n / ranks));
  }

  private static List<RecordPosition> dealt(
      List<RecordPosition> positions, int rank, int ranks, long seed) {
    List<RecordPosition> order =
        SeededOrder.shuffled(positions, seed, SeededOrder.Purpose.RANKS, RecordPosition::id);
    List<RecordPosition> own = new ArrayList<>();
    for (int i = rank; i < order.size(); i += ranks) {
      own.add(order.get(i));
    }
    own.sort(RecordPosition.ORDER);
    return own;
  }
}
