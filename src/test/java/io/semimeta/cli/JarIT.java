package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ManifestFile;
import io.semimeta.natives.Natives;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The application jar as others take it: alone, and from spark-submit. */
class JarIT {
  private static final String JAR = System.getProperty("semimeta.jar");
  private static final Path SPARK_HOME = Path.of(System.getenv("SPARK_HOME"));

  private static final List<String> CLASSES = List.of("plain", "Äpfel", "猫");

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
    return output(status, new ProcessBuilder(command));
  }

  private String output(int status, ProcessBuilder command) throws Exception {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process = command.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
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

  /** Images whose classes and names no ASCII has. */
  private Path images() throws IOException {
    Path images = folder.resolve("images");
    for (String name : CLASSES) {
      Files.createDirectories(images.resolve(name));
      for (int i = 0; i < 3; i++) {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        image.setRGB(i, i, 0x4080c0 + i);
        ImageIO.write(image, "png", images.resolve(name).resolve("ü" + i + ".png").toFile());
      }
    }
    return images;
  }

  /** Without a locale, as cron and systemd start programs, and most images of containers. */
  private static ProcessBuilder withoutLocale(String... command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
    builder.environment().remove("SPARK_HOME");
    return builder;
  }

  @Test
  void theScriptReadsEveryNameWithoutALocale() throws Exception {
    Path data = folder.resolve("Daten ü");
    Path script = Path.of("bin", "semimeta").toAbsolutePath();
    ProcessBuilder prepare =
        withoutLocale(
            script.toString(), "prepare", "--format", "image-folder", "--test-fraction=0");
    prepare.command().addAll(List.of("--input=" + images(), "--output=" + data));
    String out = output(0, prepare);
    assertTrue(out.contains(data.toString()), out);
    DatasetManifest manifest = ManifestFile.read(data.toUri(), new Configuration());
    assertEquals(CLASSES, manifest.classes());
    assertEquals(List.of(3L, 3L, 3L), manifest.splits().get("train").perClass());
  }

  @Test
  void theJarAloneReadsEveryNameOrRefuses() throws Exception {
    String submit = SPARK_HOME.resolve("bin").resolve("spark-submit").toString();
    Path data = folder.resolve("data");
    ProcessBuilder prepare =
        withoutLocale(submit, "--master", "local[1]", "--class", SemiMeta.class.getName(), JAR);
    prepare
        .command()
        .addAll(List.of("prepare", "--format", "image-folder", "--output", data.toString()));
    prepare.command().addAll(List.of("--input", images().toString()));
    String refused = output(2, prepare);
    assertTrue(refused.contains("set LC_ALL=C.UTF-8"), refused);
    assertFalse(Files.exists(data.resolve("manifest.json")));
    prepare.command().add("--test-input=" + folder.resolve("ü"));
    refused = output(2, prepare);
    assertTrue(refused.contains("'--test-input=" + folder + "/??': names that are"), refused);
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
