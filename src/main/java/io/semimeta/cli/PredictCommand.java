package io.semimeta.cli;

import io.semimeta.Shown;
import io.semimeta.UserError;
import io.semimeta.cli.options.Heading;
import io.semimeta.cli.summary.ShownPath;
import io.semimeta.cluster.Cluster;
import io.semimeta.console.Table;
import io.semimeta.evaluation.PredictInput;
import io.semimeta.evaluation.PredictJob;
import io.semimeta.evaluation.PredictRequest;
import io.semimeta.evaluation.PreparedInput;
import io.semimeta.evaluation.SourceInput;
import io.semimeta.evaluation.TableInput;
import io.semimeta.evaluation.table.Mode;
import io.semimeta.format.SourceFormat;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code semimeta predict} writes what a network says of each image. */
@Command(
    name = "predict",
    description = "Write a trained network's class of every image, as a table in Parquet.",
    footerHeading = "%nExample%n",
    footer =
        "  bin/semimeta predict --checkpoint runs/first --input photos --format image-folder"
            + " --output predictions")
final class PredictCommand extends ProgramCommand {
  private static final String DEFAULT_IMAGES = "content";

  @Heading("Input")
  @Option(
      names = "--checkpoint",
      required = true,
      paramLabel = "URI",
      description = "A step's folder, or the output of a training run: then its best checkpoint.")
  private Path checkpoint;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "URI",
      description =
          "The images: a data set made by 'semimeta prepare', or what --format or --input-format"
              + " says.")
  private Path input;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "Only these images of a data set: train, val or test.")
  private String split;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "The input is in a format of 'semimeta prepare': ${COMPLETION-CANDIDATES}. An"
              + " image-folder may also have no folders of classes.")
  private SourceFormat format;

  @Option(
      names = "--input-format",
      paramLabel = "FORMAT",
      description =
          "The input is a table in a format that Spark knows: parquet, orc, binaryFile, delta …")
  private String inputFormat;

  @Option(
      names = "--image-col",
      paramLabel = "COLUMN",
      description = "The table's column of image files' bytes.%n  Default: " + DEFAULT_IMAGES)
  private String imageColumn;

  @Option(
      names = "--id-col",
      paramLabel = "COLUMN",
      description = "The table's column of ids; otherwise an id is a hash of the image's bytes.")
  private String idColumn;

  @Option(
      names = "--keep-columns",
      paramLabel = "COLUMN",
      split = ",",
      description = "The table's columns that go along, with commas between them; '*' is all.")
  private List<String> keptColumns;

  @Option(
      names = "--verify",
      description =
          "Read a data set's files whole first and compare them with the SHA-256 in the manifest.")
  private boolean verify;

  @Heading("Output")
  @Option(
      names = "--output",
      required = true,
      paramLabel = "URI",
      description = "Folder for the table.")
  private Path output;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "errorifexists",
      description = "What happens where the output exists: ${COMPLETION-CANDIDATES}.")
  private Mode mode;

  @Option(
      names = "--features",
      description = "Write what the network's classifier sees of each image, too.")
  private boolean features;

  private PredictJob job;

  @Override
  public void checkOptions(Cluster cluster) {
    boolean table = inputFormat != null;
    require(format == null || !table, "--format and --input-format: give one of them");
    require(table || imageColumn == null, "--image-col is for --input-format");
    require(table || idColumn == null, "--id-col is for --input-format");
    require(table || keptColumns == null, "--keep-columns is for --input-format");
    require(!table || split == null, "--split is for data sets; --input-format is a table's");
    require(
        !verify || (!table && format == null),
        "--verify is for data sets made by 'semimeta prepare'");
    cluster.requireJavaSerializer();
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new UserError(message);
    }
  }

  @Override
  public void checkFiles(Configuration conf) throws IOException {
    job = new PredictJob(new PredictRequest(checkpoint, images(), output, mode, features), conf);
  }

  private PredictInput images() {
    if (inputFormat != null) {
      return new TableInput(
          input,
          inputFormat,
          imageColumn == null ? DEFAULT_IMAGES : imageColumn,
          Optional.ofNullable(idColumn),
          keptColumns == null ? List.of() : keptColumns);
    }
    return format != null
        ? new SourceInput(input, format, Optional.ofNullable(split))
        : new PreparedInput(input, Optional.ofNullable(split), verify);
  }

  @Override
  public Integer call() throws IOException {
    Interruption interruption = Interruption.of(spec(), "nothing was written");
    check(new SparkConf());
    interruption.endsWith(job::stop);
    try (SparkSession session = Sessions.start("semimeta predict")) {
      print(job.run(session));
    }
    return 0;
  }

  private void print(PredictJob.Result result) {
    PrintWriter out = out();
    out.println(
        new Table("checkpoint", ShownPath.of(result.checkpoint()))
            .row("predictions", ShownPath.of(result.output()))
            .row("images", Shown.format("%,d", result.images()))
            .row("not predicted", Shown.format("%,d", result.errors())));
    if (result.errors() > 0) {
      out.println("The column error says why an image was not predicted.");
    }
    out.flush();
  }
}
