package io.semimeta.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.semimeta.MeasuredJvm;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Photographs of 12 million pixels, 36 MB each when decoded, evaluated and trained on five at once,
 * in a heap of 192 MB.
 */
class LargeImagesTest {
  private static final int AT_ONCE = 5;
  private static final ImageInput INPUT = new ImageInput(3, 224, 224, true);

  @TempDir private Path folder;

  /** The program in the small heap. */
  static final class Measured {
    private Measured() {}

    public static void main(String[] args) throws Exception {
      ExecutorService threads = Executors.newFixedThreadPool(2 * AT_ONCE);
      try {
        for (String file : args) {
          print(threads, new ImageRecord(1, 0, Files.readAllBytes(Path.of(file))));
        }
      } finally {
        threads.shutdownNow();
      }
    }

    private static void print(ExecutorService threads, ImageRecord record) throws Exception {
      List<Future<DecodedImage>> images = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        images.add(threads.submit(() -> INPUT.evaluated(record)));
        images.add(threads.submit(() -> INPUT.trained(record, true, new SplittableRandom(1))));
      }
      for (Future<DecodedImage> image : images) {
        System.out.println("first " + (image.get().pixels()[0] & 0xff));
      }
    }
  }

  @Test
  void fitASmallHeap() throws IOException, InterruptedException {
    BufferedImage image = new BufferedImage(4000, 3000, BufferedImage.TYPE_3BYTE_BGR);
    List<String> files = new ArrayList<>();
    for (String format : List.of("jpeg", "png")) {
      Path file = Files.write(folder.resolve(format), TestImages.encode(image, format));
      files.add(file.toString());
    }
    List<String> lines =
        MeasuredJvm.run(Measured.class, "192m", folder.resolve("out.txt"), Map.of(), files);
    assertEquals(
        2 * 2 * AT_ONCE, lines.stream().filter("first 0"::equals).count(), lines::toString);
  }
}
