package io.semimeta.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.image.TestImages;
import io.semimeta.model.Placement;
import io.semimeta.plan.StepOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepBenchmarkTest {
  private static BenchmarkedNetwork network() {
    return new BenchmarkedNetwork("convlarge", 0.05, 12, 2, Placement.CPU);
  }

  private static StepBenchmark request(StepOptions method, Optional<String> against) {
    return new StepBenchmark(network(), method, new Repetition(1, false, 2, against));
  }

  private static Map<?, ?> part(Map<?, ?> figures, String name) {
    return (Map<?, ?>) figures.get(name);
  }

  @Test
  void everyPartIsTimed() throws IOException {
    Map<String, Object> figures =
        request(StepOptions.defaults().withMixUpAlpha(1), Optional.empty()).run();
    assertEquals(2, figures.get("steps"));
    Map<?, ?> parts = part(figures, "seconds_by_part");
    assertEquals(
        Set.of(
            "loader_wait",
            "label_gradient",
            "direction",
            "mixed",
            "consistency",
            "metrics",
            "all_reduce",
            "update"),
        parts.keySet());
    double whole = 0;
    for (Object seconds : parts.values()) {
      whole += (Double) seconds;
    }
    assertTrue(whole > 0 && whole <= 2 * (Double) figures.get("seconds_max"), figures.toString());
  }

  @Test
  void theRatioIsTheOthersSecondsOverOurs() throws IOException {
    Map<String, Object> figures =
        request(
                StepOptions.defaults().withMethod(StepOptions.Method.SUPERVISED),
                Optional.of("echo first; echo '{\"seconds_median\": 5000}'"))
            .run();
    Map<?, ?> against = part(figures, "against");
    assertEquals(10, figures.get("steps"));
    assertEquals(5000.0, against.get("seconds_median"));
    assertTrue((Double) against.get("ratio") > 1, figures.toString());
    assertTrue((Double) against.get("ratio_min") <= (Double) against.get("ratio_max"));
  }

  @Test
  void whatTellsNoSecondsIsRefused() {
    assertRefused("exit 3", "ended with status 3");
    assertRefused("echo slow", "no JSON object with seconds_median");
    assertRefused("echo '{\"seconds_median\": \"x\"}'", "no JSON object with seconds_median");
    assertRefused("true", "no JSON object with seconds_median");
  }

  private static void assertRefused(String command, String message) {
    UserError error = assertThrows(UserError.class, () -> new OutsideCommand(command).seconds());
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }

  /** A gradient costs three passes, but for that of the images. */
  @Test
  void operationsAreThoseOfThePasses() {
    StepOptions method = StepOptions.defaults();
    double semiMeta = request(method, Optional.empty()).operations();
    double forward =
        request(method.withDirection(StepOptions.Direction.FORWARD), Optional.empty()).operations();
    double pseudo =
        request(method.withMethod(StepOptions.Method.PSEUDO_LABEL), Optional.empty()).operations();
    double supervised =
        request(method.withMethod(StepOptions.Method.SUPERVISED), Optional.empty()).operations();
    double pass = pseudo - 2 * supervised;
    assertEquals(3 * supervised + 3 * pass, semiMeta);
    assertEquals(4 * supervised, forward);
    assertTrue(supervised < 3 * pass && supervised > 2 * pass);
  }

  @Test
  void smallImagesAreRefused() {
    BenchmarkedNetwork small = new BenchmarkedNetwork("resnet18", 1, 32, 1, Placement.CPU);
    Repetition once = new Repetition(1, false, 1, Optional.empty());
    StepBenchmark step = new StepBenchmark(small, StepOptions.defaults(), once);
    assertThrows(UserError.class, step::requireFit);
    // BatchNorm has its own statistics then
    new PredictBenchmark(small, once, Optional.empty()).requireFit();
  }

  @Test
  void predictionsAreTimed() throws IOException {
    BenchmarkedNetwork network = network();
    Map<String, Object> figures =
        new PredictBenchmark(
                network, new Repetition(1, false, 3, Optional.empty()), Optional.empty())
            .run();
    assertEquals(3, figures.get("steps"));
    assertEquals(
        2 / (Double) figures.get("seconds_median"), (Double) figures.get("images_per_second"));
    assertEquals(network.passOperations(), figures.get("flop"));
  }

  @Test
  void aFoldersImagesAreTimedTogether(@TempDir Path folder) throws IOException {
    BenchmarkedNetwork network = new BenchmarkedNetwork("convlarge", 0.05, 12, 2, Placement.CPU);
    PredictBenchmark benchmark =
        new PredictBenchmark(
            network, new Repetition(2, false, 3, Optional.empty()), Optional.of(folder));
    assertEquals(
        "--input " + folder + ": is empty; name a folder of images",
        assertThrows(UserError.class, benchmark::run).getMessage());
    Path inner = Files.createDirectory(folder.resolve("a"));
    for (int i = 0; i < 5; i++) { // sizes differ, so they are cropped
      Files.write(inner.resolve(i + ".png"), TestImages.png(i % 2 == 0 ? 1 : 3, 12 + i, 20, i));
    }
    Map<String, Object> figures = benchmark.run();
    assertEquals(5, figures.get("images"));
    assertEquals(network.passOperations() / 2 * 5, figures.get("flop"));
    Path text = Files.writeString(inner.resolve("5.png"), "no image");
    String message = assertThrows(UserError.class, benchmark::run).getMessage();
    assertTrue(message.startsWith("--input: " + text + " cannot be decoded"), message);
  }
}
