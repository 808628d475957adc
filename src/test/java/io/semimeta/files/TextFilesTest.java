package io.semimeta.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.semimeta.UserError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextFilesTest {
  private static final Pattern OTHER_WAYS =
      Pattern.compile(
          "\\b((InputStream|File|Buffered)Reader|Scanner|Files\\.(readString|readAllLines|lines))\\(");

  private static List<String> numbered(byte[] content) throws IOException {
    List<String> lines = new ArrayList<>();
    TextFiles.forEachLine(
        new ByteArrayInputStream(content), "f", (number, line) -> lines.add(number + " " + line));
    return lines;
  }

  private static List<String> numbered(String content) throws IOException {
    return numbered(content.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void lineEndsMarksAndBlanksAreNotPartOfALine() throws IOException {
    List<String> expected = List.of("1 Käse", "3 猫 1", "4 c");
    assertEquals(expected, numbered("Käse\n\n猫 1\nc"));
    assertEquals(expected, numbered("Käse\r\n \t\r\n 猫 1 \r\nc\r\n"));
    assertEquals(expected, numbered("Käse\r\r猫 1\rc\r"));
    assertEquals(expected, numbered("\ufeffKäse\n\n猫 1\nc\n"));
    assertEquals(List.of("2 a"), numbered("\ufeff\r\na"));
    assertEquals(List.of(), numbered("\ufeff"));
    assertEquals(List.of(), numbered(""));
    assertEquals("a\r\nb", TextFiles.text("\ufeffa\r\nb".getBytes(StandardCharsets.UTF_8), "f"));
  }

  private static void assertRefused(String message, byte[] content) {
    UserError error = assertThrows(UserError.class, () -> numbered(content));
    assertEquals(message, error.getMessage());
    assertThrows(UserError.class, () -> TextFiles.text(content, "f"));
  }

  @Test
  void otherEncodingsAreNamed() {
    for (String charset : List.of("UTF-16", "x-UTF-16LE-BOM", "UTF-32LE")) {
      String mark = charset.equals("UTF-32LE") ? "\ufeff" : "";
      assertRefused(
          "f is UTF-16; save it as UTF-8", (mark + "a\nb\n").getBytes(Charset.forName(charset)));
    }
    assertRefused(
        "f line 1 holds a zero byte: no text, or UTF-16; save it as UTF-8",
        "a\nb\n".getBytes(StandardCharsets.UTF_16LE));
    assertRefused(
        "f line 2 is not UTF-8; save the file as UTF-8",
        "a\nKäse\n".getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void aFileWithoutLineEndsIsNotReadWhole() {
    UserError error =
        assertThrows(UserError.class, () -> numbered("x\n" + "y".repeat((1 << 25) + 1)));
    assertEquals("f line 2 is longer than 32 MiB; is this the right file?", error.getMessage());
  }

  /** Where the user's files are read: other ways know nothing of marks and encodings. */
  @ParameterizedTest
  @ValueSource(strings = {"cli", "data", "recordio"})
  void nothingElseReadsText(String room) throws IOException {
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java/io/semimeta", room))) {
      for (Path source : sources.filter(Files::isRegularFile).toList()) {
        Matcher other = OTHER_WAYS.matcher(Files.readString(source));
        assertFalse(other.find(), () -> source + ": " + other.group());
      }
    }
  }
}
