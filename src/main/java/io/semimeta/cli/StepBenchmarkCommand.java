package io.semimeta.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.semimeta.benchmark.StepBenchmark;
import io.semimeta.cli.options.StepBenchmarkOptions;
import io.semimeta.cluster.Cluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code semimeta benchmark step} times a step by itself. */
@Command(
    name = "step",
    description = "Seconds of one rank's step and of its parts, without Spark, as a line of JSON.")
final class StepBenchmarkCommand implements Callable<Integer>, Checked {
  @Spec private CommandSpec spec;

  @Mixin private StepBenchmarkOptions options;

  @Override
  public void checkOptions(Cluster cluster) {
    options.request().requireFit();
  }

  @Override
  public void checkFiles(Configuration conf) {}

  @Override
  public Integer call() throws IOException {
    Interruption.of(spec, "nothing was measured");
    check(new SparkConf());
    PrintWriter out = spec.commandLine().getOut();
    out.println(new ObjectMapper().writeValueAsString(new StepBenchmark(options.request()).run()));
    out.flush();
    return 0;
  }
}
