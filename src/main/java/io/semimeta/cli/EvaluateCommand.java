package io.semimeta.cli;

import io.semimeta.cli.options.DataFolder;
import io.semimeta.cli.summary.EvaluationSummary;
import io.semimeta.data.DatasetManifest;
import io.semimeta.evaluation.EvaluateJob;
import io.semimeta.evaluation.EvaluateRequest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code semimeta evaluate} measures a trained network's errors. */
@Command(
    name = "evaluate",
    description = "Measure a trained network's errors on a split of a data set.",
    footerHeading = "%nExample%n",
    footer =
        "  bin/semimeta evaluate --checkpoint runs/first --data data/images --report report.json")
final class EvaluateCommand extends ProgramCommand {
  @Option(
      names = "--checkpoint",
      required = true,
      paramLabel = "URI",
      description =
          "A step's folder, or the output of a training run: then its best checkpoint. Give it"
              + " several times to compare networks.")
  private List<Path> checkpoints;

  @Mixin private DataFolder data;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      defaultValue = DatasetManifest.TEST,
      description = "Which images of the data set: train, val or test.")
  private String split;

  @Option(
      names = "--verify",
      description =
          "Read the split's files whole first and compare them with the SHA-256 in the manifest.")
  private boolean verify;

  @Option(names = "--report", paramLabel = "FILE", description = "Write the result as JSON.")
  private Path report;

  @Option(
      names = "--predictions",
      paramLabel = "FILE",
      description =
          "Write a CSV file: id, label, predicted class, its probability and the path, by image.")
  private Path predictions;

  private EvaluateJob job;

  @Override
  public void checkFiles(Configuration conf) throws IOException {
    job =
        new EvaluateJob(
            new EvaluateRequest(
                checkpoints,
                data.path(),
                split,
                Optional.ofNullable(report),
                Optional.ofNullable(predictions)),
            conf);
  }

  @Override
  public Integer call() throws IOException {
    Interruption.of(spec(), "no part of a file was written, and the same command begins again");
    check(new SparkConf());
    try (SparkSession session = Sessions.start("semimeta evaluate")) {
      if (verify) {
        job.verify(session);
      }
      new EvaluationSummary(out()).print(job.run(session));
    }
    return 0;
  }
}
