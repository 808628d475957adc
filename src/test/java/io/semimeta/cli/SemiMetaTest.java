package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.apache.spark.SparkException;
import org.apache.spark.package$;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class SemiMetaTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Command(name = "work", description = "Works.")
  private static final class Work implements Callable<Integer> {
    private final Callable<Integer> body;

    @Option(names = "--zeal", description = "How hard.")
    int zeal = 3;

    @Option(names = "--care", description = "How well.")
    int care = 5;

    Work(Callable<Integer> body) {
      this.body = body;
    }

    @Override
    public Integer call() throws Exception {
      return zeal > 0 && care > 0 ? body.call() : SemiMeta.FAILED;
    }
  }

  private int run(Callable<Integer> body, String... args) {
    CommandLine commandLine = SemiMeta.commandLine().addSubcommand(new Work(body));
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    for (CommandLine sub : commandLine.getSubcommands().values()) {
      sub.setOut(commandLine.getOut()).setErr(commandLine.getErr());
    }
    return SemiMeta.run(commandLine, args);
  }

  private static Callable<Integer> throwing(Exception failure) {
    return () -> {
      throw failure;
    };
  }

  @Test
  void theCommandsResultIsTheStatus() {
    assertEquals(0, run(() -> 0, "work"));
    assertEquals(1, run(() -> 1, "work"));
    assertEquals("", err.toString());
  }

  @Test
  void aUserErrorIsOneLineAndStatusTwo() {
    assertEquals(2, run(throwing(new UserError("a.rec: truncated\nat byte 7")), "work"));
    assertEquals("semimeta: a.rec: truncated at byte 7\n", err.toString());
  }

  @Test
  void aUserErrorIsFoundAmongTheCauses() {
    Exception failure = new IllegalStateException("outer", new UserError("no such folder"));
    assertEquals(2, run(throwing(failure), "work"));
    assertEquals("semimeta: no such folder\n", err.toString());
  }

  @Test
  void anExecutorsUserErrorIsFoundInSparksText() {
    String text =
        "Job aborted due to stage failure: Could not recover from a failed barrier ResultStage. Most"
            + " recent failure reason: Stage failed because barrier task ResultTask(0, 1) finished"
            + " unsuccessfully.\nio.semimeta.UserError: shard 3 is truncated\n"
            + "\tat io.semimeta.data.ShardCache.load(ShardCache.java:7)\nCaused by: java.io.EOF\n";
    assertEquals(2, run(throwing(new SparkException(text, null)), "work"));
    assertEquals("semimeta: shard 3 is truncated\n", err.toString());
  }

  @Test
  void anyOtherFailureShowsItsTraceAndIsStatusOne() {
    assertEquals(1, run(throwing(new IllegalStateException("broken")), "work"));
    assertTrue(
        err.toString()
            .startsWith(
                "semimeta: the command failed: java.lang.IllegalStateException: broken\n"
                    + "java.lang.IllegalStateException: broken\n\tat "),
        err.toString());
  }

  @Test
  void anErrorIsNoSilentDeath() {
    int status =
        run(
            () -> {
              throw new UnsatisfiedLinkError("no jnitorch");
            },
            "work");
    assertEquals(1, status);
    assertTrue(err.toString().contains("UnsatisfiedLinkError: no jnitorch\n"), err.toString());
  }

  @Test
  void theLogIsNamedWhereThereIsOne() {
    System.setProperty(SemiMeta.LOG_PROPERTY, "/tmp/run/semimeta.log");
    try {
      assertEquals(1, run(throwing(new IllegalStateException("broken")), "work"));
    } finally {
      System.clearProperty(SemiMeta.LOG_PROPERTY);
    }
    assertTrue(err.toString().contains(": broken; log: /tmp/run/semimeta.log\n"), err.toString());
  }

  @Test
  void wrongOptionsAreOneLineWithAHint() {
    assertEquals(2, run(() -> 0, "work", "--zeel=4"));
    assertEquals(
        "semimeta: Unknown option: '--zeel=4' (did you mean --zeal?);"
            + " see 'semimeta work --help'\n",
        err.toString());
  }

  @Test
  void wrongValuesAndCommandsAreStatusTwo() {
    assertEquals(2, run(() -> 0, "work", "--zeal", "much"));
    assertEquals(2, run(() -> 0, "wrok"));
    assertEquals(2, run(() -> 0));
    assertEquals(3, err.toString().lines().count(), err.toString());
  }

  @Test
  void helpShowsDefaultsInTheOrderOfDeclaration() {
    assertEquals(0, run(() -> 1, "work", "--help"));
    String help = out.toString();
    assertTrue(help.startsWith("Usage: semimeta work "), help);
    assertTrue(help.contains("Default: 3"), help);
    assertTrue(help.indexOf("[--zeal=") < help.indexOf("[--care="), help);
    assertTrue(help.lastIndexOf("--zeal=") < help.lastIndexOf("--care="), help);
  }

  @Test
  void versionNamesWhatTheJarWasBuiltWith() {
    assertEquals(0, run(() -> 1, "--version"));
    String spark = Pattern.quote(package$.MODULE$.SPARK_VERSION());
    assertTrue(
        out.toString().matches("semimeta \\d\\S+\nSpark +" + spark + " .*\nlibtorch 2\\.\\S+\n"),
        out.toString());
  }
}
