package io.semimeta.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Checks that colours can be told apart, by eyes of three kinds. */
class PaletteTest {

  @Test
  void fewColoursAreOkabeAndItos() {
    assertEquals(List.of(0xE69F00, 0x56B4E9), Palette.colours(2));
    List<Integer> eight =
        List.of(0xE69F00, 0x56B4E9, 0x009E73, 0xF0E442, 0x0072B2, 0xD55E00, 0xCC79A7, 0x000000);
    assertEquals(eight, Palette.colours(8));
    assertEquals(eight, Palette.colours(20).subList(0, 8));
  }

  @Test
  void moreColoursDifferAsMuchAsTheirs() {
    double theirs = least(Palette.colours(8));
    assertTrue(least(Palette.colours(20)) >= theirs, "twenty colours against " + theirs);
    assertTrue(least(Palette.colours(100)) > 0.02);
    assertEquals(1000, new HashSet<>(Palette.colours(1000)).size());
  }

  @Test
  void knowsWhatEyesConfuse() {
    // These two differ to most people, and hardly to those without red or green cones.
    assertTrue(Palette.difference(0xCC6666, 0x8F8F60) < 0.08);
    assertTrue(Palette.difference(0x0072B2, 0xD55E00) > 0.1);
    assertEquals(1, Palette.difference(0, 0xFFFFFF), 0.01);
  }

  private static double least(List<Integer> colours) {
    double least = Double.POSITIVE_INFINITY;
    for (int a = 0; a < colours.size(); a++) {
      for (int b = 0; b < a; b++) {
        least = Math.min(least, Palette.difference(colours.get(a), colours.get(b)));
      }
    }
    return least;
  }
}
