package io.semimeta.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.semimeta.benchmark.EngineBenchmark;
import io.semimeta.benchmark.EngineBenchmark.Network;
import io.semimeta.benchmark.EngineBenchmark.Timing;
import io.semimeta.cli.options.Checks;
import io.semimeta.cli.options.ToPath;
import io.semimeta.cli.options.WorkerOptions;
import io.semimeta.cli.summary.EngineTable;
import io.semimeta.cli.summary.TrainingProgress;
import io.semimeta.cluster.Cluster;
import io.semimeta.cluster.Resources;
import io.semimeta.demo.SampleData;
import io.semimeta.distributed.EngineKind;
import io.semimeta.distributed.TrainingJob;
import io.semimeta.files.DataFiles;
import io.semimeta.files.WholeFile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Times a training step under each engine, for the commands that do so. */
abstract class EngineBenchmarkCommand extends ProgramCommand {
  private static final ObjectMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  @Option(
      names = "--output",
      converter = ToPath.Text.class,
      paramLabel = "URI",
      defaultValue = "semimeta-benchmark",
      description = "Folder for data, runs and benchmark.json; must not exist.")
  private String output;

  @Option(
      names = "--engines",
      paramLabel = "NAMES",
      split = ",",
      defaultValue = EngineKind.BARRIER + "," + EngineKind.BIGDL,
      description = "The first is the reference.")
  private List<String> engines;

  @Option(
      names = "--networks",
      paramLabel = "NAMES",
      split = ",",
      defaultValue = "convlarge:0.25,convlarge,convlarge:1.9",
      description = "Architectures, each with its width after a colon.")
  private List<String> networks;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "2",
      description = "Executors to train on.")
  private int workers;

  @Mixin private WorkerOptions each;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "16",
      description = "Labelled images of one rank's step, and as many unlabelled ones.")
  private int batchSize;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "40",
      description = "Of each run; the first five warm up.")
  private long steps;

  @Override
  public Optional<Resources> asked() {
    return Optional.of(each.of(workers));
  }

  @Override
  public void checkOptions(Cluster cluster) {
    cluster.contradictions();
    cluster.require();
    Checks.atLeast("--batch-size", batchSize, 1);
    Checks.atLeast("--steps", steps, 10);
    engines.forEach(engine -> EngineKind.named(engine).missing(cluster));
    networks.forEach(Network::parse);
  }

  @Override
  public void checkFiles(Configuration conf) throws IOException {
    SampleData.requireNew(DataFiles.qualified(new Path(output), conf), conf);
  }

  @Override
  public Integer call() throws IOException {
    Interruption.of(spec(), "nothing was measured");
    SparkConf conf = new SparkConf();
    Cluster cluster = check(conf);
    cluster.contradictions().forEach(this::warn);
    conf.setAppName("semimeta benchmark");
    for (String engine : engines) {
      EngineKind.named(engine).missing(cluster).forEach(conf::set);
    }
    EngineBenchmark.Request request =
        new EngineBenchmark.Request(
            output,
            engines,
            networks.stream().map(Network::parse).toList(),
            workers,
            batchSize,
            steps);
    try (SparkSession session = Sessions.start(conf)) {
      List<Timing> timings =
          new EngineBenchmark(session, request).run(EngineBenchmarkCommand::show);
      WholeFile.replace(
          new Path(output, "benchmark.json"),
          session.sparkContext().hadoopConfiguration(),
          JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(timings));
      new EngineTable(timings, workers, batchSize).print(out());
    }
    return 0;
  }

  private static void show(Network network, String engine, TrainingJob job) throws IOException {
    try (TrainingProgress progress = new TrainingProgress(network + " on " + engine, job)) {
      job.run(progress);
    }
  }
}
