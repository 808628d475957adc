package io.semimeta.cli;

import io.semimeta.Shown;
import io.semimeta.cli.summary.ShownPath;
import io.semimeta.console.Table;
import io.semimeta.evaluation.Evaluation;
import io.semimeta.report.ReportJob;
import io.semimeta.report.ReportRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code semimeta report} makes the page on a run. */
@Command(
    name = "report",
    description = "Make a page on a training run: curves, errors, confidence, images to look at.",
    footerHeading = "%nExample%n",
    footer = "  bin/semimeta report --run runs/first --output first.html")
final class ReportCommand extends ProgramCommand {
  @Option(
      names = "--run",
      required = true,
      paramLabel = "URI",
      description = "Output of a training run. A copy of result.json and metrics.jsonl will do.")
  private Path run;

  @Option(
      names = "--data",
      paramLabel = "URI",
      description =
          "Folder of the data set that the run was trained on; without it, where the run found it.")
  private Path data;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "The page's file; without it, report.html in the run's output.")
  private Path output;

  private ReportJob job;

  @Override
  public void checkFiles(Configuration conf) {
    ReportRequest request =
        new ReportRequest(
            run,
            Optional.ofNullable(data),
            Optional.ofNullable(output),
            ReportRequest.MOST_IMAGES,
            line(run, Optional.ofNullable(data), Optional.ofNullable(output)));
    job = new ReportJob(request, conf);
  }

  /** Returns the line that makes the page on a run, as the page shows it. */
  static String line(Path run, Optional<Path> data, Optional<Path> output) {
    List<String> words = new ArrayList<>(List.of("report", "--run", ShownPath.of(run)));
    data.ifPresent(folder -> words.addAll(List.of("--data", ShownPath.of(folder))));
    output.ifPresent(file -> words.addAll(List.of("--output", ShownPath.of(file))));
    return NextCommand.of(words.toArray(String[]::new));
  }

  @Override
  public Integer call() throws IOException {
    Interruption.of(spec(), "no part of a page was written, and the same command begins again");
    check(new SparkConf());
    try (SparkSession session = Sessions.start("semimeta report")) {
      print(job.run(session));
    }
    return 0;
  }

  private void print(Optional<Evaluation> evaluation) {
    PrintWriter out = out();
    Table table = new Table("page", ShownPath.of(job.page()));
    evaluation.ifPresent(
        one ->
            table.row(
                one.split() + " error",
                Shown.format("%.2f %% of %,d images", 100 * one.top1Error(), one.examples())));
    out.println(table);
    job.withoutImages().ifPresent(out::println);
    out.flush();
  }
}
