package io.semimeta.evaluation;

import io.semimeta.Shown;
import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ImageRecord;
import io.semimeta.files.DataFiles;
import io.semimeta.files.FileReading;
import io.semimeta.format.FlatFolderSource;
import io.semimeta.format.SourceFormat;
import io.semimeta.format.SourceOptions;
import io.semimeta.inference.Example;
import io.semimeta.prepare.ListingProgress;
import io.semimeta.prepare.PartImages;
import io.semimeta.prepare.RelativePaths;
import io.semimeta.source.ImageSource;
import io.semimeta.source.InputFiles;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.commons.collections4.IteratorUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.SerializableConfiguration;

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
            .flatMap(
                part ->
                    IteratorUtils.transformedIterator(
                        new PartImages(part, conf.value().value()),
                        image ->
                            example(
                                part.split(),
                                image,
                                labels.of(image.record().label()),
                                paths.of(image.path()))));
    return new Images(examples, format.orientation(), DataTypes.LongType, List.of());
  }

  private static Example example(String split, ImageSource.Image image, int label, String path) {
    ImageRecord record = image.record();
    return new Example(
        split.isEmpty() ? null : split,
        record.id(),
        label,
        path,
        record.encoded(),
        image.problem(),
        null);
  }
}
