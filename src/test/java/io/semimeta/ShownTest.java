package io.semimeta;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.semimeta.console.Table;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ShownTest {
  @Test
  void whatMovesTheCursorOrTurnsTextIsWrittenOut() {
    assertEquals("cat\\u001b[31m\\u001b[2J", Shown.text("cat\u001b[31m\u001b[2J"));
    assertEquals("a\\nb\\r\\tc\\u0007\\u009b\\u007f", Shown.text("a\nb\r\tc\u0007\u009b\u007f"));
    assertEquals("\\u202egpj.exe\\u2066\\u2028", Shown.text("\u202egpj.exe\u2066\u2028"));
    assertEquals("\\ufeff\\u200b\\ud800", Shown.text("\ufeff\u200b\ud800"));
    assertEquals("\\U000e0041", Shown.text("\udb40\udc41"));
    assertEquals("\tat\nb\\u001b", Shown.lines("\tat\nb\u001b"));
  }

  @Test
  void namesOfEveryScriptStay() {
    String names = "Käse, кошка, 犬, क्‍ष, می‌خواهم, 👩‍🚀, a b";
    assertEquals(names, Shown.text(names));
  }

  @Test
  void errorsAreOneLineWithoutControlCharacters() {
    UserError error = new UserError(" x\u001b]0;title\u0007 \n\n  y.png\r\nz\n");
    assertEquals("x\\u001b]0;title\\u0007 y.png z", error.getMessage());
    // As Spark hands on what an executor threw.
    IOException text = new IOException("io.semimeta.UserError: a\u001b[1mb\n\tat io.semimeta.X");
    assertEquals(Optional.of("a\\u001b[1mb"), UserError.messageIn(text));
  }

  @Test
  void cellsOfTables() {
    String table = new Table("class", "images").row("c\u001b[2J\nat", 3).toString();
    assertEquals("class           images\nc\\u001b[2J\\nat       3", table);
  }

  /** A line of the user's may have any length: 200,000 blanks took half a minute. */
  @Test
  @Timeout(20)
  void blanksAreCountedOnce() {
    String blanks = " ".repeat(2_000_000);
    assertEquals("a" + blanks + "b", new UserError("a" + blanks + "b").getMessage());
  }
}
