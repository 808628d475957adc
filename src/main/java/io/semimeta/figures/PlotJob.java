package io.semimeta.figures;

import io.semimeta.Shown;
import io.semimeta.UserError;
import io.semimeta.console.ProgressDisplay;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.LabelBalance;
import io.semimeta.data.LabelIndices;
import io.semimeta.data.LabelSplit;
import io.semimeta.data.ManifestFile;
import io.semimeta.data.RecordPosition;
import io.semimeta.embedding.Tsne;
import io.semimeta.embedding.Tsne.Embedding;
import io.semimeta.evaluation.FeatureNetwork;
import io.semimeta.files.DataFiles;
import io.semimeta.files.LeasedPlace;
import io.semimeta.files.OutputLease;
import io.semimeta.files.OutputPlace;
import io.semimeta.jobs.JobNames;
import io.semimeta.jobs.LeasedOutput;
import io.semimeta.plot.FeatureFigure;
import io.semimeta.plot.FeatureMap;
import io.semimeta.plot.FigureFormat;
import io.semimeta.plot.PlottedImage;
import io.semimeta.recordio.RecordPositions;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.text.StringEscapeUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Draws networks' features of a sample of images. Executors compute the features; t-SNE runs on the
 * driver, since each step needs all points.
 */
public final class PlotJob {
  private static final String OUTPUT = "--output";

  /** The time goes with the square of the number: so many take hours. */
  private static final long MOST_IMAGES = 100_000;

  private final PlotRequest request;
  private final Configuration conf;
  private final FigureFormat format;
  private final List<FeatureNetwork> networks = new ArrayList<>();
  private final URI data;
  private final URI labelIndices;
  private final DatasetManifest manifest;

  /**
   * Reads checkpoints and manifest and compares them, without Spark and without libtorch.
   *
   * @throws UserError where checkpoints, data and options do not fit or cannot be read
   */
  public PlotJob(PlotRequest request, Configuration conf) throws IOException {
    this.request = request;
    this.conf = conf;
    this.format = FigureFormat.of(OUTPUT, request.output().toString());
    for (Path file : List.of(request.output(), request.coordinates())) {
      OutputPlace.requireFile(OUTPUT, file, conf);
    }
    this.data = DataFiles.qualified(request.data(), conf).toUri();
    this.labelIndices = DataFiles.qualified(request.labelIndices(), conf).toUri();
    this.manifest = ManifestFile.read(data, conf);
    outputs().forEach(file -> OutputLease.refuseLive(file, conf));
    for (Path checkpoint : request.checkpoints()) {
      networks.add(FeatureNetwork.read(checkpoint, data, manifest, conf));
    }
    requireNumber();
  }

  private List<LeasedPlace> outputs() {
    return List.of(
        LeasedPlace.ofFile(OUTPUT, request.output()),
        LeasedPlace.ofFile(OUTPUT, request.coordinates()));
  }

  private void requireNumber() {
    long labelled = LabelIndices.count(labelIndices, conf);
    long rest = manifest.split(DatasetManifest.TRAIN, data).records() - labelled;
    long test = hasTest() ? manifest.split(DatasetManifest.TEST, data).records() : 0;
    long number = request.numPoint();
    long images = labelled + Math.max(0, Math.min(number, rest)) + Math.min(number, test);
    if (images > MOST_IMAGES) {
      throw new UserError(
          Shown.format(
              "%,d images are too many for t-SNE (%,d labelled, and --num-point %,d each of the"
                  + " others): draw at most %,d",
              images, labelled, number, MOST_IMAGES));
    }
    Tsne.requirePerplexity("--perplexity", request.perplexity(), (int) images);
  }

  private boolean hasTest() {
    return manifest.splits().containsKey(DatasetManifest.TEST);
  }

  /**
   * Computes the features, embeds and draws them, and writes figure and coordinates.
   *
   * @throws UserError where images or files cannot be read, or the network has no features
   */
  public FeaturePlot run(SparkSession session) throws IOException {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    try (LeasedOutput leased = LeasedOutput.take(spark, "plot-features", outputs())) {
      return leased.during(() -> run(spark, leased));
    }
  }

