package io.semimeta.benchmark;

import io.semimeta.UserError;
import io.semimeta.console.CountProgress;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.LabelSplit;
import io.semimeta.data.ManifestFile;
import io.semimeta.data.RankRecords;
import io.semimeta.data.RecordPosition;
import io.semimeta.image.ImageInput;
import io.semimeta.jobs.FailingHosts;
import io.semimeta.jobs.TaskErrors;
import io.semimeta.loader.BatchOptions;
import io.semimeta.loader.RankImages;
import io.semimeta.loader.StreamedImages;
import io.semimeta.model.NativeLibrary;
import io.semimeta.model.Placement;
import io.semimeta.recordio.PartitionedRecords;
import io.semimeta.recordio.RecordPositions;
import java.net.URI;
import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;
import org.bytedeco.javacpp.PointerScope;

/** Measures how many images a second one rank's streaming loader gives when nothing trains. */
public final class LoaderBenchmark {
  private static final int BATCH = 64;
  private static final int WARM_UP_BATCHES = 8;
  private static final long SEED = 0;

  private LoaderBenchmark() {}

  /**
   * Reads the training images as a run does, and times it.
   *
   * @param data the folder of a prepared data set
   * @param imageSize the side of the random crops in pixels, or empty for images as they are stored
   * @param threads the number of threads that decode
   * @param images how many images to time, after some batches to warm up; at least one batch
   * @return images a second
   * @throws UserError where the data set cannot be read
   */
  public static double imagesPerSecond(
      JavaSparkContext spark, URI data, OptionalInt imageSize, int threads, long images) {
    DatasetManifest manifest = ManifestFile.read(data, spark.hadoopConfiguration());
    ImageInput input = ImageInput.of(manifest, imageSize);
    List<RecordPosition> train = RecordPositions.scan(spark, data, manifest, DatasetManifest.TRAIN);
    LabelSplit unlabelled = new LabelSplit(List.of(), List.of(), train);
    JavaRDD<RankRecords> records =
        PartitionedRecords.rdd(spark, data, manifest, unlabelled, List.of(), 1, SEED);
    try (CountProgress progress = new CountProgress(spark, "Loading", images)) {
      LongAccumulator count = progress.count();
      return TaskErrors.unwrapped(
          spark,
          () -> records.map(rank -> walk(rank, manifest, input, threads, images, count)).first());
    }
  }

  private static double walk(
      RankRecords records,
      DatasetManifest manifest,
      ImageInput input,
      int threads,
      long images,
      LongAccumulator count) {
    FailingHosts.inTask(() -> NativeLibrary.load(1));
    BatchOptions options = new BatchOptions(BATCH, 0, true);
    StreamedImages.Windows windows =
        StreamedImages.Windows.of(manifest.splits().get(DatasetManifest.TRAIN));
    try (RankImages loader =
        new StreamedImages(records, input, options, windows, Placement.CPU, SEED, 0, threads)) {
      take(loader, 0, WARM_UP_BATCHES, new LongAccumulator());
      long batches = (images + BATCH - 1) / BATCH;
      long begun = System.nanoTime();
      take(loader, WARM_UP_BATCHES, WARM_UP_BATCHES + batches, count);
      return batches * BATCH / ((System.nanoTime() - begun) / 1e9);
    }
  }

  private static void take(RankImages loader, long from, long to, LongAccumulator count) {
    for (long step = from; step < to; step++) {
      try (PointerScope scope = new PointerScope()) {
        loader.unlabelled(step);
      }
      count.add(BATCH);
    }
  }
}
