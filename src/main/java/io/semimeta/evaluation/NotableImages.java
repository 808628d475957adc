package io.semimeta.evaluation;

import io.semimeta.console.StageProgress;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.RecordPosition;
import io.semimeta.inference.Example;
import io.semimeta.inference.TrainedModel;
import io.semimeta.jobs.TaskErrors;
import java.io.IOException;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Finds the images of a data set that a person should look at, by a checkpoint's network, and
 * measures the network's figures by the same predictions. Executors predict, and the driver gets a
 * few rows.
 */
public final class NotableImages implements AutoCloseable {
  /** A network that gives a label less than this doubts it. */
  private static final double DOUBT = 0.5;

  private final JavaSparkContext spark;
  private final TrainedModel model;
  private final URI data;
  private final DatasetManifest manifest;
  private final Predictor predictor;
  private Optional<Measured> judged = Optional.empty();

  /**
   * Describes an image.
   *
   * @param id its id
   * @param label its class, or -1
   * @param predicted the most likely class
   * @param confidence the probability of that
   * @param labelProbability the probability of its class; NaN without one
   */
  public record Notable(
      long id, int label, int predicted, double confidence, double labelProbability) {}

  /**
   * Reads a checkpoint.
   *
   * @param checkpoint a step's folder or a training output
   * @throws io.semimeta.UserError where it cannot be read, or does not fit the data set
   */
  public NotableImages(JavaSparkContext spark, Path checkpoint, URI data, DatasetManifest manifest)
      throws IOException {
    this.spark = spark;
    this.data = data;
    this.manifest = manifest;
    this.model = TrainedModel.read(checkpoint, spark.hadoopConfiguration());
    Compatibility.require(model, data, manifest);
    this.predictor = new Predictor(spark, model, spark.hadoopConfiguration());
  }

  /** Returns the step's folder. */
  public String source() {
    return model.source();
  }

  /**
   * Measures the network's figures on a split that has labels.
   *
   * @param tasks about how many tasks to predict in; 0 for as many as suit the cluster
   */
  public Evaluation judge(String split, int tasks) {
    judged = Optional.of(Measured.of(predictor, data, manifest, split, tasks, false));
    return judged.get().measure();
  }

  /**
   * Measures the figures on training images with labels that were set aside.
   *
   * @param positions where they lie, in the order of the record files
   */
  public Evaluation judgeSetAside(List<RecordPosition> positions) {
    judged = Optional.of(Measured.ofSetAside(predictor, data, manifest, positions));
    return judged.get().measure();
  }

  /** Returns the most confident mistakes on the images that the network was judged by. */
  public List<Notable> mistakes(int most) {
    return judged.map(of -> first(of.predictions(), Order.MISTAKE, most)).orElse(List.of());
  }

  /** Returns, of these training images, those of the least confidence. */
  public List<Notable> uncertain(List<RecordPosition> of, int most) {
    if (of.isEmpty()) {
      return List.of();
    }
    try (StageProgress progress = new StageProgress(spark, "Looking")) {
      return first(predictions(of), Order.UNCERTAIN, most);
    }
  }

  /** Returns, of these training images, those whose label the network doubts most. */
  public List<Notable> doubted(List<RecordPosition> of, int most) {
    return of.isEmpty() ? List.of() : first(predictions(of), Order.DOUBTED, most);
  }

  private JavaRDD<Prediction> predictions(List<RecordPosition> positions) {
    JavaRDD<Example> images = predictor.chosen(data, manifest, DatasetManifest.TRAIN, positions);
    return predictor.predictions(images, manifest.orientation());
  }

  /** Says which predictions are wanted, and which come first; ties go by id. */
  private enum Order implements Comparator<Prediction> {
    MISTAKE,
    UNCERTAIN,
    DOUBTED;

    boolean wants(Prediction one) {
      return switch (this) {
        case MISTAKE -> one.hasLabel() && !one.isRight();
        case UNCERTAIN -> true;
        case DOUBTED -> one.hasLabel() && !(labelProbability(one) >= DOUBT);
      };
    }

    private double key(Prediction one) {
      return switch (this) {
        case MISTAKE -> -one.confidence();
        case UNCERTAIN -> one.confidence();
        case DOUBTED -> -one.crossEntropy();
      };
    }

    @Override
    public int compare(Prediction one, Prediction other) {
      int byKey = Double.compare(key(one), key(other));
      return byKey != 0 ? byKey : Long.compare(one.id(), other.id());
    }
  }

  private static double labelProbability(Prediction one) {
    return StrictMath.exp(-one.crossEntropy());
  }

  private List<Notable> first(JavaRDD<Prediction> of, Order order, int most) {
    return TaskErrors.unwrapped(spark, () -> of.filter(order::wants).takeOrdered(most, order))
        .stream()
        .map(
            one ->
                new Notable(
                    one.id(),
                    one.label(),
                    one.predicted(),
                    one.confidence(),
                    one.hasLabel() ? labelProbability(one) : Double.NaN))
        .toList();
  }

  /** Frees the network. */
  @Override
  public void close() {
    judged.ifPresentOrElse(Measured::close, predictor::close);
  }
}
