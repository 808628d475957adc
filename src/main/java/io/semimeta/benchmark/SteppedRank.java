package io.semimeta.benchmark;

import io.semimeta.algorithm.Collective;
import io.semimeta.algorithm.StepClock.Part;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.Orientation;
import io.semimeta.image.ImageInput;
import io.semimeta.loader.BatchOptions;
import io.semimeta.loader.CachedImages;
import io.semimeta.loader.ImageSet;
import io.semimeta.loader.ShardCache;
import io.semimeta.plan.RunPlan;
import io.semimeta.plan.Schedule;
import io.semimeta.plan.SgdOptions;
import io.semimeta.plan.StepOptions;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.training.StepTimer;
import io.semimeta.training.Updates;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Makes the updates that a rank of a run makes, on random images that it has in memory. */
final class SteppedRank implements AutoCloseable {
  private static final int BATCHES = 4;
  private static final long SEED = 0;
  private static final double LEARNING_RATE = 0.001;

  private final PartTimes parts = new PartTimes();
  private final CachedImages images;
  private final Updates updates;
  private long step;

  SteppedRank(BenchmarkedNetwork network, StepOptions method, Collective ranks) {
    TrainingPlan plan = plan(network, method);
    images = images(network, method);
    updates = new Updates(plan, new StepTimer(ranks, images), parts);
    updates.model().vector().initialise(SEED);
  }

  private static TrainingPlan plan(BenchmarkedNetwork network, StepOptions method) {
    DatasetManifest manifest =
        new DatasetManifest(
            DatasetManifest.SCHEMA_VERSION,
            "benchmark",
            IntStream.range(0, BenchmarkedNetwork.CLASSES).mapToObj(Integer::toString).toList(),
            BenchmarkedNetwork.CHANNELS,
            network.imageSize(),
            network.imageSize(),
            Orientation.STORED,
            Collections.nCopies(BenchmarkedNetwork.CHANNELS, 0.5),
            Collections.nCopies(BenchmarkedNetwork.CHANNELS, 0.25),
            Map.of(),
            null,
            null);
    long never = Long.MAX_VALUE;
    return new TrainingPlan(
        manifest,
        ImageInput.of(manifest, OptionalInt.empty()),
        TrainingPlan.Loader.CACHE,
        network.plan(),
        method,
        new BatchOptions(network.batchSize(), BatchOptions.defaults().cropPadding(), true),
        new Schedule.Step(LEARNING_RATE, never, 0, List.of(), 1, method.weight(), 0),
        SgdOptions.defaults(),
        TrainingPlan.EvaluatedOn.NONE,
        SEED,
        new RunPlan("", never, never, never, never, 1),
        new TreeMap<>());
  }

  private static CachedImages images(BenchmarkedNetwork network, StepOptions method) {
    ShardCache cache =
        new ShardCache(
            random(network, network.batchSize() * BATCHES),
            random(network, method.usesUnlabelled() ? network.batchSize() * BATCHES : 0),
            random(network, 0));
    return new CachedImages(cache, network.batchSize(), network.placement(), SEED, 0);
  }

  /** Returns random images, uint8, N x C x H x W. */
  static Tensor images(BenchmarkedNetwork network, int count) {
    torch.manual_seed(SEED);
    long[] shape = {count, BenchmarkedNetwork.CHANNELS, network.imageSize(), network.imageSize()};
    return network.placement().place(torch.randint(256, shape, new TensorOptions(ScalarType.Byte)));
  }

  private static ImageSet random(BenchmarkedNetwork network, int count) {
    Tensor labels =
        torch.randint(
            BenchmarkedNetwork.CLASSES, new long[] {count}, new TensorOptions(ScalarType.Long));
    return new ImageSet(images(network, count), network.placement().place(labels));
  }

  /** Makes the next update and returns the seconds of its parts. */
  Map<Part, Double> update() {
    updates.update(step++);
    return parts.take();
  }

  @Override
  public void close() {
    updates.close();
    images.close();
  }
}
