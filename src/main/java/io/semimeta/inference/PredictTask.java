package io.semimeta.inference;

import com.google.common.collect.AbstractIterator;
import io.semimeta.UserError;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.Orientation;
import io.semimeta.image.DecodedImage;
import io.semimeta.image.ImageInput;
import io.semimeta.jobs.FailingHosts;
import io.semimeta.model.NativeLibrary;
import io.semimeta.training.Evaluator;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Passes a partition's images through the network, a batch at a time.
 *
 * @param job the name of the job, by which a JVM's tasks share a network
 * @param orientation which way up the images are decoded
 * @param strict whether an image that cannot be decoded, has another size than training's, or for
 *     which the network's outputs are not finite, fails the job
 */
public record PredictTask(
    String job,
    Broadcast<ShippedModel> broadcast,
    Orientation orientation,
    boolean strict,
    Wanted wanted)
    implements FlatMapFunction<Iterator<Example>, Scored> {
  /** Is enough to keep a core busy, and so few that small data sets have batches for many cores. */
  private static final int MOST_IMAGES = 64;

  /** Returns how many images go through a network at once. */
  public static int batchSize(ImageInput input) {
    return Math.min(MOST_IMAGES, Evaluator.batchSize(input.height(), input.width()));
  }

  @Override
  public Iterator<Scored> call(Iterator<Example> examples) throws IOException {
    // Other tasks run beside this one, as many as there are cores for.
    int threads = TaskContext.get().cpus();
    FailingHosts.inTask(() -> NativeLibrary.load(threads));
    if (!examples.hasNext()) {
      return List.<Scored>of().iterator();
    }
    LoadedNetwork network = LoadedNetwork.of(job, broadcast.value());
    TaskContext.get()
        .addTaskCompletionListener((TaskCompletionListener) context -> network.close());
    return new Batches(examples, network, network.input(orientation));
  }

  /** Predicts the next batch when the one before has been taken. */
  private final class Batches extends AbstractIterator<Scored> {
    private final Iterator<Example> examples;
    private final LoadedNetwork network;
    private final ImageInput input;
    private final int size;
    private final Deque<Scored> done = new ArrayDeque<>();

    Batches(Iterator<Example> examples, LoadedNetwork network, ImageInput input) {
      this.examples = examples;
      this.network = network;
      this.input = input;
      this.size = batchSize(input);
    }

    @Override
    protected Scored computeNext() {
      if (done.isEmpty() && examples.hasNext()) {
        predict();
      }
      return done.isEmpty() ? endOfData() : done.remove();
    }

    private void predict() {
      List<Example> batch = new ArrayList<>();
      List<String> errors = new ArrayList<>();
      List<DecodedImage> decoded = new ArrayList<>();
      while (examples.hasNext() && batch.size() < size) {
        Example example = examples.next();
        String error = example.problem();
        if (error == null) {
          try {
            decoded.add(decoded(example));
          } catch (IOException e) {
            error = String.valueOf(e.getMessage());
          }
        }
        batch.add(example.withEncoded(null)); // its bytes are no longer needed
        errors.add(error);
      }
      LoadedNetwork.Output output = network.output(decoded, input, wanted);
      int row = 0;
      for (int i = 0; i < batch.size(); i++) {
        Scored scored =
            errors.get(i) != null
                ? new Scored(batch.get(i), null, null, errors.get(i))
                : output.scored(batch.get(i), row++);
        if (strict && scored.error() != null) {
          throw diverged(scored);
        }
        done.add(scored);
      }
    }

    /** Decoding fails by itself under strict, so that nothing but the network can be the reason. */
    private UserError diverged(Scored scored) {
      return new UserError(
          "--checkpoint %s: %s for image %s, so the network has diverged; name an earlier checkpoint"
              .formatted(network.source(), scored.error(), scored.example().id()));
    }

    private DecodedImage decoded(Example example) throws IOException {
      if (!strict) {
        return input.fitted(example.encoded());
      }
      return input.evaluated(
          new ImageRecord((Long) example.id(), example.label(), example.encoded()));
    }
  }
}
