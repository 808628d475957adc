package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.LogFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Filter;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.properties.PropertiesConfigurationFactory;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.apache.logging.log4j.status.StatusLogger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code bin/semimeta} has Log4j do. */
class LogConfigurationTest {
  private static final Path FILE = Path.of("conf", "log4j2.properties");

  @TempDir private Path folder;

  private static Filter.Result result(LoggerConfig logger, String text) {
    return logger
        .getFilter()
        .filter(
            Log4jLogEvent.newBuilder()
                .setLoggerName(logger.getName())
                .setLevel(Level.INFO)
                .setMessage(new SimpleMessage(text))
                .build());
  }

  /** Whoever looks at the log gets what others have put into names and messages. */
  @Test
  void controlCharactersAreNotLogged() throws IOException {
    Path log = folder.resolve("log");
    System.setProperty(LogFile.PROPERTY, log.toString());
    try (InputStream in = Files.newInputStream(FILE);
        LoggerContext context = new LoggerContext("test")) {
      Configuration configuration =
          new PropertiesConfigurationFactory()
              .getConfiguration(context, new ConfigurationSource(in, FILE.toFile()));
      context.start(configuration);
      context
          .getLogger("org.apache.spark.X")
          .info("a\u001b[2Jb\u202e\n2026-01-01 INFO forged", new IOException("c\u0007d"));
    } finally {
      System.clearProperty(LogFile.PROPERTY);
    }
    List<String> lines = Files.readAllLines(log);
    assertTrue(lines.get(0).endsWith("a?[2Jb?"), lines.get(0));
    assertEquals("    2026-01-01 INFO forged", lines.get(1));
    assertEquals("java.io.IOException: c?d", lines.get(2));
    assertTrue(lines.get(3).startsWith("\tat "), lines.get(3));
    assertEquals(1, lines.stream().filter(line -> line.contains("IOException")).count());
  }

  /** Executors read names too. Their log is what their worker takes from the standard error. */
  @Test
  void executorsDoNotLogThemEither() throws IOException {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    Path file = Path.of("conf", "log4j2-executor.properties");
    PrintStream before = System.err;
    try (InputStream in = Files.newInputStream(file);
        LoggerContext context = new LoggerContext("test")) {
      System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
      context.start(
          new PropertiesConfigurationFactory()
              .getConfiguration(context, new ConfigurationSource(in, file.toFile())));
      context
          .getLogger("org.apache.spark.executor.Executor")
          .error("a\u001b[2Jb\u202e\nERROR forged", new IOException("c\u0007d"));
    } finally {
      System.setErr(before);
    }
    List<String> lines = log.toString(StandardCharsets.UTF_8).lines().toList();
    assertTrue(lines.get(0).endsWith(" ERROR Executor: a?[2Jb?"), lines.get(0));
    assertEquals("    ERROR forged", lines.get(1));
    assertEquals("java.io.IOException: c?d", lines.get(2));
    assertEquals(1, lines.stream().filter(line -> line.contains("IOException")).count());
  }

  /** Of the lost messages there is one word, not a stack trace each. */
  @Test
  void aLogWithoutRoomSpoilsNothing() throws IOException {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setProperty(LogFile.PROPERTY, "/dev/full");
    PrintStream err = System.err;
    PrintStream out = System.out;
    LogTrouble listener = LogTrouble.listen();
    try (InputStream in = Files.newInputStream(FILE);
        LoggerContext context = new LoggerContext("test")) {
      System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
      System.setOut(System.err);
      context.start(
          new PropertiesConfigurationFactory()
              .getConfiguration(context, new ConfigurationSource(in, FILE.toFile())));
      for (int i = 0; i < 5; i++) {
        context.getLogger("org.apache.spark.X").info("m".repeat(20_000));
      }
    } finally {
      System.setErr(err);
      System.setOut(out);
      StatusLogger.getLogger().removeListener(listener);
      System.clearProperty(LogFile.PROPERTY);
    }
    assertEquals(
        List.of(
            "semimeta: the log cannot be written (No space left on device); the command goes on"
                + " without"),
        said.toString(StandardCharsets.UTF_8).lines().toList());
  }

  @Test
  void sparksOffersAreNotLoggedEverySecond() throws IOException {
    System.setProperty(LogFile.PROPERTY, folder.resolve("log").toString());
    try (InputStream in = Files.newInputStream(FILE);
        LoggerContext context = new LoggerContext("test")) {
      Configuration configuration =
          new PropertiesConfigurationFactory()
              .getConfiguration(context, new ConfigurationSource(in, FILE.toFile()));
      configuration.initialize();
      String name = "org.apache.spark.scheduler.TaskSchedulerImpl";
      LoggerConfig logger = configuration.getLoggerConfig(name);
      assertEquals(name, logger.getName());
      assertEquals(
          Filter.Result.DENY,
          result(
              logger,
              "Skip current round of resource offers for barrier stage 3 because the barrier"
                  + " taskSet requires 2 slots, while the total number of available slots is 0."));
      assertEquals(
          Filter.Result.NEUTRAL,
          result(logger, "Adding task set 3.0 with 2 tasks resource profile 1"));
    } finally {
      System.clearProperty(LogFile.PROPERTY);
    }
  }
}
