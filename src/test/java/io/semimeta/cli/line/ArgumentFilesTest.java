package io.semimeta.cli.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.semimeta.UserError;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArgumentFilesTest {
  @TempDir Path folder;

  private Path file(String name, String text, Charset charset) throws IOException {
    return Files.write(folder.resolve(name), text.getBytes(charset));
  }

  private static void assertRefused(String message, Path file) {
    UserError error =
        assertThrows(UserError.class, () -> ArgumentFiles.expand(List.of("@" + file)));
    assertEquals(message, error.getMessage());
  }

  @Test
  void wordsAreThoseOfTheFile() throws IOException {
    Path inner = file("inner.args", "--data 'bäume/\u732b'", StandardCharsets.UTF_8);
    Path file =
        file(
            "a.args",
            "\ufeff--master yarn\r\n"
                + "# a recipe\r\n"
                + "--lr 0.1 # rate\r\n"
                + "--title \"two words\" '#3'\r\n"
                + "@"
                + inner
                + " @@home",
            StandardCharsets.UTF_8);
    assertEquals(
        List.of("train", "--master", "yarn", "--lr", "0.1", "--title", "two words", "#3"),
        ArgumentFiles.expand(List.of("train", "@" + file)).subList(0, 8));
    assertEquals(
        List.of("--data", "bäume/\u732b", "@home", "-h"),
        ArgumentFiles.expand(List.of("@" + file, "-h")).subList(7, 11));
    assertEquals(List.of("@home", "@"), ArgumentFiles.expand(List.of("@@home", "@")));
  }

  @Test
  void aFileThatCannotBeReadIsRefused() throws IOException {
    Path none = folder.resolve("none");
    assertRefused("cannot read the argument file " + none, none);
    Path utf16 = file("utf16", "--lr 0.1", StandardCharsets.UTF_16);
    assertRefused("the argument file " + utf16 + " is UTF-16; save it as UTF-8", utf16);
    Path latin = file("latin", "--data bäume", StandardCharsets.ISO_8859_1);
    assertRefused("the argument file " + latin + " is not UTF-8; save the file as UTF-8", latin);
    Path self = folder.resolve("self");
    Files.writeString(self, "--lr 1 @" + folder + "/./self");
    assertRefused("the argument file " + folder + "/./self names itself", self);
  }
}
