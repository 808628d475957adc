package io.semimeta.cli;

import io.semimeta.cli.summary.ComparisonReport;
import io.semimeta.comparison.ComparedRun;
import io.semimeta.comparison.ComparisonJson;
import io.semimeta.comparison.ComparisonPage;
import io.semimeta.comparison.NetworkComparisons;
import io.semimeta.comparison.RunComparison;
import io.semimeta.comparison.RunFolders;
import io.semimeta.data.ManifestFile;
import io.semimeta.files.DataFiles;
import io.semimeta.files.OutputPlace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code semimeta compare} shows several runs beside one another. */
@Command(
    name = "compare",
    description =
        "Show finished runs beside one another: means over draws, paired differences, curves, and"
            + " the options that differ.",
    footerHeading = "%nExample%n",
    footer = "  bin/semimeta compare runs/first runs/second --output comparison.html")
final class CompareCommand extends ProgramCommand {
  @Parameters(
      arity = "1..*",
      paramLabel = "RUN",
      description =
          "Outputs of train, or folders of such: then all runs below. result.json and metrics.jsonl"
              + " are enough.")
  private List<Path> runs;

  @Option(names = "--output", paramLabel = "FILE", description = "Write a page, as HTML.")
  private Path output;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON.")
  private Path json;

  @Option(
      names = "--data",
      paramLabel = "URI",
      description =
          "Folder of a data set, on whose test split the networks are compared image by image.")
  private Path data;

  private final List<String> remarks = new ArrayList<>();
  private RunComparison comparison;

  @Override
  public void checkFiles(Configuration conf) throws IOException {
    remarks.clear();
    if (output != null) {
      OutputPlace.requireFile("--output", output, conf);
    }
    if (json != null) {
      OutputPlace.requireFile("--json", json, conf);
    }
    if (data != null) {
      ManifestFile.read(DataFiles.qualified(data, conf).toUri(), conf);
    }
    List<ComparedRun> found = RunFolders.read(runs, conf, remarks);
    comparison = RunComparison.of(found, remarks);
  }

  @Override
  public Integer call() throws IOException {
    Interruption.of(spec(), "no part of a file was written, and the same command begins again");
    SparkConf conf = new SparkConf();
    check(conf);
    if (data != null) {
      try (SparkSession session = Sessions.start("semimeta compare")) {
        comparison = comparison.with(NetworkComparisons.of(session, comparison.groups(), data));
      }
    }
    new ComparisonReport(out()).print(comparison);
    Configuration files = SparkHadoopUtil.get().newConfiguration(conf);
    if (output != null) {
      writePage("--output", output, comparison, files);
    }
    if (json != null) {
      writeJson("--json", json, comparison, files);
    }
    return 0;
  }

  /** Writes a comparison's page. */
  static void writePage(String option, Path file, RunComparison comparison, Configuration conf) {
    byte[] page = ComparisonPage.of(comparison);
    OutputPlace.replace(option, file, conf, out -> out.write(page));
  }

  /** Writes a comparison's figures. */
  static void writeJson(String option, Path file, RunComparison comparison, Configuration conf) {
    byte[] figures = ComparisonJson.of(comparison);
    OutputPlace.replace(option, file, conf, out -> out.write(figures));
  }
}
