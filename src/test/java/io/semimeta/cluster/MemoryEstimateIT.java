package io.semimeta.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.MeasuredJvm;
import io.semimeta.algorithm.SoloCollective;
import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.Orientation;
import io.semimeta.image.ImageInput;
import io.semimeta.loader.BatchOptions;
import io.semimeta.loader.CachedImages;
import io.semimeta.loader.ShardCache;
import io.semimeta.loader.TestCaches;
import io.semimeta.model.NetworkOptions;
import io.semimeta.model.Placement;
import io.semimeta.plan.NetworkPlan;
import io.semimeta.plan.RunPlan;
import io.semimeta.plan.Schedule;
import io.semimeta.plan.SgdOptions;
import io.semimeta.plan.TestPlans;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.plan.TrainingPlan.EvaluatedOn;
import io.semimeta.training.Checkpointer;
import io.semimeta.training.Trainer;
import io.semimeta.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The estimate is no less than the most memory that a rank's JVM ever had, and not much more. The
 * heap is resident from the start, so that what is measured beside it is what is estimated beside
 * it.
 */
@Tag("long")
class MemoryEstimateIT {
  private static final long MEBI = 1 << 20;
  private static final long HEAP = 1024 * MEBI;
  private static final int STEPS = 3;

  @TempDir private Path folder;

  /** The measured program: trains a few steps, and prints the estimate and the measurement. */
  static final class Measured {
    private Measured() {}

    public static void main(String[] args) throws IOException {
      org.apache.hadoop.fs.Path output = new org.apache.hadoop.fs.Path(args[0]);
      Configuration conf = new Configuration();
      int size = Integer.parseInt(args[3]);
      int batch = Integer.parseInt(args[4]);
      int unlabelled = Integer.parseInt(args[5]);
      int labelled = Math.max(10, batch);
      TrainingPlan plan = plan(args[1], Double.parseDouble(args[2]), size, batch, output);
      try (ShardCache cache =
              TestCaches.of(plan.manifest(), labelled, unlabelled, 300, 1, Placement.CPU);
          Trainer trainer =
              new Trainer(
                  plan,
                  new CachedImages(cache, plan.batch().size(), Placement.CPU, plan.seed(), 0),
                  new SoloCollective(),
                  new Checkpointer(new CheckpointStore(output, conf), 2),
                  new TrainingListener() {},
                  () -> false)) {
        trainer.run(Optional.empty(), Optional.empty(), 0);
      }
      MemoryEstimate estimate =
          MemoryEstimate.of(
              plan.network(),
              plan.method(),
              batch,
              plan.input(),
              plan.loader(),
              labelled + unlabelled + 300L,
              1);
      System.out.println(estimate);
      System.out.println(
          String.format(
              Locale.ROOT,
              "MiB beside the heap: %d estimated, %d measured",
              MemoryEstimate.mebibytes(estimate.outsideHeap()),
              MemoryEstimate.mebibytes(mostResident() - HEAP)));
    }
  }

  private static TrainingPlan plan(
      String architecture, double width, int size, int batch, org.apache.hadoop.fs.Path output) {
    List<String> classes = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
    List<Double> one = List.of(0.5, 0.5, 0.5);
    DatasetManifest manifest =
        new DatasetManifest(
            1, "test", classes, 3, size, size, Orientation.STORED, one, one, Map.of(), null, null);
    return new TrainingPlan(
        manifest,
        ImageInput.of(manifest, OptionalInt.empty()),
        TrainingPlan.Loader.CACHE,
        new NetworkPlan(architecture, new NetworkOptions(10, 3, width, 0.5), Placement.CPU, false),
        TestPlans.SEMIMETA,
        new BatchOptions(batch, 4, true),
        new Schedule.Step(0.01, 1000, 0, List.of(), 0.1, 1, 0),
        SgdOptions.defaults(),
        EvaluatedOn.VALIDATION,
        1,
        new RunPlan(output.toString(), STEPS, STEPS, STEPS, 1, 2),
        new TreeMap<>());
  }

  /** The most that was ever resident of this process, in bytes. */
  private static long mostResident() throws IOException {
    String most =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(most.replaceAll("\\D", "")) << 10;
  }

  @ParameterizedTest
  @CsvSource({
    "convlarge, 0.25, 32, 128, 20000",
    "convlarge, 1.0, 32, 16, 500",
    "convlarge, 1.0, 32, 64, 500",
    "resnet18, 1.0, 32, 64, 500",
    "resnet18, 1.0, 224, 8, 60",
    "shake-shake-26, 0.3333, 32, 32, 500"
  })
  void theEstimateIsAnUpperBoundAndClose(
      String architecture, String width, String size, String batch, String unlabelled)
      throws Exception {
    String line = measured(architecture, width, size, batch, unlabelled);
    System.out.println(architecture + " " + width + " " + size + " " + batch + ": " + line);
    String[] numbers = line.replaceAll("\\D+", " ").strip().split(" ", 2);
    long estimated = Long.parseLong(numbers[0]);
    long measured = Long.parseLong(numbers[1]);
    assertTrue(estimated >= measured, line);
    assertTrue(estimated <= MemoryEstimate.SLACK * measured, line);
  }

  private String measured(String... arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(folder.resolve("run").toString()));
    all.addAll(List.of(arguments));
    List<String> lines =
        MeasuredJvm.run(Measured.class, "1g", folder.resolve("out.txt"), Map.of(), all);
    return lines.get(lines.size() - 1);
  }
}
