package io.semimeta.loader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.model.Placement;
import io.semimeta.model.TestNetworks;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a reference that goes pixel by pixel. */
class CropFlipTest {
  private static final int COUNT = 64;
  private static final int CHANNELS = 2;
  private static final int HEIGHT = 5;
  private static final int WIDTH = 7;
  private static final List<Double> MEAN = List.of(0.4, 0.5);
  private static final List<Double> STD = List.of(0.2, 0.3);

  private final byte[] pixels = new byte[COUNT * CHANNELS * HEIGHT * WIDTH];

  CropFlipTest() {
    new Random(9).nextBytes(pixels);
  }

  private Tensor images() {
    return Tensor.create(pixels, COUNT, CHANNELS, HEIGHT, WIDTH).to(ScalarType.Byte);
  }

  private double normalised(int i, int c, int y, int x) {
    boolean inside = y >= 0 && y < HEIGHT && x >= 0 && x < WIDTH;
    int value = inside ? pixels[((i * CHANNELS + c) * HEIGHT + y) * WIDTH + x] & 0xff : 0;
    return (value / 255.0 - MEAN.get(c)) / STD.get(c);
  }

  /** What becomes of an image that is cropped at (top, left) of its padded self. */
  private double[] reference(int i, int top, int left, boolean mirrored) {
    double[] result = new double[CHANNELS * HEIGHT * WIDTH];
    int at = 0;
    for (int c = 0; c < CHANNELS; c++) {
      for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
          result[at++] = normalised(i, c, y + top, (mirrored ? WIDTH - 1 - x : x) + left);
        }
      }
    }
    return result;
  }

  private static boolean close(double[] a, double[] b) {
    for (int i = 0; i < a.length; i++) {
      if (Math.abs(a[i] - b[i]) > 1e-12) {
        return false;
      }
    }
    return a.length == b.length;
  }

  /** Every image is one of the crops and mirrorings that there can be, and all of them occur. */
  @ParameterizedTest
  @CsvSource({"0,false", "0,true", "1,false", "1,true", "2,true"})
  void cropsAndFlips(int padding, boolean flip) {
    Set<List<Object>> seen = new HashSet<>();
    try (PointerScope scope = new PointerScope();
        Normalisation normalisation = new Normalisation(MEAN, STD, TestNetworks.FLOAT64)) {
      CropFlip cropFlip = new CropFlip(padding, flip);
      SplittableRandom random = new SplittableRandom(padding);
      for (int batch = 0; batch < 8; batch++) {
        Tensor out = normalisation.apply(cropFlip.apply(images(), random));
        assertArrayEquals(new long[] {COUNT, CHANNELS, HEIGHT, WIDTH}, out.shape());
        for (int i = 0; i < COUNT; i++) {
          seen.add(found(TestNetworks.values(out.select(0, i)), i, padding, flip));
        }
      }
    }
    int places = 2 * padding + 1;
    assertEquals(places * places * (flip ? 2 : 1), seen.size(), seen.toString());
  }

  private List<Object> found(double[] image, int i, int padding, boolean flip) {
    for (int top = -padding; top <= padding; top++) {
      for (int left = -padding; left <= padding; left++) {
        for (boolean mirrored : flip ? new boolean[] {false, true} : new boolean[] {false}) {
          if (close(image, reference(i, top, left, mirrored))) {
            return List.of(top, left, mirrored);
          }
        }
      }
    }
    throw new AssertionError("image " + i + " is no crop of its source");
  }

  @Test
  void normalisationAlone() {
    try (PointerScope scope = new PointerScope();
        Normalisation normalisation = new Normalisation(MEAN, STD, Placement.CPU)) {
      Tensor out = normalisation.apply(images());
      assertEquals(ScalarType.Float, out.scalar_type().intern());
      for (int i = 0; i < COUNT; i++) {
        double[] image = TestNetworks.values(out.select(0, i));
        double[] expected = reference(i, 0, 0, false);
        for (int k = 0; k < image.length; k++) {
          assertEquals(expected[k], image[k], 1e-5);
        }
      }
    }
  }

  @Test
  void theGeneratorAloneDecides() {
    CropFlip cropFlip = new CropFlip(2, true);
    try (PointerScope scope = new PointerScope()) {
      Tensor one = cropFlip.apply(images(), new SplittableRandom(1));
      assertTrue(one.equal(cropFlip.apply(images(), new SplittableRandom(1))));
      assertTrue(!one.equal(cropFlip.apply(images(), new SplittableRandom(2))));
    }
  }
}
