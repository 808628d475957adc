package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Filter;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.properties.PropertiesConfigurationFactory;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
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

  @Test
  void sparksOffersAreNotLoggedEverySecond() throws IOException {
    System.setProperty(SemiMeta.LOG_PROPERTY, folder.resolve("log").toString());
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
      System.clearProperty(SemiMeta.LOG_PROPERTY);
    }
  }
}
