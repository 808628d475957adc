package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** The program in the test's own JVM, on Spark's local[1]. */
final class LocalRun {
  private LocalRun() {}

  /** What spark-submit would set. */
  static void setSpark() {
    System.setProperty("spark.master", "local[1]");
    System.setProperty("spark.ui.enabled", "false");
  }

  static void clearSpark() {
    System.clearProperty("spark.master");
    System.clearProperty("spark.ui.enabled");
  }

  /**
   * How a command ended.
   *
   * @param out what the user asked for
   * @param err what the program itself, not a library, told the user of a failure
   */
  record Outcome(int status, String out, String err) {
    /** Exactly one line, as promised, with these words. */
    void assertOneLine(int expectedStatus, String words) {
      assertTrue(err.startsWith("semimeta: "), err);
      assertEquals(1, err.lines().count(), err);
      assertTrue(err.contains(words), err);
      assertEquals(expectedStatus, status, err);
    }
  }

  static Outcome run(List<String> args, String... more) {
    List<String> all = new ArrayList<>(args);
    all.addAll(List.of(more));
    StringWriter said = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine = SemiMeta.commandLine();
    PrintWriter out = new PrintWriter(said, true);
    PrintWriter errors = new PrintWriter(err, true);
    setWriters(commandLine, out, errors);
    int status = SemiMeta.run(commandLine, all.toArray(String[]::new));
    return new Outcome(status, said.toString(), err.toString());
  }

  private static void setWriters(CommandLine command, PrintWriter out, PrintWriter err) {
    command.setOut(out).setErr(err);
    command.getSubcommands().values().forEach(sub -> setWriters(sub, out, err));
  }
}
