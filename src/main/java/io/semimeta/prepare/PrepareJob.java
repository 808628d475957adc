package io.semimeta.prepare;

import io.semimeta.UserError;
import io.semimeta.console.StageProgress;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.DatasetManifest.Labelled;
import io.semimeta.data.DatasetManifest.Shard;
import io.semimeta.data.ManifestFile;
import io.semimeta.files.DataFiles;
import io.semimeta.files.LeasedPlace;
import io.semimeta.format.SourceFormat;
import io.semimeta.format.SourceOptions;
import io.semimeta.jobs.JobNames;
import io.semimeta.jobs.LeasedOutput;
import io.semimeta.jobs.TaskErrors;
import io.semimeta.prepare.Unfinished.Receipt;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Makes a data set from a source in two Spark jobs: the first decodes every image and tells the
 * driver about it; the second sends each image to its shard. The manifest is written last; without
 * it the folder is no data set. The same source and seed give the same bytes, however Spark divides
 * the work, and however often it was interrupted: what the first job found out and the finished
 * shards are kept ({@link Unfinished}) and checked when the same work is begun again.
 */
public final class PrepareJob {
  private final JavaSparkContext spark;
  private final PrepareRequest options;
  private final Path output;
  private final Configuration conf;
  private final Broadcast<SerializableConfiguration> sharedConf;
  private final LabelChoice labels;
  private final PrepareInput input;
  private final Unfinished unfinished;
  private final OutputFolder folder;

  private PrepareJob(JavaSparkContext spark, PrepareRequest options, Opening opening) {
    this.spark = spark;
    this.options = options;
    this.conf = spark.hadoopConfiguration();
    this.output = DataFiles.qualified(new Path(options.output()), conf);
    this.sharedConf = spark.broadcast(new SerializableConfiguration(conf));
    this.labels = new LabelChoice(options, conf);
    this.input = opening.open(output, sharedConf);
    this.unfinished = Unfinished.in(output, input.fingerprint(options));
    this.folder = new OutputFolder(output, unfinished);
  }

  /** Opens the input of a job that has an output and a configuration for its tasks. */
  @FunctionalInterface
  private interface Opening {
    PrepareInput open(Path output, Broadcast<SerializableConfiguration> conf);
  }

  /**
   * Says what was made.
   *
   * @param manifest manifest as written
   * @param quarantined how many images were left out
   * @param kept how many shards an interrupted run had written
   */
  public record Result(DatasetManifest manifest, int quarantined, int kept) {}

  /**
   * Refuses an output that holds a data set already.
   *
   * @throws UserError when it holds one; nothing of it is touched
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
   * Runs the job over files.
   *
   * @param input where the images are
   * @throws UserError when the output holds a data set, more images than allowed cannot be decoded,
   *     or the labelled images cannot be had; no manifest is written then
   */
  public static Result run(
      JavaSparkContext spark, SourceFormat format, SourceOptions input, PrepareRequest options)
      throws IOException {
    return run(
        spark, options, (output, conf) -> new FormatInput(spark, format, input, output, conf));
  }

  /**
   * Runs the job over the rows of a table. The same ids, labels and bytes give the same record
   * files as they do in files of a format.
   *
   * @throws UserError also when two images have one id, or the rows are others when they are read
   *     again
   */
  public static Result run(JavaSparkContext spark, TableSource table, PrepareRequest options)
      throws IOException {
    return run(spark, options, (output, conf) -> new RowsInput(table));
  }

  private static Result run(JavaSparkContext spark, PrepareRequest options, Opening opening)
      throws IOException {
    refuseToOverwrite(options.output(), spark.hadoopConfiguration());
    PrepareJob job = new PrepareJob(spark, options, opening);
    String group = "semimeta prepare " + job.output;
    try (JobNames names = JobNames.grouped(spark, group, "prepare images", false);
        LeasedOutput leased = LeasedOutput.take(job.spark, "prepare", List.of(place(job.output)))) {
      refuseToOverwrite(
          options.output(), spark.hadoopConfiguration()); // made by the run that it waited for
      return leased.during(() -> job.run(leased));
    }
  }

  static LeasedPlace place(Path output) {
    return LeasedPlace.ofFolder("--output", output);
  }

  private Result run(LeasedOutput leased) throws IOException {
    DataFiles.fileSystem(output, conf).mkdirs(output);
    Optional<List<SurveyedImage>> earlier = unfinished.survey(conf);
    if (earlier.isPresent()) {
      return finish(earlier.get(), Optional.empty(), leased);
    }
    folder.clear(conf);
    JavaRDD<PreparedImage> images =
        input
            .images(options.resizing(), key -> true)
            .setName("prepared images")
            .persist(StorageLevel.MEMORY_AND_DISK_SER());
    try {
      List<SurveyedImage> surveyed = survey(images);
      input.requireSound(surveyed);
      leased.requireHeld();
      unfinished.writeSurvey(surveyed, conf); // from here on a failure leaves what is finished
      return finish(surveyed, Optional.of(images), leased);
    } finally {
      images.unpersist(false);
    }
  }

