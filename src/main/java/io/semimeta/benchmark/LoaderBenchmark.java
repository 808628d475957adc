package io.semimeta.benchmark;

import com.sun.management.OperatingSystemMXBean;
import io.semimeta.UserError;
import io.semimeta.console.CountProgress;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.LabelSplit;
import io.semimeta.data.ManifestFile;
import io.semimeta.data.RankRecords;
import io.semimeta.data.RecordList;
import io.semimeta.data.RecordPosition;
import io.semimeta.data.Role;
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
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;
import org.bytedeco.javacpp.PointerScope;

/** Measures one rank's streaming loader when nothing trains. */
public final class LoaderBenchmark {
  private static final int BATCH = 64;
  private static final int WARM_UP_BATCHES = 8;
  private static final int READINGS = 200;
  private static final int WARM_UP_READINGS = 50;
  private static final long SEED = 0;

  /**
   * Says what was measured.
   *
   * @param imagesPerSecond the loader's speed
   * @param verification the share of the loader's CPU time, between 0 and 1, that goes into
   *     comparing records with their checksums; NaN where the data set has none
   */
  public record Figures(double imagesPerSecond, double verification) implements Serializable {}

  private LoaderBenchmark() {}

  /**
   * Reads the training images as a run does, and times it. Then reads a few records over and over,
   * by turns with and without their checksums: the difference is too small to be seen in the
   * loader's own time.
   *
   * @param data the folder of a prepared data set
   * @param imageSize the side of the random crops in pixels, or empty for images as they are stored
   * @param threads the number of threads that decode
   * @param images how many images to time, after some batches to warm up; at least one batch
   * @throws UserError where the data set cannot be read
   */
  public static Figures measure(
      JavaSparkContext spark, URI data, OptionalInt imageSize, int threads, long images) {
    DatasetManifest manifest = ManifestFile.read(data, spark.hadoopConfiguration());
    ImageInput input = ImageInput.of(manifest, imageSize);
    List<RecordPosition> train = RecordPositions.scan(spark, data, manifest, DatasetManifest.TRAIN);
    JavaRDD<RankRecords> records = records(spark, data, manifest, train);
    JavaRDD<RankRecords> unverified = records(spark, data, manifest.withoutSidecars(), train);
    try (CountProgress progress = new CountProgress(spark, "Loading", images)) {
      LongAccumulator count = progress.count();
      return TaskErrors.unwrapped(
          spark,
          () ->
              records
                  .zip(unverified)
                  .map(
                      both -> {
                        FailingHosts.inTask(() -> NativeLibrary.load(1));
                        StreamedImages.Windows windows =
                            StreamedImages.Windows.of(manifest.splits().get(DatasetManifest.TRAIN));
                        Loaded loaded = load(both._1(), input, windows, threads, images, count);
                        double verifying =
                            manifest.hasSidecars()
                                ? verifying(both._1(), both._2(), windows.blockSize())
                                : Double.NaN;
                        return new Figures(loaded.imagesPerSecond, verifying / loaded.cpuNanos);
                      })
                  .first());
    }
  }

  private static JavaRDD<RankRecords> records(
      JavaSparkContext spark, URI data, DatasetManifest manifest, List<RecordPosition> train) {
    LabelSplit unlabelled = new LabelSplit(List.of(), List.of(), train);
    return PartitionedRecords.rdd(spark, data, manifest, unlabelled, List.of(), 1, SEED);
  }

  /** Holds the speed, and the process's CPU time for one image. */
  private record Loaded(double imagesPerSecond, double cpuNanos) {}

  private static Loaded load(
      RankRecords records,
      ImageInput input,
      StreamedImages.Windows windows,
      int threads,
      long images,
      LongAccumulator count) {
    BatchOptions options = new BatchOptions(BATCH, 0, true);
    OperatingSystemMXBean process =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    try (RankImages loader =
        new StreamedImages(records, input, options, windows, Placement.CPU, SEED, 0, threads)) {
      take(loader, 0, WARM_UP_BATCHES, new LongAccumulator());
      long batches = (images + BATCH - 1) / BATCH;
      long cpu = process.getProcessCpuTime();
      long begun = System.nanoTime();
      take(loader, WARM_UP_BATCHES, WARM_UP_BATCHES + batches, count);
      double seconds = (System.nanoTime() - begun) / 1e9;
      double taken = batches * BATCH;
      return new Loaded(taken / seconds, (process.getProcessCpuTime() - cpu) / taken);
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

  /** Returns the CPU time, in nanoseconds, that it takes to verify one record as it is read. */
  private static double verifying(RankRecords verified, RankRecords unverified, int blockSize) {
    RecordList with = verified.list(Role.UNLABELLED);
    RecordList without = unverified.list(Role.UNLABELLED);
    int size = Math.min(with.size(), blockSize);
    for (int i = 0; i < WARM_UP_READINGS; i++) {
      reading(with, size);
      reading(without, size);
    }
    double[] more = new double[READINGS];
    for (int i = 0; i < READINGS; i++) {
      more[i] = reading(with, size) - reading(without, size);
    }
    Arrays.sort(more);
    return more[READINGS / 2] / size;
  }

  private static double reading(RecordList records, int size) {
    ThreadMXBean thread = ManagementFactory.getThreadMXBean();
    long begun = thread.getCurrentThreadCpuTime();
    records.read(0, size);
    return thread.getCurrentThreadCpuTime() - begun;
  }
}
