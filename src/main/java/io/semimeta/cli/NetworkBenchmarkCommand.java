package io.semimeta.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.semimeta.benchmark.NetworkBenchmark;
import io.semimeta.cli.options.MethodOptions;
import io.semimeta.cli.options.NetworkBenchmarkOptions;
import io.semimeta.cluster.Cluster;
import java.io.IOException;
import java.io.PrintWriter;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

  /** The command {@code semimeta benchmark predict} times predictions of decoded images. */
  @Command(
      name = "predict",
      description = "Seconds of a batch's predictions, without decoding, as a line of JSON.")
  static final class Predict extends NetworkBenchmarkCommand {
    @Override
    NetworkBenchmark benchmark() {
      return options.predict();
    }
  }
}
