package io.semimeta.evaluation;

import io.semimeta.Shown;
import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.files.DataFiles;
import io.semimeta.files.FileReading;
import io.semimeta.format.FlatFolderSource;
import io.semimeta.format.SourceFormat;
import io.semimeta.format.SourceOptions;
import io.semimeta.inference.Example;
import io.semimeta.prepare.ListingProgress;
import io.semimeta.prepare.RelativePaths;
import io.semimeta.source.ImageSource;
import io.semimeta.source.InputFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.IOUtils;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Names images in one of the formats that {@code prepare} reads.
 *
 * @param input where they are
 * @param format their format; a folder of images may also have no folders of classes
 * @param split one of their splits; empty for all
 */
public record SourceInput(Path input, SourceFormat format, Optional<String> split)
    implements PredictInput {

  @Override
  public void check(Configuration conf) {
    try {
      if (DataFiles.fileSystem(input, conf).getFileStatus(input).isDirectory()
          && DataFiles.fileSystem(input, conf).exists(new Path(input, DatasetManifest.FILE_NAME))) {
        throw new UserError(
            "--input %s: is a prepared data set; leave --format out".formatted(input));
      }
    } catch (IOException e) {
      throw new UserError("--input %s: %s".formatted(input, FileReading.reason(e)), e);
    }
  }

  private ImageSource source(
      SourceOptions options, List<String> classes, Configuration conf, Path output) {
    ListingProgress progress = new ListingProgress(input, System.err);
    boolean flat =
        format == SourceFormat.IMAGE_FOLDER
            && FlatFolderSource.isFlat(input, classes, new InputFiles(conf, output, count -> {}));
    InputFiles files = new InputFiles(conf, output, progress);
    ImageSource source = flat ? FlatFolderSource.open(input, files) : format.open(options, files);
    source.recognised().forEach(line -> System.err.println("  " + Shown.text(line)));
    return source;
  }

  @Override
  public Images images(SparkSession session, Predictor predictor, Path output) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    SourceOptions options = new SourceOptions(input, null, null, false);
    ImageSource source = source(options, predictor.classes(), spark.hadoopConfiguration(), output);
    List<ImageSource.Part> parts =
        source.parts().stream()
            .filter(part -> split.isEmpty() || part.split().equals(split.get()))
            .toList();
    if (parts.isEmpty()) {
      throw new UserError(
          split.isPresent()
              ? "--split %s: %s holds no images of it".formatted(split.get(), input)
              : input + " holds no images; is it the right --input and --format?");
    }
    Labels labels = new Labels(source.classes(), predictor.classes());
    RelativePaths paths = RelativePaths.to(options, spark.hadoopConfiguration());
    Broadcast<SerializableConfiguration> conf =
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    JavaRDD<Example> examples =
        spark
            .parallelize(parts, parts.size())
            .flatMap(part -> new Examples(part, conf.value().value(), labels, paths));
    return new Images(examples, format.orientation(), DataTypes.LongType, List.of());
  }

  /** Reads a part's images one by one. */
  private static final class Examples implements Iterator<Example> {
    private final String split;
    private final ImageSource.Reader reader;
    private final Labels labels;
    private final RelativePaths paths;
    private ImageSource.Image next;
    private boolean ended;

    Examples(ImageSource.Part part, Configuration conf, Labels labels, RelativePaths paths)
        throws IOException {
      this.split = part.split().isEmpty() ? null : part.split();
      this.reader = part.open(conf);
      this.labels = labels;
      this.paths = paths;
      TaskContext.get()
          .addTaskCompletionListener(
              (TaskCompletionListener) context -> IOUtils.closeStream(reader));
    }

    @Override
    public boolean hasNext() {
      if (next == null && !ended) {
        try {
          next = reader.next();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        ended = next == null;
      }
      return !ended;
    }

    @Override
    public Example next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      ImageSource.Image image = next;
      next = null;
      return new Example(
          split,
          image.record().id(),
          labels.of(image.record().label()),
          paths.of(image.path()),
          image.record().encoded(),
          image.problem(),
          null);
    }
  }
}
