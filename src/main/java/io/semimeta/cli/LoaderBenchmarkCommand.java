package io.semimeta.cli;

import io.semimeta.benchmark.LoaderBenchmark;
import io.semimeta.cli.options.Checks;
import io.semimeta.cli.options.DataFolder;
import io.semimeta.cluster.Cluster;
import io.semimeta.data.ManifestFile;
import io.semimeta.files.DataFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code semimeta benchmark loader} times the streaming loader. */
@Command(
    name = "loader",
    description = "Images a second that training's streaming loader reads, decodes and crops.")
class LoaderBenchmarkCommand extends ProgramCommand {
  @Mixin private DataFolder data;

  @Option(names = "--image-size", paramLabel = "PIXELS", description = "As for train.")
  private Integer imageSize;

  @Option(names = "--threads", paramLabel = "N", defaultValue = "1", description = "That decode.")
  private int threads;

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "10000",
      description = "How many to time; the first 512 are not.")
  private long images;

  @Override
  public void checkOptions(Cluster cluster) {
    Checks.atLeast("--threads", threads, 1);
    Checks.atLeast("--images", images, 1);
    if (imageSize != null) {
      Checks.atLeast("--image-size", imageSize, 1);
    }
  }

  @Override
  public void checkFiles(Configuration conf) {
    ManifestFile.read(DataFiles.qualified(data.path(), conf).toUri(), conf);
  }

  @Override
  public Integer call() throws IOException {
    Interruption.of(spec(), "nothing was measured");
    check(new SparkConf());
    try (SparkSession session = Sessions.start("semimeta benchmark loader")) {
      LoaderBenchmark.Figures figures =
          LoaderBenchmark.measure(
              JavaSparkContext.fromSparkContext(session.sparkContext()),
              data.path().toUri(),
              imageSize == null ? OptionalInt.empty() : OptionalInt.of(imageSize),
              threads,
              images);
      PrintWriter out = out();
      out.printf(
          Locale.ROOT,
          "%.0f images/s with %d %s, %.0f a thread%n",
          figures.imagesPerSecond(),
          threads,
          threads == 1 ? "thread" : "threads",
          figures.imagesPerSecond() / threads);
      if (Double.isFinite(figures.verification())) { // the CPU's clock ticks 100 times a second
        out.printf(
            Locale.ROOT,
            "%.2f %% of its CPU time compares records with their checksums%n",
            100 * figures.verification());
      }
      out.flush();
    }
    return 0;
  }
}
