package io.semimeta.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.semimeta.UserError;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileNamesTest {
  private static final String REMEDY =
      ": names that are not ASCII need a UTF-8 locale, this JVM's is US-ASCII; set LC_ALL=C.UTF-8"
          + " before it starts, for executors by spark.executorEnv.LC_ALL";

  @TempDir Path folder;

  /** Runs in a JVM without a UTF-8 locale, as an executor may be: writes one file. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws Exception {
      String name = args[1].replace("+", "\u00e4");
      try {
        WholeFile.replace(
            new org.apache.hadoop.fs.Path(args[0], name), new Configuration(), new byte[1]);
        System.out.println("written");
      } catch (UserError e) {
        System.out.println(e.getMessage().replace("\u00e4", "+"));
      }
    }
  }

  private String write(String name) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    command.addAll(List.of("-cp", classPath, Writer.class.getName()));
    command.addAll(List.of(folder.toString(), name));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(folder.resolve("err").toFile());
    builder.environment().keySet().removeIf(n -> n.startsWith("LC_") || n.equals("LANG"));
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return out.strip();
  }

  @Test
  void whatThisJvmCannotNameIsNotWrittenUnderAnotherName() throws Exception {
    assertEquals("written", write("Kase"));
    String wanted = folder + File.separator + "K+se";
    assertEquals(wanted + REMEDY, write("K+se"));
    assertEquals(
        List.of("Kase", "err"), List.of(folder.toFile().list()).stream().sorted().toList());
  }

  @Test
  void wordsThatMayHaveLostLettersAreRefused() {
    for (String lost : List.of("b\ufffd\ufffdume", "b??ume")) {
      UserError error =
          assertThrows(
              UserError.class, () -> FileNames.requireWhole(lost, StandardCharsets.US_ASCII));
      assertEquals("'b??ume'" + REMEDY, error.getMessage());
      FileNames.requireWhole(lost, StandardCharsets.UTF_8);
    }
    FileNames.requireWhole("baeume", StandardCharsets.US_ASCII);
    FileNames.requireWhole("b\u00c3\u00a4ume", StandardCharsets.ISO_8859_1);
  }
}
