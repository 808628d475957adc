package io.semimeta.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.MeasuredJvm;
import io.semimeta.algorithm.SoloCollective;
import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.loader.CachedImages;
import io.semimeta.loader.ShardCache;
import io.semimeta.loader.TestCaches;
import io.semimeta.model.Placement;
import io.semimeta.plan.RunPlan;
import io.semimeta.plan.TestPlans;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.plan.TrainingPlan.EvaluatedOn;
import io.semimeta.training.metrics.MetricsFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A step leaves no memory behind. Measured in a JVM whose heap is resident from the start, so that
 * what grows is native: the allocator's memory, or the handles of tensors.
 */
@Tag("long")
class MemoryIT {
  private static final int STEPS = 2000;
  private static final int WARM = 500;
  private static final int WINDOW = 100;

  @TempDir private Path folder;

  /** Memory after a step. */
  private record Sample(long step, long residentKib, long handles) {
    static Sample now(long step) {
      try {
        String resident =
            Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .findFirst()
                .orElseThrow();
        long kib = Long.parseLong(resident.replaceAll("\\D", ""));
        return new Sample(step, kib, Pointer.totalCount());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The measured program: trains into the folder that it is given, and prints samples. */
  static final class Measured {
    private Measured() {}

    public static void main(String[] args) throws IOException {
      org.apache.hadoop.fs.Path output = new org.apache.hadoop.fs.Path(args[0]);
      Configuration conf = new Configuration();
      RunPlan run = new RunPlan(output.toString(), STEPS, 200, 100, 10, 2);
      TrainingPlan plan = TestPlans.plan(TestPlans.SEMIMETA, EvaluatedOn.VALIDATION, 0.01, run);
      TrainingListener sampler =
          new TrainingListener() {
            @Override
            public void onStep(long step) {
              if (step % 10 == 0) {
                Sample sample = Sample.now(step);
                System.out.println(
                    sample.step() + " " + sample.residentKib() + " " + sample.handles());
              }
            }
          };
      TrainingListener metrics = new MetricsListener(new MetricsFiles(output, conf));
      try (ShardCache cache = TestCaches.of(TestPlans.MANIFEST, 30, 200, 60, 1, Placement.CPU);
          Trainer trainer =
              new Trainer(
                  plan,
                  new CachedImages(cache, plan.batch().size(), Placement.CPU, plan.seed(), 0),
                  new SoloCollective(),
                  new Checkpointer(new CheckpointStore(output, conf), 2),
                  new TrainingListeners(List.of(metrics, sampler)),
                  () -> false)) {
        trainer.run(Optional.empty(), Optional.empty(), 0);
      }
    }
  }

  @Test
  void memoryIsFlatOverTwoThousandSteps() throws Exception {
    List<Sample> samples = new ArrayList<>();
    for (String line : measured()) {
      if (line.matches("\\d+ \\d+ \\d+")) {
        String[] words = line.split(" ", 3);
        samples.add(
            new Sample(
                Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2])));
      }
    }
    assertEquals(STEPS / 10, samples.size());
    long before = most(samples, WARM);
    long after = most(samples, STEPS);
    assertTrue(after < 1.05 * before, () -> before + " KiB, then " + after);
    // The model's, the data's, and what one report leaves to the collector: no step's tensors.
    long handles = samples.stream().mapToLong(Sample::handles).max().orElseThrow();
    assertTrue(handles < 1000, () -> handles + " handles");
  }

  /** The most resident memory within some steps before, and at, the given one. */
  private static long most(List<Sample> samples, int end) {
    return samples.stream()
        .filter(sample -> sample.step() > end - WINDOW && sample.step() <= end)
        .mapToLong(Sample::residentKib)
        .max()
        .orElseThrow();
  }

  private List<String> measured() throws IOException, InterruptedException {
    return MeasuredJvm.run(
        Measured.class,
        "256m",
        folder.resolve("out.txt"),
        Map.of("OMP_NUM_THREADS", "1"),
        List.of(folder.resolve("run").toString()));
  }
}