  private FeaturePlot run(JavaSparkContext spark, LeasedOutput leased) throws IOException {
    FeatureSample sample = sample(spark);
    List<FeatureMap> maps = new ArrayList<>();
    List<FeaturePlot.Row> rows = new ArrayList<>();
    for (int i = 0; i < networks.size(); i++) {
      FeatureNetwork network = networks.get(i);
      float[][] features = features(spark, network, sample);
      Embedding embedding = embed(features, "t-SNE " + (i + 1) + " of " + networks.size());
      String title = Shown.format("%s, step %,d", request.checkpoints().get(i), network.step());
      maps.add(new FeatureMap(title, embedding.x(), embedding.y()));
      rows.add(new FeaturePlot.Row(network.source(), features[0].length, embedding.divergence()));
    }
    byte[] figure = format.bytes(FeatureFigure.draw(manifest.classes(), sample.images(), maps));
    leased.requireHeld();
    byte[] coordinates = coordinates(sample, maps).getBytes(StandardCharsets.UTF_8);
    OutputPlace.replace(OUTPUT, request.coordinates(), conf, out -> out.write(coordinates));
    OutputPlace.replace(OUTPUT, request.output(), conf, out -> out.write(figure));
    return new FeaturePlot(rows, sample.images());
  }

  private FeatureSample sample(JavaSparkContext spark) {
    String group = "semimeta plot-features " + new Path(data);
    try (JobNames names = JobNames.grouped(spark, group, "choose images", false)) {
      List<RecordPosition> train =
          RecordPositions.scan(spark, data, manifest, DatasetManifest.TRAIN);
      List<RecordPosition> test =
          hasTest() ? RecordPositions.scan(spark, data, manifest, DatasetManifest.TEST) : List.of();
      LabelSplit.Rules rules =
          new LabelSplit.Rules(manifest.classes(), 0, LabelBalance.EQUAL, request.seed());
      return FeatureSample.draw(
          LabelSplit.read(train, labelIndices, conf, rules),
          test,
          request.numPoint(),
          request.seed());
    }
  }

  private Embedding embed(float[][] features, String name) {
    int threads = Runtime.getRuntime().availableProcessors();
    try (ProgressDisplay display = new ProgressDisplay(name, Tsne.STEPS, 0)) {
      display.phase("finding neighbours");
      return Tsne.embed(
          features, request.perplexity(), threads, step -> display.update(step, List.of()));
    }
  }

  /** Returns the features of the sample's images, in their order. */
  private float[][] features(JavaSparkContext spark, FeatureNetwork network, FeatureSample sample) {
    long result = spark.getConf().getSizeAsBytes("spark.driver.maxResultSize", "1g");
    Map<String, Map<Long, float[]>> features =
        network.features(
            spark,
            sample.positions(),
            count ->
                PlotMemory.require(
                    sample.images().size(),
                    count,
                    request.perplexity(),
                    Runtime.getRuntime().maxMemory(),
                    result));
    return sample.images().stream()
        .map(image -> features.get(FeatureSample.split(image.kind())).get(image.id()))
        .toArray(float[][]::new);
  }

  private String coordinates(FeatureSample sample, List<FeatureMap> maps) {
    StringBuilder lines = new StringBuilder("checkpoint,id,kind,label,class,x,y\n");
    for (int row = 0; row < maps.size(); row++) {
      String checkpoint = StringEscapeUtils.escapeCsv(networks.get(row).source());
      for (int i = 0; i < sample.images().size(); i++) {
        PlottedImage image = sample.images().get(i);
        boolean isKnown = image.label() >= 0;
        lines.append(checkpoint).append(',').append(image.id());
        lines.append(',').append(image.kind().text());
        lines.append(',').append(isKnown ? Integer.toString(image.label()) : "");
        lines
            .append(',')
            .append(
                isKnown ? StringEscapeUtils.escapeCsv(manifest.classes().get(image.label())) : "");
        lines.append(',').append(maps.get(row).x()[i]);
        lines.append(',').append(maps.get(row).y()[i]).append('\n');
      }
    }
    return lines.toString();
  }
}
