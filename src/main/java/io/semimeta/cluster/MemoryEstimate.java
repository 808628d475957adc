package io.semimeta.cluster;

import io.semimeta.image.ImageInput;
import io.semimeta.loader.StreamedImages;
import io.semimeta.model.ActivationCount;
import io.semimeta.model.Networks;
import io.semimeta.model.Placement;
import io.semimeta.model.TensorSpec;
import io.semimeta.plan.MethodPlan;
import io.semimeta.plan.NetworkPlan;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.training.Evaluator;

/**
 * How much memory a rank on CPUs needs at most, in bytes. Found from shapes alone, before anything
 * runs; {@code docs/cluster.md} compares it with measured runs.
 *
 * @param libraries the JVM's own, beside its heap, and libtorch's code and buffers
 * @param images the rank's decoded images, or the room for those that are being decoded
 * @param vectors parameters, gradient, velocity and their copies
 * @param activations of the largest pass, and the step's batches
 * @param heap of the JVM
 */
public record MemoryEstimate(
    long libraries, long images, long vectors, long activations, long heap) {
  /** What is measured is at least the estimate divided by this. */
  public static final double SLACK = 1.6;

  private static final long MEBI = 1 << 20;

  private static final long LIBRARIES = 540 * MEBI;

  /** Of a rank that trains next to nothing. */
  private static final long LEAST_HEAP = 640 * MEBI;

  /** Records that are read and decoded at once; see ShardCache. */
  private static final int RECORDS_AT_ONCE = 512;

  /** Input, output and gradient of a layer, and what it computes with in between. */
  private static final int LARGEST_AT_ONCE = 4;

  /** Held until the step's end: cut, normalised, and in channels-last order once a pass. */
  private static final int COPIES_OF_A_BATCH = 10;

  /** What the allocator holds on to, between and beside what is in use. */
  private static final double FRAGMENTATION = 1.5;

  /**
   * Estimates.
   *
   * @param batch labelled images of one rank's step
   * @param input of the network
   * @param loader where the images are
   * @param images of one rank, of all kinds
   */
  public static MemoryEstimate of(
      NetworkPlan network,
      MethodPlan method,
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
    boolean semiMeta = method.method() == MethodPlan.Method.SEMIMETA;
    boolean forward = semiMeta && method.direction() == MethodPlan.Direction.FORWARD;

    long atOnce = count.largest() * LARGEST_AT_ONCE * bytes * (forward ? 2 : 1);
    long trained = (long) (FRAGMENTATION * batch * (count.keptBytes(bytes) + atOnce));
    long evaluated = Evaluator.batchSize(input.height(), input.width()) * atOnce;
    long batches = 2L * batch * pixels * bytes * COPIES_OF_A_BATCH;
    // theta, gradient, velocity, one in between; the labelled gradient and the snapshot; tangents.
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

  /** Beside the heap. The images are in memory twice while they are put together. */
  public long outsideHeap() {
    return libraries + images + Math.max(images, vectors + activations);
  }

  /** Of the whole process. */
  public long total() {
    return outsideHeap() + heap;
  }

  /** In whole mebibytes, rounded up. */
  public static long mebibytes(long bytes) {
    return (bytes + MEBI - 1) / MEBI;
  }
}
