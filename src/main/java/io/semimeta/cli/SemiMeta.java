package io.semimeta.cli;

import io.semimeta.UserError;
import java.util.List;
import java.util.Optional;
import org.apache.logging.log4j.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The program: {@code spark-submit --class io.semimeta.cli.SemiMeta semimeta.jar COMMAND …}.
 *
 * <p>Exit status: 0 when the command succeeded; 1 when it failed or diverged; 2 when the user can
 * put it right (a {@link io.semimeta.UserError}, or wrong options), which is told in one line.
 */
@Command(
    name = "semimeta",
    description = "Trains image classifiers from few labels and many images, on Apache Spark.",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    showDefaultValues = true,
    sortOptions = false,
    sortSynopsis = false,
    usageHelpWidth = 100,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      PrepareCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      DemoCommand.class,
      BenchmarkCommand.class,
      LoaderBenchmarkCommand.class
    })
public final class SemiMeta {
  /** System property that holds the name of the log file, where {@code bin/semimeta} set one. */
  static final String LOG_PROPERTY = "semimeta.log";

  static final int FAILED = 1;
  static final int USAGE = 2;

  private SemiMeta() {}

  public static void main(String[] args) {
    int status = run(commandLine(), args);
    // YARN's application master takes an early exit for a failure, so there success returns.
    // Elsewhere it must exit: the timer
    // that Spark starts for barrier stages keeps a local driver alive for ever.
    if (status != 0 || !"cluster".equals(System.getProperty("spark.submit.deployMode"))) {
      System.exit(status);
    }
  }

  /** The whole command line, ready to execute. */
  static CommandLine commandLine() {
    return new CommandLine(new SemiMeta())
        .setCaseInsensitiveEnumValuesAllowed(true)
        // The line overrides what an @file of a recipe says.
        .setOverwrittenOptionsAllowed(true)
        .setUsageHelpLongOptionsMaxWidth(32)
        .setParameterExceptionHandler((failure, args) -> reportUsage(failure))
        .setExecutionExceptionHandler((failure, command, parsed) -> report(failure, command));
  }

  /** Executes a line and returns its exit status; never throws. */
  static int run(CommandLine commandLine, String... args) {
    try {
      return commandLine.execute(args);
    } catch (Error failure) { // picocli hands on exceptions alone
      return report(failure, commandLine);
    }
  }

  private static int reportUsage(ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    StringBuilder line = new StringBuilder("semimeta: ");
    Optional<String> userMessage = UserError.messageIn(failure);
    if (userMessage.isPresent()) {
      line.append(userMessage.get());
    } else {
      line.append(UserError.oneLine(failure.getMessage()));
      if (failure instanceof UnmatchedArgumentException unmatched) {
        List<String> suggestions = unmatched.getSuggestions();
        if (!suggestions.isEmpty()) {
          line.append(" (did you mean ").append(String.join(" or ", suggestions)).append("?)");
        }
      }
      String name = command.getCommandSpec().qualifiedName();
      line.append("; see '").append(name).append(" --help'");
    }
    command.getErr().println(line);
    return USAGE;
  }

  private static int report(Throwable failure, CommandLine command) {
    if (Interruption.isEnding()) {
      return FAILED; // never seen: the process ends with the signal's status
    }
    Optional<String> userMessage = UserError.messageIn(failure);
    String log = System.getProperty(LOG_PROPERTY);
    if (log != null) {
      LogManager.getLogger(SemiMeta.class).info("The command failed", failure);
    }
    if (userMessage.isPresent()) {
      command.getErr().println("semimeta: " + userMessage.get());
      return USAGE;
    }
    String line = "semimeta: the command failed: " + Failures.cause(failure);
    command.getErr().println(log == null ? line : line + "; log: " + log);
    failure.printStackTrace(command.getErr());
    return FAILED;
  }
}
