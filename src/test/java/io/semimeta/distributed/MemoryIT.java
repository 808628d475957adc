package io.semimeta.distributed;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.training.DataRequest;
import io.semimeta.training.MethodPlan;
import io.semimeta.training.RunRequest;
import io.semimeta.training.ScheduleRequest;
import io.semimeta.training.TrainingListener;
import io.semimeta.training.TrainingRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A long run's memory is flat: native tensors are freed with each step. */
@Tag("long")
class MemoryIT {
  private static final long STEPS = 2000;
  private static final long WARM = 500;

  @TempDir private static Path folder;

  @Test
  void residentMemoryIsFlatAfterWarmUp() throws IOException {
    Peaks peaks = new Peaks();
    try (SparkSession session =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.executor.heartbeatInterval", "100ms")
            .getOrCreate()) {
      BarrierOptions options = new BarrierOptions(0, Duration.ofMinutes(1), Duration.ofMinutes(1));
      new TrainingJob(session, request(), options).run(peaks);
    }
    assertTrue(peaks.early > 0 && peaks.late > 0, "memory was sampled");
    assertTrue(
        peaks.late < 1.05 * peaks.early,
        () -> "peak grew from %d to %d KiB".formatted(peaks.early, peaks.late));
  }

  private static TrainingRequest request() {
    return new TrainingRequest(
        new DataRequest("data-prep/fashion-mnist/sample", OptionalInt.of(40), Optional.empty(), 40),
        16,
        2,
        true,
        0,
        "convlarge",
        0.1,
        "cpu",
        new MethodPlan(
            MethodPlan.Method.SEMIMETA,
            1,
            1,
            0.01,
            MethodPlan.Direction.FINITE_DIFFERENCE,
            MethodPlan.Scope.GLOBAL),
        new ScheduleRequest(
            ScheduleRequest.Kind.COSINE,
            OptionalLong.of(STEPS),
            OptionalLong.empty(),
            50,
            OptionalLong.empty(),
            List.of(),
            0.1,
            0.05,
            1),
        0.9,
        1e-4,
        1,
        new RunRequest(
            folder.resolve("run").toString(),
            false,
            OptionalLong.empty(),
            OptionalLong.of(100),
            OptionalLong.empty(),
            10,
            2));
  }

  /** The largest resident memory in KiB, in the first steps after the warm-up and in the rest. */
  private static final class Peaks implements TrainingListener {
    private long early;
    private long late;

    @Override
    public void onStep(long step) {
      if (step > STEPS / 2) {
        late = Math.max(late, residentKibibytes());
      } else if (step > WARM) {
        early = Math.max(early, residentKibibytes());
      }
    }

    private static long residentKibibytes() {
      try {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .map(line -> line.replaceAll("\\D", ""))
            .mapToLong(Long::parseLong)
            .findFirst()
            .orElseThrow();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
