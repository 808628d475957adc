package io.semimeta.cli;

import io.semimeta.LogFile;
import io.semimeta.Shown;
import io.semimeta.UserError;
import io.semimeta.cli.line.ArgumentFiles;
import io.semimeta.cli.options.ToPath;
import io.semimeta.cluster.SparkVersion;
import io.semimeta.training.DivergedException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.hadoop.fs.Path;
import org.apache.logging.log4j.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Runs as {@code spark-submit --class io.semimeta.cli.SemiMeta semimeta.jar COMMAND …}.
 *
 * <p>The exit status is 0 after success, 1 when the command failed or diverged, and 2 when the user
 * can put it right (a {@link io.semimeta.UserError}, or wrong options), which one line tells.
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
      AblateCommand.class,
      CompareCommand.class,
      EvaluateCommand.class,
      PredictCommand.class,
      PlotFeaturesCommand.class,
      ReportCommand.class,
      DemoCommand.class,
      BenchmarkCommand.class,
      BenchmarkCommand.Loader.class
    })
public final class SemiMeta {
  static final int FAILED = 1;
  public static final int USAGE = 2;

  private SemiMeta() {}

  public static void main(String[] args) {
    CommandLine commandLine = commandLine();
    if (LogFile.path().isPresent()) {
      LogTrouble.listen();
    }
    QuietEnd.want();
    int status;
    try {
      SparkVersion.require();
      status = run(commandLine, ArgumentFiles.expand(List.of(args)).toArray(String[]::new));
    } catch (UserError e) {
      status = report(e, commandLine);
    }
    // YARN's application master takes an early exit for a failure, so there success returns.
    // Elsewhere it must exit: the timer that Spark starts for barrier stages keeps a local driver
    // alive for ever.
    if (status != 0 || !"cluster".equals(System.getProperty("spark.submit.deployMode"))) {
      System.exit(status);
    }
  }

  /** Returns the command line, ready to execute; {@link ArgumentFiles} expands files first. */
  public static CommandLine commandLine() {
    CommandLine commandLine =
        new CommandLine(new SemiMeta())
            .setExpandAtFiles(false)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .registerConverter(Path.class, new ToPath())
            // A line's own options override those of a recipe in an @file.
            .setOverwrittenOptionsAllowed(true)
            .setUsageHelpLongOptionsMaxWidth(32)
            .setExecutionStrategy(SemiMeta::execute)
            .setParameterExceptionHandler((failure, args) -> reportUsage(failure, args))
            .setExecutionExceptionHandler((failure, command, parsed) -> report(failure, command));
    GroupedHelp.of(commandLine);
    return commandLine;
  }

  private static int execute(ParseResult parsed) {
    requireOptionsLast(parsed);
    return new RunLast().execute(parsed);
  }

  /**
   * Refuses options before a sub-command, which only a command that runs alone too could take: they
   * would count for nothing.
   */
  public static void requireOptionsLast(ParseResult line) {
    for (ParseResult at = line; at.hasSubcommand(); at = at.subcommand()) {
      if (!at.matchedOptions().isEmpty() && !at.isUsageHelpRequested()) {
        throw new ParameterException(
            at.commandSpec().commandLine(),
            "options come after '%s'".formatted(at.subcommand().commandSpec().name()));
      }
    }
  }

  /** Executes a line and returns its exit status; it never throws. */
  public static int run(CommandLine commandLine, String... args) {
    try {
      return commandLine.execute(args);
    } catch (Error failure) { // picocli handles exceptions, but no errors
      return report(failure, commandLine);
    }
  }

  private static int reportUsage(ParameterException found, String[] args) {
    CommandLine root = found.getCommandLine();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    ParameterException failure = found;
    Optional<String> command = Optional.empty();
    if (!root.getUnmatchedArguments().isEmpty()) {
      failure = new UnmatchedArgumentException(root, root.getUnmatchedArguments());
      command = Arrays.stream(args).filter(root.getSubcommands()::containsKey).findFirst();
    } else if (found instanceof MissingParameterException
        && !found.getCommandLine().getUnmatchedArguments().isEmpty()) {
      // The required option is missing because it was mistyped.
      failure =
          new UnmatchedArgumentException(
              found.getCommandLine(), found.getCommandLine().getUnmatchedArguments());
    }
    StringBuilder line = new StringBuilder("semimeta: ");
    Optional<String> userMessage = UserError.messageIn(failure);
    if (userMessage.isPresent()) {
      line.append(userMessage.get());
    } else {
      line.append(
          failure instanceof MissingParameterException missing
              ? "Missing " + names(missing)
              : UserError.oneLine(message(failure)));
      if (failure instanceof UnmatchedArgumentException unmatched) {
        List<String> suggestions = unmatched.getSuggestions();
        if (!suggestions.isEmpty()) {
          line.append(" (did you mean ").append(String.join(" or ", suggestions)).append("?)");
        }
      }
      command.ifPresent(name -> line.append("; the command comes first: semimeta ").append(name));
      String name = failure.getCommandLine().getCommandSpec().qualifiedName();
      line.append("; see '").append(name).append(" --help'");
    }
    found.getCommandLine().getErr().println(Shown.text(line));
    return USAGE;
  }

  /** Names an option by its first long name, as the documents do; picocli takes the longest. */
  private static String message(ParameterException failure) {
    if (!(failure.getArgSpec() instanceof OptionSpec option)) {
      return failure.getMessage();
    }
    String name =
        Arrays.stream(option.names())
            .filter(one -> one.startsWith("--"))
            .findFirst()
            .orElse(option.longestName());
    return failure.getMessage().replace("'" + option.longestName() + "'", "'" + name + "'");
  }

  /** Names missing arguments as the documents do: by the first of their names. */
  private static String names(MissingParameterException failure) {
    return failure.getMissing().stream()
        .map(
            argument ->
                argument instanceof OptionSpec option
                    ? option.names()[0] + "=" + option.paramLabel()
                    : argument.paramLabel())
        .collect(Collectors.joining(", "));
  }

  /** Reports a failure in one line, or a bug with its trace; returns the exit status. */
  public static int report(Throwable failure, CommandLine command) {
    if (Interruption.isEnding()) {
      return FAILED; // nobody sees it: the process ends with the signal's status
    }
    Optional<String> userMessage = UserError.messageIn(failure);
    Optional<String> line =
        userMessage.or(() -> DivergedException.in(failure).map(DivergedException::getMessage));
    boolean isFailure = line.isEmpty();
    Optional<String> environment = isFailure ? Failures.environment(failure) : Optional.empty();
    Optional<String> log = LogFile.path();
    if (log.isPresent()
        || environment.isPresent()) { // without a log file, Spark's console is the log
      LogManager.getLogger(SemiMeta.class).info("The command failed", failure);
    }
    String text =
        line.orElseGet(
            () -> "the command failed: " + environment.orElseGet(() -> UserError.reason(failure)));
    String place = log.filter(path -> isFailure).map(path -> "; log: " + path).orElse("");
    command.getErr().println(Shown.text("semimeta: " + text + place));
    if (isFailure && environment.isEmpty()) {
      command.getErr().print(Shown.lines(ExceptionUtils.getStackTrace(failure)));
      command.getErr().flush();
    }
    return userMessage.isPresent() ? USAGE : FAILED;
  }
}
