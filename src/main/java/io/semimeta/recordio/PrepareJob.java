package io.semimeta.recordio;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semimeta.UserError;
import io.semimeta.console.StageProgress;
import io.semimeta.data.DataFiles;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.DatasetManifest.Shard;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.ImageSource;
import io.semimeta.data.ManifestFile;
import io.semimeta.files.WholeFile;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.IOUtils;
import org.apache.spark.Partitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;
import scala.Tuple2;

/**
 * Makes a data set of a source, in two Spark jobs: the first decodes every image and tells the
 * driver about it, the second sends each to its shard. The manifest is written last; without it the
 * folder is no data set. The same source and seed give the same bytes, however Spark divides the
 * work.
 */
public final class PrepareJob {
  /** One line of JSON for each image that was left out, with the reason. */
  public static final String QUARANTINE = "quarantine.jsonl";

  private static final Pattern OWN_FILES =
      Pattern.compile(
          "_?(train|test)-\\d{5}-of-\\d{5}\\.(rec|idx)(\\.\\d+)?|_?quarantine\\.jsonl"
              + "|_manifest\\.json");

  private final JavaSparkContext spark;
  private final ImageSource source;
  private final PrepareOptions options;
  private final FileSystem fileSystem;
  private final Path output;
  private final Broadcast<SerializableConfiguration> conf;

  private PrepareJob(JavaSparkContext spark, ImageSource source, PrepareOptions options) {
    this.spark = spark;
    this.source = source;
    this.options = options;
    this.output = new Path(options.output());
    this.fileSystem = DataFiles.fileSystem(output, spark.hadoopConfiguration());
    this.conf = spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
  }

  /**
   * What was made.
   *
   * @param manifest as written
   * @param quarantined how many images were left out
   */
  public record Result(DatasetManifest manifest, int quarantined) {}

  /**
   * Says that the output holds a data set already.
   *
   * @throws UserError when it does; nothing of it is touched
   */
  public static void refuseToOverwrite(URI output, Configuration conf) {
    Path manifest = new Path(new Path(output), DatasetManifest.FILE_NAME);
    try {
      if (DataFiles.fileSystem(manifest, conf).exists(manifest)) {
        throw new UserError(
            output + " holds a prepared data set already; remove it or give another --output");
      }
    } catch (IOException e) {
      throw DataFiles.unreadable(output, e);
    }
  }

  /**
   * Runs the job.
   *
   * @throws UserError when the output holds a data set, or more images than allowed cannot be
   *     decoded; no manifest is written then
   */
  public static Result run(JavaSparkContext spark, ImageSource source, PrepareOptions options)
      throws IOException {
    refuseToOverwrite(options.output(), spark.hadoopConfiguration());
    return new PrepareJob(spark, source, options).run();
  }

  private Result run() throws IOException {
    fileSystem.mkdirs(output);
    removeOwnFiles(true);
    JavaRDD<PreparedImage> images = prepared().persist(StorageLevel.MEMORY_AND_DISK_SER());
    try (StageProgress progress = new StageProgress(spark, "Decoding")) {
      List<SurveyedImage> surveyed =
          TaskErrors.unwrapped(() -> images.map(PreparedImage::survey).collect());
      List<SurveyedImage> good =
          surveyed.stream().filter(image -> image.problem() == null).toList();
      int bad = surveyed.size() - good.size();
      writeQuarantine(surveyed, bad);
      DatasetLayout layout = new DatasetLayout(good, options);
      progress.next("Writing");
      List<Shard> shards = TaskErrors.unwrapped(() -> writeShards(images, layout));
      DatasetManifest manifest =
          ManifestBuilder.build(options.name(), source.classes(), layout, shards);
      ManifestFile.write(manifest, options.output(), spark.hadoopConfiguration());
      return new Result(manifest, bad);
    } catch (Exception e) { // SparkException too, which is checked but not declared
      try {
        removeOwnFiles(false);
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw e;
    } finally {
      images.unpersist(false);
    }
  }

  private JavaRDD<PreparedImage> prepared() {
    List<ImageSource.Part> parts = source.parts();
    if (parts.isEmpty()) {
      throw new UserError("The input holds no images");
    }
    Broadcast<SerializableConfiguration> conf = this.conf;
    Resizing resizing = options.resizing();
    return spark
        .parallelize(parts, parts.size())
        .flatMap(
            part -> {
              ImageSource.Reader reader = part.open(conf.value().value());
              TaskContext.get()
                  .addTaskCompletionListener(
                      (TaskCompletionListener) context -> IOUtils.closeStream(reader));
              return new PreparedImages(part.split(), reader, resizing);
            });
  }

  private List<Shard> writeShards(JavaRDD<PreparedImage> images, DatasetLayout layout) {
    Broadcast<SerializableConfiguration> conf = this.conf;
    Broadcast<Map<DatasetLayout.Key, DatasetLayout.Place>> places =
        spark.broadcast(layout.places());
    List<String> files = layout.shardFiles();
    URI folder = options.output();
    JavaPairRDD<DatasetLayout.Place, ImageRecord> placed =
        images
            .filter(image -> image.record() != null)
            .mapToPair(image -> new Tuple2<>(places.value().get(key(image)), image.record()))
            .filter(pair -> pair._1() != null);
    return placed
        .repartitionAndSortWithinPartitions(new ByShard(files.size()))
        .values()
        .mapPartitionsWithIndex(
            (shard, records) ->
                List.of(
                        ShardWriter.write(
                            folder,
                            files.get(shard),
                            TaskContext.get().taskAttemptId(),
                            records,
                            conf.value().value()))
                    .iterator(),
            true)
        .collect();
  }

  private static DatasetLayout.Key key(PreparedImage image) {
    return new DatasetLayout.Key(image.survey().split(), image.survey().id());
  }

  private static final class ByShard extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int shards;

    ByShard(int shards) {
      this.shards = shards;
    }

    @Override
    public int numPartitions() {
      return shards;
    }

    @Override
    public int getPartition(Object place) {
      return ((DatasetLayout.Place) place).shard();
    }
  }

  private void writeQuarantine(List<SurveyedImage> surveyed, int bad) throws IOException {
    if (bad == 0) {
      return;
    }
    JsonMapper mapper = new JsonMapper();
    StringBuilder lines = new StringBuilder();
    surveyed.stream()
        .filter(image -> image.problem() != null)
        .sorted(Comparator.comparing(SurveyedImage::split).thenComparingLong(SurveyedImage::id))
        .forEach(
            image -> {
              ObjectNode line = mapper.createObjectNode();
              line.put("split", image.split()).put("id", image.id()).put("path", image.path());
              lines.append(line.put("reason", image.problem())).append('\n');
            });
    Path file = new Path(output, QUARANTINE);
    WholeFile.replace(
        file, spark.hadoopConfiguration(), lines.toString().getBytes(StandardCharsets.UTF_8));
    if (bad > options.maxBad()) {
      throw new UserError(
          bad
              + " images cannot be decoded, more than --max-bad "
              + options.maxBad()
              + "; see "
              + file);
    }
  }

  /** What this or an earlier job left behind that did not come to its end. */
  private void removeOwnFiles(boolean alsoQuarantine) throws IOException {
    for (FileStatus file : fileSystem.listStatus(output)) {
      String name = file.getPath().getName();
      if (OWN_FILES.matcher(name).matches() && (alsoQuarantine || !name.equals(QUARANTINE))) {
        fileSystem.delete(file.getPath(), false);
      }
    }
  }
}
