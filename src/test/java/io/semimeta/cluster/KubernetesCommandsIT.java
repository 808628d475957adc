package io.semimeta.cluster;

import static io.semimeta.cluster.KubernetesCluster.NAMESPACE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From images to predictions in pods, on Kubernetes' own control plane. */
class KubernetesCommandsIT {
  @TempDir private static Path folder;

  @TempDir(factory = KubernetesIT.InBuildFolder.class)
  private static Path imageFolder;

  @AutoClose private static KubernetesCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = KubernetesCluster.start(folder, imageFolder);
    cluster.addNode(0, "4", "8Gi");
  }

  /** The commands, which leave all they make in a folder. */
  private static List<String> commands(Path images, Path place) {
    Path data = place.resolve("data");
    Path run = place.resolve("run");
    return List.of(
        "prepare --format image-folder --input " + images + " --output " + data,
        "train --cores-per-worker 1 --num-label 6 --width 0.05 --batch-size 4 --device cpu --total-steps 3 --data "
            + (data + " --output " + run),
        "evaluate --split test --data "
            + (data + " --checkpoint " + run.resolve("checkpoints/step-00000003"))
            + (" --predictions " + place.resolve("predictions.csv")));
  }

  @Test
  void podsComeToWhatThisMachineComesTo() throws Exception {
    Path images = folder.resolve("images");
    Random random = new Random(1);
    for (int i = 0; i < 60; i++) {
      BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_3BYTE_BGR);
      for (int at = 0; at < 28 * 28; at++) {
        image.setRGB(at % 28, at / 28, random.nextInt());
      }
      Path place = Files.createDirectories(images.resolve("class-" + i % 3));
      ImageIO.write(image, "png", place.resolve(i + ".png").toFile());
    }
    Path here = Files.createDirectory(folder.resolve("here"));
    for (String line : commands(images, here)) {
      List<String> words = new ArrayList<>(Arrays.asList(line.split(" ", -1)));
      KubernetesCluster.runHere(folder.resolve("here.log"), words);
    }
    Path pods = Files.createDirectory(folder.resolve("pods"));
    for (String line : commands(images, pods)) {
      String driver =
          cluster.submit(
              "API IMAGE "
                  + line
                  + " --num-executors 1 --executor-cores 1 --executor-memory 1g"
                  + " --conf spark.executor.memoryOverhead=2g");
      assertEquals("Succeeded", cluster.ended(driver), cluster.log(driver));
      cluster.kubectl("-n", NAMESPACE, "delete", "pod", driver);
    }
    assertSame(here, pods, ".rec");
    assertSame(here, pods, "model.safetensors");
    assertSame(here, pods, "predictions.csv");
  }

  private static void assertSame(Path expected, Path actual, String name) throws IOException {
    try (Stream<Path> files = Files.walk(expected)) {
      List<Path> named = files.filter(file -> file.toString().endsWith(name)).toList();
      assertFalse(named.isEmpty(), name);
      for (Path file : named) {
        Path other = actual.resolve(expected.relativize(file));
        assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(other), file.toString());
      }
    }
  }
}
