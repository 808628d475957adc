package io.semimeta.benchmark;

import com.sun.management.OperatingSystemMXBean;
import io.semimeta.algorithm.SoloCollective;
import io.semimeta.algorithm.StepClock.Part;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.Orientation;
import io.semimeta.image.ImageInput;
import io.semimeta.loader.BatchOptions;
import io.semimeta.loader.CachedImages;
import io.semimeta.loader.ImageSet;
import io.semimeta.loader.ShardCache;
import io.semimeta.model.NetworkOptions;
import io.semimeta.model.Placement;
import io.semimeta.plan.NetworkPlan;
import io.semimeta.plan.RunPlan;
import io.semimeta.plan.Schedule;
import io.semimeta.plan.SgdOptions;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.training.StepTimer;
import io.semimeta.training.Updates;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Makes the updates that a run's one rank makes, on random images that it has in memory. */
final class SteppedRank implements AutoCloseable {
  static final int CLASSES = 10;
  static final int CHANNELS = 3;
  private static final int BATCHES = 4;
  private static final long SEED = 0;
  private static final double LEARNING_RATE = 0.001;
  private static final double DROPOUT = 0.5;

  private final OperatingSystemMXBean process =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private final PartTimes parts = new PartTimes();
  private final CachedImages images;
  private final Updates updates;
  private long step;

  /**
   * Holds the seconds of one step.
   *
   * @param whole all of it
   * @param processor the processor time of all threads, which other programs' load moves less
   * @param parts each of its parts
   */
  record Seconds(double whole, double processor, Map<Part, Double> parts) {}

  SteppedRank(StepBenchmark.Request request) {
    TrainingPlan plan = plan(request);
    images = images(request);
    updates = new Updates(plan, new StepTimer(new SoloCollective(), images), parts);
    updates.model().vector().initialise(SEED);
  }

  /** Returns the network of a request, which is not made yet. */
  static NetworkPlan network(StepBenchmark.Request request) {
    return new NetworkPlan(
        request.architecture(),
        new NetworkOptions(CLASSES, CHANNELS, request.width(), DROPOUT),
        Placement.CPU,
        false);
  }

  private static TrainingPlan plan(StepBenchmark.Request request) {
    DatasetManifest manifest =
        new DatasetManifest(
            DatasetManifest.SCHEMA_VERSION,
            "benchmark",
            IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList(),
            CHANNELS,
            request.imageSize(),
            request.imageSize(),
            Orientation.STORED,
            Collections.nCopies(CHANNELS, 0.5),
            Collections.nCopies(CHANNELS, 0.25),
            Map.of(),
            null,
            null);
    long never = Long.MAX_VALUE;
    return new TrainingPlan(
        manifest,
        ImageInput.of(manifest, OptionalInt.empty()),
        TrainingPlan.Loader.CACHE,
        network(request),
        request.method(),
        new BatchOptions(request.batchSize(), BatchOptions.defaults().cropPadding(), true),
        new Schedule.Step(LEARNING_RATE, never, 0, List.of(), 1, request.method().weight(), 0),
        SgdOptions.defaults(),
        TrainingPlan.EvaluatedOn.NONE,
        SEED,
        new RunPlan("", never, never, never, never, 1),
        new TreeMap<>());
  }

  private static CachedImages images(StepBenchmark.Request request) {
    ShardCache cache =
        new ShardCache(
            random(request, request.batchSize() * BATCHES),
            random(request, request.method().usesUnlabelled() ? request.batchSize() * BATCHES : 0),
            random(request, 0));
    return new CachedImages(cache, request.batchSize(), Placement.CPU, SEED, 0);
  }

  private static ImageSet random(StepBenchmark.Request request, int count) {
    torch.manual_seed(SEED);
    long[] shape = {count, CHANNELS, request.imageSize(), request.imageSize()};
    return new ImageSet(
        torch.randint(256, shape, new TensorOptions(ScalarType.Byte)),
        torch.randint(CLASSES, new long[] {count}, new TensorOptions(ScalarType.Long)));
  }

  /** Makes the next update. */
  Seconds update() {
    long begun = System.nanoTime();
    long used = process.getProcessCpuTime();
    updates.update(step++);
    Map<Part, Double> ofParts = parts.take();
    return new Seconds(
        (System.nanoTime() - begun) / 1e9, (process.getProcessCpuTime() - used) / 1e9, ofParts);
  }

  long parameterCount() {
    return updates.model().vector().parameterCount();
  }

  @Override
  public void close() {
    updates.close();
    images.close();
  }
}
