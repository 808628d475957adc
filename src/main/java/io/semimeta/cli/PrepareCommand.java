package io.semimeta.cli;

import io.semimeta.UserError;
import io.semimeta.cli.options.Checks;
import io.semimeta.cli.options.Heading;
import io.semimeta.cli.options.ImageOptions;
import io.semimeta.cli.summary.PrepareReport;
import io.semimeta.cluster.Cluster;
import io.semimeta.files.DataFiles;
import io.semimeta.format.SourceFormat;
import io.semimeta.format.SourceOptions;
import io.semimeta.prepare.PrepareCheck;
import io.semimeta.prepare.PrepareJob;
import io.semimeta.prepare.PrepareRequest;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code semimeta prepare} makes a data set of record files from images. */
@Command(
    name = "prepare",
    customSynopsis = "semimeta prepare --format=FORMAT --input=URI --output=URI [OPTIONS]",
    description = "Make a data set of record files from images.",
    footerHeading = "%nExample%n",
    footer =
        "  bin/semimeta prepare --format image-folder --input images --image-size 32 --output"
            + " data/images")
public class PrepareCommand extends ProgramCommand {
  @Heading("Input")
  @Option(
      names = "--format",
      required = true,
      paramLabel = "FORMAT",
      description = "Format of the input: ${COMPLETION-CANDIDATES}.")
  private SourceFormat format;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "URI",
      description =
          "Images: a folder of train/CLASS/*, test/CLASS/* and val/CLASS/*, or of CLASS/*, with"
              + " images of unknown class in unlabelled/; CIFAR's binary version as archive or"
              + " folder; a folder of IDX files, or of SVHN's .mat files; a folder with ImageNet's"
              + " archives, or with what was in them; a folder of MXNet's record files, or one such"
              + " file.")
  private Path input;

  @Option(
      names = "--test-input",
      paramLabel = "URI",
      description = "Where the test images are, if not in the input.")
  private Path testInput;

  @Heading("Output")
  @Option(
      names = "--output",
      required = true,
      paramLabel = "URI",
      description = "Folder for the data set.")
  private Path output;

  @Heading("Input")
  @Option(
      names = "--class-names",
      paramLabel = "URI",
      description =
          "Text file of class names, one a line, for --format idx and mxnet; for imagenet of lines"
              + " such as 'n01440764 tench', in the order of the classes (otherwise that of the"
              + " ids).")
  private Path classNames;

  @Option(names = "--extra", description = "Train on SVHN's extra_32x32.mat too.")
  private boolean extra;

  @Mixin private ImageOptions images;

  @Heading("Split and labels")
  @Option(
      names = "--test-fraction",
      paramLabel = "F",
      defaultValue = "0.1",
      description =
          "Share of each class to test on, when neither --test-input nor the input has a test"
              + " split.")
  private double testFraction;

  @Option(
      names = "--num-train",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Keep the first N training images only, where they have some of each class; 0 keeps all.")
  private long numTrain;

  @Option(
      names = "--label-fraction",
      paramLabel = "F",
      defaultValue = "0",
      description =
          "Share of the training images whose labels 'train' is to use, drawn at random, as many of"
              + " each class, or all of them with 1; 0 leaves the choice to each run.")
  private double labelFraction;

  @Option(
      names = "--label-list",
      paramLabel = "FILE",
      description =
          "The images whose labels 'train' is to use, one a line: id, file name or the end of its"
              + " path.")
  private Path labelList;

  @Heading("Output")
  @Option(
      names = "--shard-size",
      paramLabel = "MB",
      defaultValue = "" + PrepareRequest.SHARD_MB,
      description = "Size of a record file, about.")
  private int shardSize;

  @Option(
      names = "--max-bad",
      paramLabel = "N",
      defaultValue = "100",
      description = "Fail when more than N images cannot be decoded.")
  private int maxBad;

  @Heading("Split and labels")
  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "0",
      description = "Shuffles the records; draws the test fraction and the labelled images.")
  private long seed;

  @Override
  public void checkOptions(Cluster cluster) {
    images.check();
    Checks.require(
        testFraction >= 0 && testFraction < 1, "--test-fraction", testFraction, "0 to below 1");
    Checks.require(numTrain >= 0, "--num-train", numTrain, "0 or more");
    Checks.require(shardSize >= 1, "--shard-size", shardSize, "1 or more");
    Checks.require(
        labelFraction >= 0 && labelFraction <= 1, "--label-fraction", labelFraction, "0 to 1");
    if (labelFraction > 0 && labelList != null) {
      throw new UserError("--label-fraction and --label-list: give one of them");
    }
    Checks.require(maxBad >= 0, "--max-bad", maxBad, "0 or more");
    format.require(source());
    cluster.requireJavaSerializer();
  }

  @Override
  public void checkFiles(Configuration conf) throws IOException {
    PrepareCheck.requireFiles(source(), labelList, output, conf);
  }

  private SourceOptions source() {
    return new SourceOptions(input, testInput, classNames, extra);
  }

  @Override
  public Integer call() throws IOException {
    Interruption.of(
        spec(), "finished record files are kept, and the same command goes on with them");
    check(new SparkConf());
    SparkSession session = Sessions.start("semimeta prepare");
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    PrepareReport.print(prepare(spark), output, out());
    return 0;
  }

  final Path output() {
    return output;
  }

  final PrepareJob.Result prepare(JavaSparkContext spark) throws IOException {
    Configuration conf = spark.hadoopConfiguration();
    PrepareRequest options =
        new PrepareRequest(
            DataFiles.fileSystem(input, conf)
                .makeQualified(input)
                .getName()
                .replaceFirst("\\.(tar|tgz|tar\\.gz|rec)$", ""),
            output.toUri(),
            images.resizing(format),
            testFraction,
            numTrain,
            shardSize * 1_000_000L,
            maxBad,
            labelFraction,
            Optional.ofNullable(labelList).map(Path::toUri),
            seed);
    return PrepareJob.run(spark, format, source(), options);
  }
}
