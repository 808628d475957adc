package io.semimeta.natives;

import io.semimeta.HostError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Loads the libraries in a JVM of its own, and says how that went. */
final class NativesProgram {
  private NativesProgram() {}

  public static void main(String[] args) throws Exception {
    try {
      switch (args[0]) {
        case "load" -> Natives.loadLibtorch();
        case "both" -> {
          Natives.loadLibtorch();
          Natives.loadOpenCv();
        }
        case "interrupted" -> loadInterrupted();
        case "twice" -> {
          System.out.println(failure());
          System.out.println(failure());
          return;
        }
        default -> throw new IllegalArgumentException(args[0]);
      }
    } catch (HostError e) {
      System.out.println("refused: " + e.getMessage());
      System.exit(2);
    }
    System.out.println("computed " + compute());
    mapped().forEach(System.out::println);
  }

  private static double compute() {
    try (Tensor ones = torch.ones(30, 30);
        Tensor product = ones.matmul(ones);
        Tensor sum = product.sum()) {
      return sum.item_double();
    }
  }

  /** As Spark does with the other ranks when one has failed; then the next task comes. */
  private static void loadInterrupted() throws InterruptedException {
    Thread task =
        new Thread(
            () -> {
              Thread.currentThread().interrupt();
              Natives.loadLibtorch();
              System.out.println("interrupted still: " + Thread.currentThread().isInterrupted());
            });
    task.start();
    while (task.isAlive()) {
      task.interrupt();
      Thread.sleep(1);
    }
    Natives.loadLibtorch();
  }

  private static String failure() {
    try {
      Natives.loadLibtorch();
      return "loaded";
    } catch (HostError e) {
      return "refused: " + e.getMessage();
    }
  }

  /** The libraries in use that are not the system's. */
  private static List<String> mapped() throws Exception {
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      return maps.filter(line -> line.matches(".*/lib(jni|torch|opencv|openblas|c10)[^/]*"))
          .map(line -> "mapped " + line.substring(line.indexOf('/')))
          .distinct()
          .toList();
    }
  }
}
