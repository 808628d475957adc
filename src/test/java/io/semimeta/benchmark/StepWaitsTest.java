package io.semimeta.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.semimeta.MeasuredJvm;
import io.semimeta.UserError;
import io.semimeta.algorithm.SoloCollective;
import io.semimeta.model.NativeLibrary;
import io.semimeta.model.Placement;
import io.semimeta.model.TestDevice;
import io.semimeta.plan.StepOptions;
import io.semimeta.training.Updates;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.global.torch_cuda;
import org.bytedeco.pytorch.global.torch_cuda.SyncDebugMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * On a GPU a step waits for the device where the table in docs/performance.md says so, and nowhere
 * else: by the byte code wherever the tests run, and by libtorch's own word on a GPU.
 */
class StepWaitsTest {
  private static final Path DOCUMENT = Path.of("docs", "performance.md");
  private static final String HEAD = "| the host waits in | times a step |";
  private static final Pattern ROW = Pattern.compile("\\| `([A-Za-z.]+)` \\| ([^|]+) \\| .*\\|");

  /** What copies between host and device, or waits for another rank. */
  private static final Pattern WAIT =
      Pattern.compile(
          "org\\.bytedeco\\.pytorch\\.(Tensor(Base)?\\.(item|cpu|equal|nonzero)\\(.*"
              + "|Tensor\\.to\\(Lorg/bytedeco/pytorch/Device;.*|Work\\._wait\\(.*)"
              + "|io\\.semimeta\\.model\\.(Placement\\.place|TensorBytes\\.(copy|longs))\\(.*");

  /** They are listed by their callers. */
  private static final Set<String> PASSED_OVER =
      Set.of("Placement.place", "TensorBytes.copy", "TensorBytes.longs");

  @TempDir private Path folder;

  @Test
  void theTableHasEachCallThatWaits() throws IOException, URISyntaxException {
    Path classes =
        Path.of(UserError.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    CallGraph graph = CallGraph.of(classes);
    Set<String> waiting = new TreeSet<>();
    for (String method : graph.reachedFrom(Updates.class, "update")) {
      if (graph.callsOf(method).stream().anyMatch(call -> WAIT.matcher("" + call).matches())) {
        waiting.add(shown(method));
      }
    }
    waiting.removeAll(PASSED_OVER);
    assertEquals(String.join("\n", new TreeSet<>(table().keySet())), String.join("\n", waiting));
  }

  /** Returns class and method; that of a lambda is the one that makes it. */
  private static String shown(String method) {
    String owner = method.substring(0, method.indexOf(' '));
    String name = method.substring(method.indexOf(' ') + 1, method.indexOf('('));
    return owner.substring(owner.lastIndexOf('/') + 1).replace('$', '.')
        + "."
        + name.replaceAll("lambda\\$(.*)\\$.*", "$1");
  }

  private static Map<String, String> table() throws IOException {
    Map<String, String> rows = new TreeMap<>();
    boolean within = false;
    for (String line : Files.readAllLines(DOCUMENT)) {
      within = line.startsWith(HEAD) || (within && line.startsWith("|"));
      Matcher row = ROW.matcher(line);
      if (within && row.matches()) {
        rows.put(row.group(1), row.group(2));
      }
    }
    assertTrue(!rows.isEmpty(), "no table in " + DOCUMENT);
    return rows;
  }

  /** Makes one step of which libtorch tells each wait on the standard error. */
  static final class Measured {
    private Measured() {}

    public static void main(String[] args) {
      NativeLibrary.load(1);
      BenchmarkedNetwork network =
          new BenchmarkedNetwork("convlarge", 0.05, 12, 2, Placement.CPU.on(args[0]));
      try (SteppedRank rank =
          new SteppedRank(
              network, StepOptions.defaults().withMixUpAlpha(1), new SoloCollective())) {
        rank.update(); // the first step looks at its gradient, too
        rank.update();
        torch_cuda.warning_state().set_sync_debug_mode(SyncDebugMode.L_WARN);
        rank.update();
        torch_cuda.warning_state().set_sync_debug_mode(SyncDebugMode.L_DISABLED);
      }
    }
  }

  @Test
  void aStepOnAGpuWaitsNoMoreOftenThanTheTableSays() throws Exception {
    String device = TestDevice.name();
    assumeTrue(device.startsWith("cuda"), "no GPU");
    List<String> lines =
        MeasuredJvm.run(Measured.class, "256m", folder.resolve("out"), Map.of(), List.of(device));
    long waits = lines.stream().filter(line -> line.contains("synchronizing CUDA")).count();
    int listed =
        table().values().stream()
            .filter(of -> of.matches("\\d+"))
            .mapToInt(Integer::parseInt)
            .sum();
    assertEquals(listed, waits, () -> String.join("\n", lines));
  }
}
