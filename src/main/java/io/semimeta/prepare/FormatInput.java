package io.semimeta.prepare;

import io.semimeta.Shown;
import io.semimeta.UserError;
import io.semimeta.format.SourceFormat;
import io.semimeta.format.SourceOptions;
import io.semimeta.jobs.FailingHosts;
import io.semimeta.natives.Natives;
import io.semimeta.source.ImageSource;
import io.semimeta.source.InputFiles;
import java.util.List;
import java.util.Map;
import org.apache.commons.collections4.IteratorUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/** Gives the images of files in one of the formats, part by part. */
final class FormatInput implements PrepareInput {
  private final JavaSparkContext spark;
  private final SourceFormat format;
  private final SourceOptions input;
  private final Path output;
  private final Broadcast<SerializableConfiguration> sharedConf;
  private final Configuration conf;
  private final ListingProgress progress;
  private final ImageSource source;

  /**
   * Lists the files, and says on standard error what they are.
   *
   * @param output a folder that is passed over where it lies in the input
   */
  FormatInput(
      JavaSparkContext spark,
      SourceFormat format,
      SourceOptions input,
      Path output,
      Broadcast<SerializableConfiguration> sharedConf) {
    this.spark = spark;
    this.format = format;
    this.input = input;
    this.output = output;
    this.sharedConf = sharedConf;
    this.conf = spark.hadoopConfiguration();
    this.progress = new ListingProgress(input.input(), System.err);
    this.source = format.open(input, new InputFiles(conf, output, progress));
    source.recognised().forEach(line -> System.err.println("  " + Shown.text(line)));
  }

  @Override
  public String fingerprint(PrepareRequest options) {
    return Fingerprint.of(
        format, input, source.filesBeside(), options, new InputFiles(conf, output, progress));
  }

  @Override
  public List<String> classes() {
    return source.classes();
  }

  @Override
  public RelativePaths paths() {
    return RelativePaths.to(input, conf);
  }

  @Override
  public boolean isLabelled(long id) {
    return source.isLabelled(id);
  }

  @Override
  public Map<String, Long> passedOver() {
    return source.passedOver();
  }

  @Override
  public JavaRDD<PreparedImage> images(Resizing resizing, Wanted wanted) {
    List<ImageSource.Part> parts = source.parts();
    if (parts.isEmpty()) {
      throw new UserError(
          input.input() + " holds no images; is it the right --input and --format?");
    }
    Broadcast<SerializableConfiguration> conf = this.sharedConf;
    return spark
        .parallelize(parts, parts.size())
        .flatMap(
            part -> {
              FailingHosts.inTask(Natives::loadOpenCv);
              PartImages images = new PartImages(part, conf.value().value());
              return IteratorUtils.transformedIterator(
                  images, image -> new SplitImage(part.split(), image));
            })
        .filter(image -> wanted.test(image.key()))
        .map(image -> PreparedImage.of(image.split(), image.image(), resizing));
  }

  @Override
  public UserError tooManyBad(List<SurveyedImage> bad, int allowed, Path quarantine) {
    return new UserError(
        "%s images cannot be decoded, more than --max-bad %s; see %s"
            .formatted(bad.size(), allowed, quarantine));
  }

  @Override
  public UserError nothingToTrainOn(Path quarantine) {
    return new UserError(
        "%s holds no training image that can be decoded; %s"
            .formatted(
                input.input(),
                quarantine == null
                    ? "is it the right --input and --format?"
                    : "see " + quarantine));
  }

  @Override
  public UserError changed(String shard, long records, int surveyed) {
    return new UserError(
        ("The images changed while they were read: %s got %s records instead of %s; run"
                + " prepare again")
            .formatted(shard, records, surveyed));
  }
}
