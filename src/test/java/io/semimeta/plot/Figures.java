package io.semimeta.plot;

import io.semimeta.plot.PlottedImage.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes figures for tests. */
final class Figures {
  static final List<String> CLASSES = List.of("cat", "<script>alert(1)</script> & \"so\"", "кот");

  private Figures() {}

  /** Makes a few images of each kind: 6 labelled, 12 unlabelled, 12 test, one of unknown class. */
  static List<PlottedImage> images() {
    List<PlottedImage> images = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      Kind kind = i < 6 ? Kind.LABELLED : i < 18 ? Kind.UNLABELLED : Kind.TEST;
      images.add(new PlottedImage(1000 + i, kind, i == 10 ? -1 : i % 3));
    }
    return images;
  }

  static FeatureMap map(String title, long seed) {
    Random random = new Random(seed);
    float[] x = new float[30];
    float[] y = new float[30];
    for (int i = 0; i < 30; i++) {
      x[i] = (float) random.nextGaussian();
      y[i] = (float) (3 * random.nextGaussian());
    }
    return new FeatureMap(title, x, y);
  }

  static Canvas canvas() {
    return FeatureFigure.draw(
        CLASSES, images(), List.of(map("runs/first", 1), map("runs/\u001b[2Jsecond", 2)));
  }
}
