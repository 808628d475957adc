package io.semimeta.plot;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.geom.Path2D;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LetteringTest {
  /** In units of the font, from the left end of the line upwards. */
  @ParameterizedTest
  @CsvSource({"A, 700, 800, 700, 460", "4, 660, 800, 800, 400", "o, 600, 560, 190, 560"})
  void lettersHaveTheirHoles(String letter, int holeX, int holeY, int inkX, int inkY) {
    Path2D outline = Lettering.outline(letter, 2048, 0, 0);
    assertFalse(outline.contains(holeX, -holeY), "hole");
    assertTrue(outline.contains(inkX, -inkY), "ink");
  }
}
