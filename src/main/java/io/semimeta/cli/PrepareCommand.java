package io.semimeta.cli;

import io.semimeta.Shown;
import io.semimeta.UserError;
import io.semimeta.cli.options.Checks;
import io.semimeta.cli.options.Heading;
import io.semimeta.cli.options.ToPath;
import io.semimeta.cluster.ClusterSettings;
import io.semimeta.cluster.SparkSettings;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.DatasetManifest.Shard;
import io.semimeta.data.DatasetManifest.Split;
import io.semimeta.data.Orientation;
import io.semimeta.files.DataFiles;
import io.semimeta.format.SourceFormat;
import io.semimeta.format.SourceOptions;
import io.semimeta.prepare.PrepareCheck;
import io.semimeta.prepare.PrepareJob;
import io.semimeta.prepare.PrepareRequest;
import io.semimeta.prepare.Quarantine;
import io.semimeta.prepare.Resizing;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code semimeta prepare} makes a data set of record files from images. */
@Command(
    name = "prepare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    showDefaultValues = true,
    customSynopsis = "semimeta prepare --format=FORMAT --input=URI --output=URI [OPTIONS]",
    description = "Make a data set of record files from images.",
    footerHeading = "%nExample%n",
    footer =
        "  bin/semimeta prepare --format image-folder --input images --image-size 32 --output"
            + " data/images")
public final class PrepareCommand implements Callable<Integer>, Checked {
  private static final int MAX_IMAGE_SIZE = 8192;
  private static final int SHOWN_CLASSES = 10;

  @Spec private CommandSpec spec;

  @Heading("Input")
  @Option(
      names = "--format",
      required = true,
      paramLabel = "FORMAT",
      description = "Format of the input: ${COMPLETION-CANDIDATES}.")
  private SourceFormat format;

  @Option(
      names = "--input",
      converter = ToPath.class,
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
      converter = ToPath.class,
      paramLabel = "URI",
      description = "Where the test images are, if not in the input.")
  private Path testInput;

  @Heading("Output")
  @Option(
      names = "--output",
      converter = ToPath.class,
      required = true,
      paramLabel = "URI",
      description = "Folder for the data set.")
  private Path output;

  @Heading("Input")
  @Option(
      names = "--class-names",
      converter = ToPath.class,
      paramLabel = "URI",
      description =
          "Text file of class names, one a line, for --format idx and mxnet; for imagenet of lines"
              + " such as 'n01440764 tench', in the order of the classes (otherwise that of the"
              + " ids).")
  private Path classNames;

  @Option(names = "--extra", description = "Train on SVHN's extra_32x32.mat too.")
  private boolean extra;

  @Heading("Images")
  @Option(
      names = "--image-size",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Resize the shorter side to N pixels and crop the centre; 0 stores the images as they"
              + " are.")
  private int imageSize;

  @Option(
      names = "--resize",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Resize the shorter side to N pixels, without a crop, and store JPEG; 0 stores the images"
              + " as they are.")
  private int resize;

  @Option(
      names = "--quality",
      paramLabel = "Q",
      defaultValue = "95",
      description = "Quality of the JPEG that --resize makes, from 1 to 100.")
  private int quality;