  private List<SurveyedImage> survey(JavaRDD<PreparedImage> images) {
    try (StageProgress progress = new StageProgress(spark, "Decoding");
        JobNames names = JobNames.described(spark, "decode and survey images")) {
      return TaskErrors.unwrapped(spark, () -> images.map(PreparedImage::survey).collect());
    }
  }

  /**
   * Writes what is not there yet. The labelled images change no shard; therefore they are looked up
   * last, so that a fault in their list costs no work that is done.
   *
   * @param images all images, or empty where an earlier run surveyed them
   */
  private Result finish(
      List<SurveyedImage> surveyed, Optional<JavaRDD<PreparedImage>> images, LeasedOutput leased)
      throws IOException {
    List<SurveyedImage> good = surveyed.stream().filter(image -> image.problem() == null).toList();
    List<SurveyedImage> bad = surveyed.stream().filter(image -> image.problem() != null).toList();
    Path quarantine = new Path(output, Quarantine.FILE_NAME);
    if (!bad.isEmpty()) {
      Quarantine.write(bad, quarantine, conf);
    }
    requireEnough(good, bad, quarantine);
    DatasetLayout layout = new DatasetLayout(good, options);
    ShardJob job =
        new ShardJob(
            spark,
            sharedConf,
            spark.broadcast(layout.places()),
            layout.shardFiles(),
            input.paths(),
            options.output(),
            unfinished);
    Map<Integer, Receipt> receipts = new TreeMap<>(job.verified(unfinished.receipts(conf)));
    int kept = receipts.size();
    leased.requireHeld();
    folder.clearBut(receipts.values().stream().map(Receipt::shard).map(Shard::file).toList(), conf);
    writeShards(job, layout, images, receipts);
    leased.requireHeld();
    folder.clearBut(layout.shardFiles(), conf); // failed attempts leave files
    folder.requireWhole(receipts.values(), conf);
    Labelled labelled =
        LabelChoice.write(labels.of(input, surveyed, layout), options.output(), conf);
    List<Shard> shards = receipts.values().stream().map(Receipt::shard).toList();
    DatasetManifest manifest =
        ManifestBuilder.build(
            options.name(),
            input.classes(),
            options.resizing().orientation(),
            layout,
            shards,
            labelled,
            input.passedOver());
    leased.requireHeld();
    ManifestFile.write(manifest, options.output(), conf);
    unfinished.remove(conf);
    return new Result(manifest, bad.size(), kept);
  }

  private void requireEnough(List<SurveyedImage> good, List<SurveyedImage> bad, Path quarantine) {
    if (bad.size() > options.maxBad()) {
      throw input.tooManyBad(bad, options.maxBad(), quarantine);
    }
    if (good.stream().noneMatch(image -> image.split().equals(DatasetManifest.TRAIN))) {
      throw input.nothingToTrainOn(bad.isEmpty() ? null : quarantine);
    }
  }

  /** Writes the shards that are missing and adds their receipts to the others. */
  private void writeShards(
      ShardJob job,
      DatasetLayout layout,
      Optional<JavaRDD<PreparedImage>> images,
      Map<Integer, Receipt> receipts)
      throws IOException {
    int[] missing =
        IntStream.range(0, layout.shardFiles().size())
            .filter(shard -> !receipts.containsKey(shard))
            .toArray();
    if (missing.length == 0) {
      return;
    }
    Broadcast<Map<DatasetLayout.Key, DatasetLayout.Place>> places = job.places();
    JavaRDD<PreparedImage> wanted =
        images.orElseGet(
            () ->
                input.images(
                    options.resizing(),
                    key -> {
                      DatasetLayout.Place place = places.value().get(key);
                      return place != null && ShardJob.partition(missing, place) >= 0;
                    }));
    List<Receipt> written;
    try (StageProgress progress = new StageProgress(spark, "Writing");
        JobNames names = JobNames.described(spark, "write shards")) {
      written = TaskErrors.unwrapped(spark, () -> job.write(wanted, missing));
    }
    for (int i = 0; i < missing.length; i++) {
      Shard shard = written.get(i).shard();
      int surveyed = layout.shardRecords().get(missing[i]);
      if (shard.records() != surveyed) {
        unfinished.remove(conf);
        throw input.changed(shard.file(), shard.records(), surveyed);
      }
      receipts.put(missing[i], written.get(i));
    }
  }
}
