package io.semimeta.benchmark;

import com.sun.management.OperatingSystemMXBean;
import io.semimeta.data.DatasetManifest.Shard;
import io.semimeta.data.DatasetManifest.Split;
import io.semimeta.files.DataFiles;
import io.semimeta.prepare.PrepareJob;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/** Times the job that makes a data set. */
public final class PrepareBenchmark {
  private PrepareBenchmark() {}

  /** Makes the data set. */
  @FunctionalInterface
  public interface Preparation {
    PrepareJob.Result run() throws IOException;
  }

  /**
   * Makes the data set once more than it is timed, removes it each time, and returns the figures by
   * their names, in the order in which people read them. Processor time is this process's, and told
   * where the tasks run in it.
   *
   * @param output where the data set is made, a folder that is not there
   * @param steps how often to time it
   */
  public static Map<String, Object> run(
      JavaSparkContext spark, Preparation preparation, Path output, int steps) throws IOException {
    OperatingSystemMXBean process =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    PrepareJob.Result made = once(spark, preparation, output);
    List<Double> seconds = new ArrayList<>();
    List<Double> processorSeconds = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      long begun = System.nanoTime();
      long used = process.getProcessCpuTime();
      made = once(spark, preparation, output);
      seconds.add((System.nanoTime() - begun) / 1e9);
      processorSeconds.add((process.getProcessCpuTime() - used) / 1e9);
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    long images = made.manifest().splits().values().stream().mapToLong(Split::records).sum();
    figures.put("images", images);
    figures.put("record_bytes", bytes(made));
    figures.put("quarantined", made.quarantined());
    figures.put("cores", spark.defaultParallelism());
    Rounds.describe(figures, seconds);
    if (spark.isLocal()) {
      figures.put("cpu_seconds_median", Rounds.median(processorSeconds, Double::doubleValue));
    }
    figures.put("images_per_second", images / Rounds.median(seconds, Double::doubleValue));
    return figures;
  }

  private static long bytes(PrepareJob.Result made) {
    return made.manifest().splits().values().stream()
        .flatMap(split -> split.shards().stream())
        .mapToLong(Shard::bytes)
        .sum();
  }

  private static PrepareJob.Result once(
      JavaSparkContext spark, Preparation preparation, Path output) throws IOException {
    PrepareJob.Result made = preparation.run(); // where it fails, the folder may be another's
    DataFiles.fileSystem(output, spark.hadoopConfiguration()).delete(output, true);
    return made;
  }
}
