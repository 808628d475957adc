package io.semimeta.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.semimeta.benchmark.NetworkBenchmark;
import io.semimeta.cli.options.Heading;
import io.semimeta.cli.options.MethodOptions;
import io.semimeta.cli.options.NetworkBenchmarkOptions;
import io.semimeta.cluster.Cluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Times work of one network in this process and prints a line of JSON. */
abstract class NetworkBenchmarkCommand extends ProgramCommand {
  @Mixin NetworkBenchmarkOptions options;

  abstract NetworkBenchmark benchmark();

  @Override
  public void checkOptions(Cluster cluster) {
    benchmark().requireFit();
  }

  @Override
  public void checkFiles(Configuration conf) {}

  @Override
  public Integer call() throws IOException {
    Interruption.of(spec(), "nothing was measured").endsAtOnce();
    check(new SparkConf());
    PrintWriter out = out();
    out.println(new ObjectMapper().writeValueAsString(benchmark().run()));
    out.flush();
    return 0;
  }

  /** The command {@code semimeta benchmark step} times a step by itself. */
  @Command(
      name = "step",
      description = "Seconds of one rank's step and its parts, without Spark, as a line of JSON.")
  static final class Step extends NetworkBenchmarkCommand {
    @Mixin private MethodOptions method;

    @Override
    NetworkBenchmark benchmark() {
      return options.step(method);
    }
  }

  /** The command {@code semimeta benchmark predict} times predictions. */
  @Command(
      name = "predict",
      description = "Seconds of a batch's predictions, or of a folder's, as a line of JSON.")
  static final class Predict extends NetworkBenchmarkCommand {
    @Option(
        names = "--input",
        paramLabel = "FOLDER",
        description =
            "Image files on this machine: a step decodes and predicts them all, a batch a thread at"
                + " a time.%n  Default: a step predicts a batch of random pixels")
    @Heading("Benchmark")
    private Path input;

    @Override
    NetworkBenchmark benchmark() {
      return options.predict(Optional.ofNullable(input));
    }
  }
}
