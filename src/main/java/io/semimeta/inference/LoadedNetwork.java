package io.semimeta.inference;

import io.semimeta.DaemonThreads;
import io.semimeta.data.Orientation;
import io.semimeta.image.DecodedImage;
import io.semimeta.image.ImageInput;
import io.semimeta.loader.ImageSet;
import io.semimeta.loader.Normalisation;
import io.semimeta.model.Model;
import io.semimeta.model.Network;
import io.semimeta.model.TensorBytes;
import io.semimeta.training.Evaluator;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Holds the one network that all of a job's tasks in this JVM compute with. An executor is not told
 * when a job ends; so the network is freed after no task has used it for a while.
 */
public final class LoadedNetwork implements AutoCloseable {
  private static final long IDLE_SECONDS = 20;
  private static final Map<String, LoadedNetwork> BY_JOB = new HashMap<>();
  private static final ScheduledExecutorService FREEING =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("semimeta-free-network"));

  private final String job;
  private final Model model;
  private final Normalisation normalisation;
  private final Evaluator evaluator;
  private final boolean alone;
  private final ImageInput input;
  private final String source;
  private int users;
  private long used;

  private LoadedNetwork(String job, TrainedModel trained) throws IOException {
    this.job = job;
    this.model = trained.create();
    this.normalisation = trained.normalisation();
    this.evaluator = new Evaluator(normalisation);
    this.alone = trained.network().isScripted();
    this.input = trained.data().input();
    this.source = trained.source();
  }

  /** Returns what the network gets to see of images of an orientation. */
  ImageInput input(Orientation orientation) {
    return input.of(orientation);
  }

  /** Returns the checkpoint's folder. */
  String source() {
    return source;
  }

  /**
   * Returns the job's network, which the first task of this JVM creates. The caller closes it when
   * it needs it no more.
   */
  static LoadedNetwork of(String job, ShippedModel shipped) throws IOException {
    synchronized (BY_JOB) {
      LoadedNetwork network = BY_JOB.get(job);
      if (network == null) {
        network = new LoadedNetwork(job, shipped.open());
        BY_JOB.put(job, network);
      }
      network.users++;
      network.used++;
      return network;
    }
  }

  /** Counts the networks that are loaded in this JVM. */
  public static int loaded() {
    synchronized (BY_JOB) {
      return BY_JOB.size();
    }
  }

  /** Frees a job's network in this JVM, as soon as no task uses it. */
  public static void free(String job) {
    synchronized (BY_JOB) {
      LoadedNetwork network = BY_JOB.get(job);
      if (network != null && network.users == 0) {
        network.free();
      }
    }
  }

  /**
   * Holds what the network gives for a batch.
   *
   * @param logits the logits of each image, or null
   * @param features the features of each image, or null
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Output(float[][] logits, float[][] features) {
    /** Says why an image has no output although it could be decoded. */
    static final String NOT_FINITE = "the network's outputs are not finite";

    /** Returns the output for one of the images. */
    Scored scored(Example example, int row) {
      float[] ofLogits = logits == null ? null : logits[row];
      float[] ofFeatures = features == null ? null : features[row];
      return isFinite(ofLogits) && isFinite(ofFeatures)
          ? new Scored(example, ofLogits, ofFeatures, null)
          : new Scored(example, null, null, NOT_FINITE);
    }

    private static boolean isFinite(float[] values) {
      boolean finite = true;
      for (int i = 0; values != null && i < values.length; i++) {
        finite &= Float.isFinite(values[i]);
      }
      return finite;
    }
  }

  /**
   * Computes what is wanted of images of the input's size, in their order.
   *
   * @param decoded the images; none of them give no rows
   */
  Output output(List<DecodedImage> decoded, ImageInput input, Wanted wanted) {
    if (decoded.isEmpty()) {
      return new Output(new float[0][], null);
    }
    try (PointerScope scope = new PointerScope()) {
      Tensor images = ImageSet.of(decoded, input, model.placement()).images();
      if (!alone) {
        return output(images, wanted);
      }
      synchronized (this) { // a TorchScript module is given its weights anew in each pass
        return output(images, wanted);
      }
    }
  }

  private Output output(Tensor images, Wanted wanted) {
    return switch (wanted) {
      case LOGITS -> new Output(TensorBytes.rows(evaluator.logits(model, images)), null);
      case FEATURES -> new Output(null, TensorBytes.rows(evaluator.features(model, images)));
      case BOTH -> {
        Network.Output both = evaluator.output(model, images);
        yield new Output(TensorBytes.rows(both.logits()), TensorBytes.rows(both.features()));
      }
    };
  }

  /** Gives the network back. */
  @Override
  public void close() {
    synchronized (BY_JOB) {
      users--;
      long seen = used;
      if (users == 0) {
        var unused = FREEING.schedule(() -> freeUnlessUsed(seen), IDLE_SECONDS, TimeUnit.SECONDS);
      }
    }
  }

  private void freeUnlessUsed(long seen) {
    synchronized (BY_JOB) {
      if (users == 0 && used == seen && BY_JOB.get(job) == this) {
        free();
      }
    }
  }

  private void free() {
    BY_JOB.remove(job);
    normalisation.close();
    model.close();
  }
}
