package io.semimeta.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void numbersStandToTheRight() {
    String table =
        new Table("method", "error", "images", "remark")
            .row("supervised", "42.4 %", 10_000, "4 of")
            .row("semimeta", "9.1 %", 60L, "")
            .row("none", "-", 1, "x")
            .toString();
    assertEquals(
        """
        method       error  images  remark
        supervised  42.4 %  10,000  4 of
        semimeta     9.1 %      60
        none             -       1  x""",
        table);
  }

  @Test
  void headingsAlone() {
    assertEquals("a  b", new Table("a", "b").toString());
    assertThrows(IllegalArgumentException.class, () -> new Table("a", "b").row("x"));
  }
}
