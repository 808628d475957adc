package io.semimeta.prepare;

import io.semimeta.console.StageProgress;
import io.semimeta.jobs.JobNames;
import io.semimeta.jobs.TaskErrors;
import io.semimeta.prepare.Unfinished.Receipt;
import io.semimeta.recordio.NamedRecord;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.Partitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/**
 * Runs Spark's jobs over the shards of one layout.
 *
 * @param places where each image goes
 * @param files the shards' files, by their index in the layout
 */
record ShardJob(
    JavaSparkContext spark,
    Broadcast<SerializableConfiguration> conf,
    Broadcast<Map<DatasetLayout.Key, DatasetLayout.Place>> places,
    List<String> files,
    RelativePaths paths,
    URI output,
    Unfinished unfinished) {

  /**
   * Returns the shards that are written already, to the last byte, by their index in the layout.
   *
   * @param receipts names of the shards that have a receipt
   * @throws io.semimeta.UserError when a shard is there, but cannot be read
   */
  Map<Integer, Receipt> verified(Set<String> receipts) {
    List<Integer> candidates =
        IntStream.range(0, files.size())
            .filter(i -> receipts.contains(files.get(i)))
            .boxed()
            .toList();
    if (candidates.isEmpty()) {
      return Map.of();
    }
    Broadcast<SerializableConfiguration> conf = this.conf;
    Unfinished unfinished = this.unfinished;
    List<String> names = candidates.stream().map(files::get).toList();
    List<Receipt> shards;
    try (StageProgress progress = new StageProgress(spark, "Checking");
        JobNames jobs = JobNames.described(spark, "check finished shards")) {
      shards =
          TaskErrors.unwrapped(
              () ->
                  spark
                      .parallelize(names, names.size())
                      .map(name -> unfinished.verified(name, conf.value().value()))
                      .collect());
    }
    Map<Integer, Receipt> verified = new TreeMap<>();
    for (int i = 0; i < shards.size(); i++) {
      if (shards.get(i) != null) {
        verified.put(candidates.get(i), shards.get(i));
      }
    }
    return verified;
  }

  /**
   * Writes shards. An image whose label is no longer the surveyed one is left out as if it were
   * gone, which the shard's count tells.
   *
   * @param shards indices of the shards in the layout, ascending
   * @return the shards' receipts, in the same order
   */
  List<Receipt> write(JavaRDD<PreparedImage> images, int[] shards) {
    Broadcast<SerializableConfiguration> conf = this.conf;
    Broadcast<Map<DatasetLayout.Key, DatasetLayout.Place>> places = this.places;
    List<String> names = Arrays.stream(shards).mapToObj(files::get).toList();
    RelativePaths paths = this.paths;
    URI output = this.output;
    Unfinished unfinished = this.unfinished;
    JavaPairRDD<DatasetLayout.Place, NamedRecord> placed =
        images
            .filter(image -> image.record() != null)
            .mapToPair(image -> new Tuple2<>(places.value().get(image.key()), image.named(paths)))
            .filter(pair -> pair._1() != null && partition(shards, pair._1()) >= 0)
            .filter(pair -> pair._1().label() == pair._2().record().label());
    return placed
        .repartitionAndSortWithinPartitions(new ByShard(shards))
        .values()
        .mapPartitionsWithIndex(
            (partition, placedImages) ->
                List.of(
                        ShardWriter.write(
                            output,
                            names.get(partition),
                            TaskContext.get().taskAttemptId(),
                            placedImages,
                            unfinished,
                            conf.value().value()))
                    .iterator(),
            true)
        .collect();
  }

  /** Returns the index of the place's shard among the shards; negative where it is none of them. */
  static int partition(int[] shards, DatasetLayout.Place place) {
    return Arrays.binarySearch(shards, place.shard());
  }

  private static final class ByShard extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int[] shards;

    ByShard(int[] shards) {
      this.shards = shards;
    }

    @Override
    public int numPartitions() {
      return shards.length;
    }

    @Override
    public int getPartition(Object place) {
      return partition(shards, (DatasetLayout.Place) place);
    }
  }
}