  @Option(
      names = "--orientation",
      paramLabel = "O",
      description =
          "exif turns photographs as their EXIF tag says, stored leaves them as their pixels lie"
              + " (default: exif for image-folder, else stored).")
  private Orientation orientation;

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
      converter = ToPath.class,
      paramLabel = "FILE",
      description =
          "The images whose labels 'train' is to use, one a line: id, file name or the end of its"
              + " path.")
  private Path labelList;

  @Heading("Output")
  @Option(
      names = "--shard-size",
      paramLabel = "MB",
      defaultValue = "64",
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
  public void checkOptions(SparkSettings conf) {
    Checks.require(
        imageSize >= 0 && imageSize <= MAX_IMAGE_SIZE, "--image-size", imageSize, "0 to 8192");
    Checks.require(resize >= 0 && resize <= MAX_IMAGE_SIZE, "--resize", resize, "0 to 8192");
    Checks.require(quality >= 1 && quality <= 100, "--quality", quality, "1 to 100");
    if (imageSize > 0 && resize > 0) {
      throw new UserError("--image-size and --resize: give one of them");
    }
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
    new ClusterSettings(conf.master(), conf).requireJavaSerializer();
  }

  @Override
  public void checkFiles(Configuration conf) {
    PrepareCheck.requireFiles(source(), labelList, output, conf);
  }

  private SourceOptions source() {
    return new SourceOptions(input, testInput, classNames, extra);
  }

  @Override
  public Integer call() throws IOException {
    Interruption.of(spec, "finished record files are kept, and the same command goes on with them");
    check(new SparkConf());
    SparkSession session = Sessions.start("semimeta prepare");
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    Configuration conf = spark.hadoopConfiguration();
    PrepareRequest options =
        new PrepareRequest(
            DataFiles.fileSystem(input, conf)
                .makeQualified(input)
                .getName()
                .replaceFirst("\\.(tar|tgz|tar\\.gz|rec)$", ""),
            output.toUri(),
            new Resizing(
                imageSize,
                resize,
                quality,
                orientation == null ? format.orientation() : orientation),
            testFraction,
            numTrain,
            shardSize * 1_000_000L,
            maxBad,
            labelFraction,
            Optional.ofNullable(labelList).map(Path::toUri),
            seed);
    print(PrepareJob.run(spark, format, source(), options));
    return 0;
  }

  /** Lists the first class names. */
  private static String classes(List<String> names) {
    String first =
        names.stream().limit(SHOWN_CLASSES).map(Shown::text).collect(Collectors.joining(", "));
    int more = names.size() - SHOWN_CLASSES;
    return more > 0 ? String.format(Locale.ROOT, "%s and %,d more", first, more) : first;
  }

  private static String passedOver(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(kind -> String.format(Locale.ROOT, "%s %,d", kind.getKey(), kind.getValue()))
        .collect(Collectors.joining(", "));
  }

  private void print(PrepareJob.Result result) {
    PrintWriter out = spec.commandLine().getOut();
    DatasetManifest manifest = result.manifest();
    out.printf(
        "%n%-6s %11s %11s %8s %11s %7s %9s%n",
        "split", "images", "unlabelled", "classes", "size", "shards", "MB");
    String size = manifest.height() == 0 ? "various" : manifest.height() + "x" + manifest.width();
    for (Map.Entry<String, Split> entry : manifest.splits().entrySet()) {
      Split split = entry.getValue();
      long classes = split.perClass().stream().filter(count -> count > 0).count();
      long bytes = split.shards().stream().mapToLong(Shard::bytes).sum();
      out.printf(
          Locale.ROOT,
          "%-6s %,11d %,11d %8d %11s %7d %9.1f%n",
          entry.getKey(),
          split.records(),
          split.unlabelled(),
          classes,
          size,
          split.shards().size(),
          bytes / 1e6);
    }
    out.printf(
        "%s images, written to %s%n",
        manifest.channels() == 1 ? "Grey" : "Colour", Shown.text(output));
    EmptyClasses.line(manifest).ifPresent(out::println);
    out.println("Classes: " + classes(manifest.classes()));
    if (manifest.passedOver() != null) {
      out.println("Passed over: " + passedOver(manifest.passedOver()));
    }
    if (manifest.labelled() != null) {
      out.printf(
          Locale.ROOT,
          "Labelled for training: %,d images, listed in %s%n",
          manifest.labelled().images(),
          Shown.text(new Path(output, manifest.labelled().file())));
    }
    if (result.kept() > 0) {
      out.printf(
          Locale.ROOT, "Record files that an interrupted run had finished: %d%n", result.kept());
    }
    if (result.quarantined() > 0) {
      out.printf(
          Locale.ROOT,
          "%d images could not be read: see %s%n",
          result.quarantined(),
          Shown.text(new Path(output, Quarantine.FILE_NAME)));
    }
    out.flush();
  }
}
