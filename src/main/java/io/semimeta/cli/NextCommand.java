package io.semimeta.cli;

import io.semimeta.cli.line.SubmittedLine;
import io.semimeta.cluster.SparkSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** Composes commands that the user may give next, which run as they stand. */
public final class NextCommand {
  /** This variable says how the user began the line that {@code bin/semimeta} submitted. */
  public static final String VARIABLE = "SEMIMETA_COMMAND";

  private NextCommand() {}

  /**
   * Returns one of this program's commands, for the shell that started this run. It asks the
   * properties of the JVM, where spark-submit puts them, since {@code bin/semimeta} comes here
   * before there is Spark: its classes would look up this machine and log.
   */
  static String of(String... words) {
    return of(System.getenv(), new SparkSettings(System::getProperty), words);
  }

  static String of(Map<String, String> environment, SparkSettings settings, String... words) {
    List<String> line = new ArrayList<>(List.of(program(environment, settings)));
    Arrays.stream(words).map(SubmittedLine::quoted).forEach(line::add);
    return String.join(" ", line);
  }

  /**
   * Returns the line that began this run once more, with these words after it.
   *
   * @param command the command that runs
   * @param more the words to add
   */
  static String again(CommandSpec command, String... more) {
    List<String> arguments =
        new ArrayList<>(command.root().commandLine().getParseResult().originalArgs());
    arguments.addAll(List.of(more));
    return again(System.getenv(), arguments, more);
  }

  /** Returns the line that began this run, as far as it was this program's. */
  static String typed(CommandSpec command) {
    List<String> arguments = command.root().commandLine().getParseResult().originalArgs();
    String begun = System.getenv().getOrDefault(VARIABLE, "semimeta");
    return begun + " " + SubmittedLine.of(arguments);
  }

  static String again(Map<String, String> environment, List<String> arguments, String... more) {
    String begun = environment.get(VARIABLE);
    if (begun != null) {
      return begun + " " + SubmittedLine.of(arguments);
    } // spark-submit began it, or the user's line was not typed
    return more.length == 0
        ? "the same command"
        : "the same command with " + String.join(" ", more);
  }

  private static String program(Map<String, String> environment, SparkSettings settings) {
    String begun = environment.get(VARIABLE);
    String[] jars = settings.get("spark.jars", "").split(",", -1);
    boolean elsewhere = "cluster".equals(settings.get("spark.submit.deployMode", ""));
    if (begun != null || elsewhere || jars[0].isEmpty()) {
      return begun == null ? "bin/semimeta" : begun;
    }
    return SubmittedLine.of(
        List.of(
            "spark-submit",
            "--master",
            settings.master(),
            "--class",
            SemiMeta.class.getName(),
            jars[0].replaceFirst("^file:(//)?(?=/)", "")));
  }
}
