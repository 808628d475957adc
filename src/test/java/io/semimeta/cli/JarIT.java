package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.natives.Natives;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The application jar as others take it: alone, and from spark-submit. */
class JarIT {
  private static final String JAR = System.getProperty("semimeta.jar");
  private static final Path SPARK_HOME = Path.of(System.getenv("SPARK_HOME"));

  @TempDir Path folder;

  /**
   * Runs in a virtual machine that has the jar and Spark's, and of this project no other class than
   * this.
   */
  static final class Product {
    private Product() {}

    public static void main(String[] args) {
      Natives.loadLibtorch();
      Natives.loadOpenCv();
      try (Tensor ones = torch.ones(30, 30);
          Tensor product = ones.matmul(ones);
          Tensor sum = product.sum()) {
        System.out.println(sum.item_double());
      }
    }
  }

  private String output(int status, List<String> command) throws Exception {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    assertEquals(status, process.waitFor(), () -> text(out) + text(err));
    return text(out) + text(err);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void nativeLibrariesLoadFromTheJarAlone() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path classes = folder.resolve("classes");
    String name = Product.class.getName().replace('.', '/') + ".class";
    Files.createDirectories(classes.resolve(name).getParent());
    try (var in = Product.class.getClassLoader().getResourceAsStream(name)) {
      Files.copy(in, classes.resolve(name));
    }
    Path sparks = SPARK_HOME.resolve("jars").resolve("*");
    String classPath = String.join(File.pathSeparator, JAR, classes.toString(), sparks.toString());
    assertEquals(
        "27000.0\n",
        output(0, List.of(java.toString(), "-cp", classPath, Product.class.getName())));
  }

  /** They must be the cluster's own. */
  @Test
  void theJarHoldsNothingOfHadoopNorOfItsStores() throws IOException {
    try (JarFile jar = new JarFile(JAR)) {
      List<String> foreign =
          jar.stream()
              .map(JarEntry::getName)
              .filter(name -> name.matches("(org/apache/hadoop|com/amazonaws|software/amazon)/.*"))
              .toList();
      assertEquals(List.of(), foreign);
    }
  }

  @Test
  void sparkSubmitTakesTheJar() throws Exception {
    String submit = SPARK_HOME.resolve("bin").resolve("spark-submit").toString();
    String main = SemiMeta.class.getName();
    String version = output(0, List.of(submit, "--class", main, JAR, "--version"));
    assertTrue(version.contains("\nlibtorch "), version);
    String wrong = output(2, List.of(submit, "--class", main, JAR, "--no-such-option"));
    assertTrue(wrong.contains("semimeta: Unknown option: '--no-such-option'"), wrong);
  }
}
