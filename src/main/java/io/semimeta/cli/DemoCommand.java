package io.semimeta.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semimeta.Shown;
import io.semimeta.ablation.AblationJob;
import io.semimeta.ablation.AblationRun;
import io.semimeta.cli.options.Checks;
import io.semimeta.cli.options.ToPath;
import io.semimeta.cli.options.WorkerOptions;
import io.semimeta.cli.summary.ShownPath;
import io.semimeta.cli.summary.TrainingProgress;
import io.semimeta.cli.summary.TrainingReport;
import io.semimeta.cluster.Cluster;
import io.semimeta.cluster.Resources;
import io.semimeta.console.Table;
import io.semimeta.demo.Demo;
import io.semimeta.demo.SampleData;
import io.semimeta.distributed.TrainingJob;
import io.semimeta.evaluation.Evaluation;
import io.semimeta.files.DataFiles;
import io.semimeta.files.WholeFile;
import io.semimeta.training.TrainingResult;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The command {@code semimeta demo} compares three methods on sample images. */
@Command(
    name = "demo",
    description =
        "Learn to tell clothes apart from 40 labelled and 9,960 unlabelled images, by three"
            + " methods, on two executors; takes some minutes.")
final class DemoCommand extends ProgramCommand {
  @Option(
      names = "--output",
      converter = ToPath.Text.class,
      paramLabel = "URI",
      defaultValue = "semimeta-demo",
      description = "Folder for data, runs and summary.json; must not exist.")
  private String output;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "2",
      description = "Executors to train on.")
  private int workers;

  @Option(
      names = "--total-steps",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Length of each run.")
  private long totalSteps;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "2",
      description =
          "Draws the 40 labelled images, and everything else. With the default, mixing alone helps"
              + " little, so what unlabelled images give is plain.")
  private long seed;

  @Override
  public Optional<Resources> asked() {
    return Optional.of(new WorkerOptions().of(workers));
  }

  @Override
  public void checkOptions(Cluster cluster) {
    Checks.atLeast("--total-steps", totalSteps, 2);
    cluster.require();
  }

  @Override
  public void checkFiles(Configuration conf) throws IOException {
    SampleData.requireNew(DataFiles.qualified(new Path(output), conf), conf);
  }

  @Override
  public Integer call() throws IOException {
    Interruption.of(spec(), "remove " + Shown.text(output) + " before you begin again");
    check(new SparkConf());
    try (SparkSession session = Sessions.start("semimeta demo")) {
      Demo demo = new Demo(session, new Demo.Request(output, workers, totalSteps, seed));
      Outcomes outcomes = new Outcomes(spec());
      demo.run(outcomes);
      Path summary = new Path(demo.output(), "summary.json");
      WholeFile.replace(
          summary,
          session.sparkContext().hadoopConfiguration(),
          new ObjectMapper()
              .writerWithDefaultPrettyPrinter()
              .writeValueAsBytes(json(outcomes.all)));
      print(demo, outcomes.all, summary);
    }
    return 0;
  }

  /**
   * Holds what a run came to.
   *
   * @param evaluation the evaluation of its last checkpoint, on the test split
   * @param seconds the seconds spent in the training loop
   */
  private record Outcome(AblationRun run, Evaluation evaluation, double seconds) {}

  /** Shows each run, and keeps what it came to. */
  private static final class Outcomes implements AblationJob.Watch {
    private final CommandSpec spec;
    private final List<Outcome> all = new ArrayList<>();
    private double seconds;

    Outcomes(CommandSpec spec) {
      this.spec = spec;
    }

    @Override
    public TrainingResult train(int number, AblationRun run, TrainingJob job) throws IOException {
      PrintWriter out = spec.commandLine().getOut();
      out.printf("%n== %s%n", run.title());
      new TrainingReport(out).plan(job);
      try (TrainingProgress progress = new TrainingProgress(job)) {
        TrainingResult result = job.begunBy(NextCommand.typed(spec)).run(progress);
        seconds = result.seconds();
        return result;
      }
    }

    @Override
    public void onFinished(int number, AblationRun run) {
      throw new IllegalStateException(run.name()); // the output is new
    }

    @Override
    public String pageAgain(Path run, Path data) {
      return ReportCommand.line(run, Optional.of(data), Optional.empty());
    }

    @Override
    public void onUnmeasured(AblationRun run, Exception failure) throws IOException {
      throw new IOException(failure); // there would be no table
    }

    @Override
    public void onTestError(AblationRun run, Evaluation evaluation) {
      all.add(new Outcome(run, evaluation, seconds));
    }
  }

  private static ObjectNode json(List<Outcome> outcomes) {
    ObjectNode summary = new ObjectMapper().createObjectNode();
    for (Outcome outcome : outcomes) {
      Evaluation evaluation = outcome.evaluation();
      summary
          .putObject(outcome.run().name())
          .put("top1_error", evaluation.top1Error())
          .put("top5_error", evaluation.top5Error())
          .put("examples", evaluation.examples())
          .put("training_seconds", outcome.seconds())
          .put("checkpoint", evaluation.checkpoint());
    }
    return summary;
  }

  private void print(Demo demo, List<Outcome> outcomes, Path summary) {
    PrintWriter out = out();
    Table table = new Table("method", "test error", "seconds");
    for (Outcome outcome : outcomes) {
      table.row(
          outcome.run().title(),
          Shown.format("%.1f %%", 100 * outcome.evaluation().top1Error()),
          Math.round(outcome.seconds()));
    }
    AblationRun last = outcomes.get(outcomes.size() - 1).run();
    out.printf("%n%s%n%n", table);
    out.printf("summary    %s%n", ShownPath.of(summary));
    out.printf("runs       %s/{%s}%n", ShownPath.of(demo.output()), names(demo));
    out.printf("reports    %s/{%s}/report.html%n", ShownPath.of(demo.output()), names(demo));
    out.printf("data       %s%n", ShownPath.of(demo.dataFolder()));
    out.println(
        "next       "
            + NextCommand.of(
                "evaluate",
                "--checkpoint",
                ShownPath.of(new Path(last.request().run().output())),
                "--data",
                ShownPath.of(demo.dataFolder())));
    out.println("           " + NextCommand.of("prepare", "--help") + "   for your own images");
    out.flush();
  }

  private static String names(Demo demo) {
    return String.join(",", demo.runs().stream().map(AblationRun::name).toList());
  }
}
