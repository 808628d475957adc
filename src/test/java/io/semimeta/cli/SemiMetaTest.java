package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.LogFile;
import io.semimeta.UserError;
import io.semimeta.training.DivergedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.LocalDiskErrors;
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
        "Job aborted due to stage failure: Could not recover from a failed barrier ResultStage."
            + " Most recent failure reason: Stage failed because barrier task ResultTask(0, 1)"
            + " finished unsuccessfully.\n"
            + "io.semimeta.UserError: shard 3 is truncated\n"
            + "\tat io.semimeta.loader.ShardCache.load(ShardCache.java:7)\n"
            + "Caused by: java.io.EOF\n";
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

  /** The trace is in the log. */
  @Test
  void theEnvironmentsFailureIsOneLineAndStatusOne() {
    assertEquals(1, run(throwing(new IOException("out/x: No space left on device")), "work"));
    assertEquals(1, err.toString().lines().count(), err.toString());
    assertTrue(
        err.toString().startsWith("semimeta: the command failed: a disk is full: out/x: "),
        err.toString());
  }

  @Test
  void anErrorOfTheDiskIsOneLineToo() {
    int status =
        run(
            () -> {
              throw LocalDiskErrors.of("No space left on device");
            },
            "work");
    assertEquals(1, status);
    assertEquals(1, err.toString().lines().count(), err.toString());
  }

  @Test
  void aDivergenceIsOneLineAndStatusOne() {
    assertEquals(1, run(throwing(new DivergedException(7)), "work"));
    assertEquals(
        "semimeta: training diverged at step 7: the weights are not finite; use a lower learning"
            + " rate\n",
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
    System.setProperty(LogFile.PROPERTY, "/tmp/run/semimeta.log");
    try {
      assertEquals(1, run(throwing(new IllegalStateException("broken")), "work"));
    } finally {
      System.clearProperty(LogFile.PROPERTY);
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

  /** {@code benchmark} has options of its own, which would not be those of what is run. */
  @Test
  void optionsBeforeASubCommandAreRefused() {
    assertEquals(2, run(() -> 0, "benchmark", "--batch-size", "8", "engines"));
    assertEquals(
        "semimeta: options come after 'engines'; see 'semimeta benchmark --help'\n",
        err.toString());
  }

  /** A mistyped option is why another is missing, which is called as the documents call it. */
  @Test
  void whatIsMissingIsNamed() {
    assertEquals(2, run(() -> 0, "train", "--data", "d", "--outputs", "o"));
    assertTrue(err.toString().contains("Unknown options: '--outputs', 'o'"), err.toString());
    assertTrue(err.toString().contains("did you mean"), err.toString());
    assertEquals(2, run(() -> 0, "train"));
    assertTrue(
        err.toString()
            .endsWith("semimeta: Missing --data=URI, --output=URI; see 'semimeta train --help'\n"),
        err.toString());
  }

  @Test
  void aCommandAfterItsOptionsIsPointedOut() {
    assertEquals(2, run(() -> 0, "--data", "d", "train"));
    assertTrue(
        err.toString().contains("; the command comes first: semimeta train; see 'semimeta --help'"),
        err.toString());
  }

  /** Hadoop takes what is before it for a file system. */
  @Test
  void aColonInARelativePathIsPointedOut() {
    for (String option : List.of("--data", "--output", "--init-from", "--label-indices")) {
      assertEquals(2, run(() -> 0, "train", "--data", "d", "--output", "o", option, "a:b/c"));
      assertTrue(err.toString().contains("option '" + option + "': "), err.toString());
    }
    for (String option : List.of("--checkpoint", "--data", "--report")) {
      assertEquals(
          2, run(() -> 0, "evaluate", "--checkpoint", "c", "--data", "d", option, "a:b/c"));
    }
    for (String option : List.of("--input", "--output", "--test-input", "--class-names")) {
      assertEquals(
          2,
          run(
              () -> 0,
              "prepare",
              "--format",
              "idx",
              "--input",
              "i",
              "--output",
              "o",
              option,
              "a:b"));
    }
    assertEquals(2, run(() -> 0, "demo", "--output", "a:b"));
    err.toString().lines().forEach(line -> assertTrue(line.contains("has a colon"), line));
    assertEquals(12, err.toString().lines().count());
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
