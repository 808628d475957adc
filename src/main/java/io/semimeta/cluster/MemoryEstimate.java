package io.semimeta.cluster;

import io.semimeta.image.ImageInput;
import io.semimeta.loader.StreamedImages;
import io.semimeta.model.ActivationCount;
import io.semimeta.model.Networks;
import io.semimeta.model.Placement;
import io.semimeta.model.TensorSpec;
import io.semimeta.plan.NetworkPlan;
import io.semimeta.plan.StepOptions;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.training.Evaluator;

/**
 * Estimates how much memory a rank on CPUs needs at most, in bytes. It is found from shapes alone,
 * before anything runs; {@code docs/cluster.md} compares it with measured runs.
 *
 * @param libraries the memory of the JVM beside its heap, and of libtorch's code and buffers
 * @param images the rank's decoded images, or the room for those that are being decoded
 * @param vectors the parameters, gradient, velocity and their copies
 * @param activations the activations of the largest pass, and the step's batches
 * @param heap the JVM's heap
 */
public record MemoryEstimate(
    long libraries, long images, long vectors, long activations, long heap) {
  /** What is measured is at least the estimate divided by this. */
  public static final double SLACK = 1.6;

  private static final long MEBI = 1 << 20;

  private static final long LIBRARIES = 540 * MEBI;

  /** A rank that trains next to nothing needs this heap. */
  private static final long LEAST_HEAP = 640 * MEBI;

  /** This many records are read and decoded at once; see ShardCache. */
  private static final int RECORDS_AT_ONCE = 512;

  /** A layer has its input, output and gradient at once, and what it computes in between. */
  private static final int LARGEST_AT_ONCE = 4;

  /** Copies stay until the step's end: cropped, normalised, and channels-last once a pass. */
  private static final int COPIES_OF_A_BATCH = 10;

  /** The allocator holds this many times the memory that is in use. */
  private static final double FRAGMENTATION = 1.5;

  /**
   * Estimates the memory of a rank.
   *
   * @param batch the labelled images of one rank's step
   * @param input the network's input
   * @param loader where the images are kept
   * @param images the number of one rank's images of all kinds
   */
  public static MemoryEstimate of(
      NetworkPlan network,
      StepOptions method,
      int batch,
      ImageInput input,
      TrainingPlan.Loader loader,
      long images,
      int ranks) {
    int bytes = Placement.CPU.precision().bytes();
    long length = network.stateDict().specs().stream().mapToLong(TensorSpec::size).sum();
    long pixels = input.bytes();
    ActivationCount count =
        ActivationCount.of(
            Networks.create(network.architecture(), network.options()),
            input.channels(),
            input.height(),
            input.width(),
            network.syncBatchNorm() && ranks > 1);
    boolean semiMeta = method.method() == StepOptions.Method.SEMIMETA;
    boolean forward = semiMeta && method.direction() == StepOptions.Direction.FORWARD;

    long atOnce = count.largest() * LARGEST_AT_ONCE * bytes * (forward ? 2 : 1);
    long trained = (long) (FRAGMENTATION * batch * (count.keptBytes(bytes) + atOnce));
    long evaluated = Evaluator.batchSize(input.height(), input.width()) * atOnce;
    long batches = 2L * batch * pixels * bytes * COPIES_OF_A_BATCH;
    // theta, gradient, velocity, a temporary; the labelled gradient and the snapshot; tangents
    int vectors = 4 + (semiMeta ? 2 : 0) + (forward ? 2 : 0) + (ranks > 1 ? 1 : 0);
    boolean cached = loader == TrainingPlan.Loader.CACHE;
    return new MemoryEstimate(
        LIBRARIES,
        cached ? images * pixels : StreamedImages.nativeBytes(input),
        vectors * length * bytes,
        Math.max(trained, evaluated) + batches,
        // A checkpoint passes through the heap: weights, velocity, and one in between.
        LEAST_HEAP
            + (cached ? RECORDS_AT_ONCE * 4 * pixels : StreamedImages.heapBytes(batch, input))
            + 3 * length * bytes);
  }

  /** Returns the bytes beside the heap; images are in memory twice while they are put together. */
  public long outsideHeap() {
    return libraries + images + Math.max(images, vectors + activations);
  }

  /** Returns the bytes of the whole process. */
  public long total() {
    return outsideHeap() + heap;
  }

  /** Converts bytes to whole mebibytes, rounded up. */
  public static long mebibytes(long bytes) {
    return (bytes + MEBI - 1) / MEBI;
  }
}
