package io.semimeta.evaluation;

import io.semimeta.data.ImageRecord;
import io.semimeta.data.Orientation;
import io.semimeta.image.ImageInput;
import io.semimeta.jobs.FailingHosts;
import io.semimeta.loader.ImageSet;
import io.semimeta.loader.Normalisation;
import io.semimeta.model.Model;
import io.semimeta.model.NativeLibrary;
import io.semimeta.model.TensorBytes;
import io.semimeta.recordio.NamedRecord;
import io.semimeta.training.Evaluator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Passes a partition's images through the network. */
final class PredictTask implements FlatMapFunction<Iterator<NamedRecord>, Prediction> {
  private static final long serialVersionUID = 1L;

  private final Broadcast<TrainedModel> broadcast;
  private final Orientation orientation;

  /** Makes the task for images of the given orientation. */
  PredictTask(Broadcast<TrainedModel> broadcast, Orientation orientation) {
    this.broadcast = broadcast;
    this.orientation = orientation;
  }

  @Override
  public Iterator<Prediction> call(Iterator<NamedRecord> records) throws IOException {
    // Other tasks run beside this one, as many as there are cores for.
    int threads = TaskContext.get().cpus();
    FailingHosts.inTask(() -> NativeLibrary.load(threads));
    TrainedModel trained = broadcast.value();
    List<Prediction> predictions = new ArrayList<>();
    try (Model model = trained.create();
        Normalisation normalisation = trained.normalisation()) {
      Evaluator evaluator = new Evaluator(normalisation);
      ImageInput input = trained.data().input().of(orientation);
      int size = Evaluator.batchSize(input.height(), input.width());
      while (records.hasNext()) {
        List<NamedRecord> batch = new ArrayList<>(size);
        while (records.hasNext() && batch.size() < size) {
          batch.add(records.next());
        }
        try (PointerScope scope = new PointerScope()) {
          ImageSet images = ImageSet.of(encoded(batch), input, model.placement());
          Tensor logits = evaluator.logits(model, images.images());
          predictions.addAll(predictions(batch, logits, images.labels()));
        }
      }
    }
    return predictions.iterator();
  }

  /** Makes predictions from logits (B, classes) and labels (B). */
  static List<Prediction> predictions(List<NamedRecord> batch, Tensor logits, Tensor labels) {
    Tensor predicted = logits.argmax(new LongOptional(1), false);
    Tensor logProbabilities = torch.log_softmax(logits.to(ScalarType.Double), 1);
    long[] classes = TensorBytes.longs(predicted);
    double[] confidence = TensorBytes.doubles(at(logProbabilities, predicted).exp());
    long[] ahead = TensorBytes.longs(Evaluator.classesAhead(logits, labels));
    double[] crossEntropy =
        TensorBytes.doubles(at(logProbabilities, labels.clamp_min(new Scalar(0))).neg());
    List<Prediction> predictions = new ArrayList<>();
    for (int i = 0; i < classes.length; i++) {
      ImageRecord image = batch.get(i).record();
      predictions.add(
          new Prediction(
              image.id(),
              image.label(),
              (int) classes[i],
              confidence[i],
              (int) ahead[i],
              crossEntropy[i],
              batch.get(i).path()));
    }
    return predictions;
  }

  private static List<ImageRecord> encoded(List<NamedRecord> batch) {
    return batch.stream().map(NamedRecord::record).toList();
  }

  private static Tensor at(Tensor values, Tensor classes) {
    return values.gather(1, classes.unsqueeze(1));
  }
}
