package io.semimeta.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.semimeta.benchmark.PrepareBenchmark;
import io.semimeta.cli.options.Checks;
import io.semimeta.cli.options.Heading;
import io.semimeta.cluster.Cluster;
import io.semimeta.demo.SampleData;
import io.semimeta.files.DataFiles;
import java.io.IOException;
import java.io.PrintWriter;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code semimeta benchmark prepare} times what {@code semimeta prepare} does. */
@Command(
    name = "prepare",
    customSynopsis =
        "semimeta benchmark prepare --format=FORMAT --input=URI --output=URI [OPTIONS]",
    description =
        "Seconds in which prepare makes a data set, as a line of JSON; its folder is removed again.",
    footer =
        "  bin/semimeta benchmark prepare --format image-folder --input images --image-size 32"
            + " --output data/timed")
final class PrepareBenchmarkCommand extends PrepareCommand {
  @Heading("Benchmark")
  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often to make it and time that, after once to warm up.")
  private int steps;

  @Override
  public void checkOptions(Cluster cluster) {
    Checks.atLeast("--steps", steps, 1);
    super.checkOptions(cluster);
  }

  @Override
  public void checkFiles(Configuration conf) throws IOException {
    SampleData.requireNew(DataFiles.qualified(output(), conf), conf);
    super.checkFiles(conf);
  }

  @Override
  public Integer call() throws IOException {
    Interruption.of(spec(), "nothing was measured; remove " + output());
    check(new SparkConf());
    try (SparkSession session = Sessions.start("semimeta benchmark prepare")) {
      JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
      PrintWriter out = out();
      out.println(
          new ObjectMapper()
              .writeValueAsString(
                  PrepareBenchmark.run(spark, () -> prepare(spark), output(), steps)));
      out.flush();
    }
    return 0;
  }
}
