package io.semimeta.cli;

import io.semimeta.cli.options.WorkerOptions;
import io.semimeta.cluster.Resources;
import io.semimeta.cluster.SparkMaster;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The command that submits a run, for people to read and to copy. */
public final class SubmittedLine {
  /** Names that Spark hides the values of, by its own default. */
  private static final String SECRET =
      "[^=\\s\"]*(?:secret|password|token|access[.]?key)[^=\\s\"]*=";

  /** A word that gives such a name its value, and one that does so among other things. */
  private static final Pattern WHOLE =
      Pattern.compile("(" + SECRET + ").*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private static final Pattern WITHIN =
      Pattern.compile("(" + SECRET + ")[^\\s\"]+", Pattern.CASE_INSENSITIVE);

  private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./-]+");

  private SubmittedLine() {}

  /** Words for a shell, secrets hidden, without the option that asked for no more than this. */
  public static String of(List<String> command) {
    List<String> words = new ArrayList<>();
    for (String word : command) {
      if (!word.equals("--dry-run")) {
        words.add(quoted(withoutSecrets(word)));
      }
    }
    return String.join(" ", words);
  }

  /** What begins now, in the line that a user sees first. */
  public static String beginning(String url, List<String> commandArguments) {
    SparkMaster master = new SparkMaster(url);
    String executors =
        WorkerOptions.in(commandArguments)
            .filter(asked -> !master.isLocal())
            .map(Resources::workers)
            .map(workers -> workers == 1 ? " with 1 executor" : " with " + workers + " executors")
            .orElse("");
    return "starting Spark"
        + executors
        + " on "
        + (master.isOnThisMachine() ? "this machine" : url);
  }

  /**
   * How the user began the line, for lines that go on from it: the program and the options of
   * spark-submit.
   *
   * @param script as the user called it
   */
  public static String prefix(String script, SubmitOptions line) {
    List<String> words = new ArrayList<>(List.of(script));
    words.addAll(line.sparkArguments());
    return of(words);
  }

  private static String withoutSecrets(String word) {
    String replacement = "$1(redacted)";
    return WHOLE.matcher(word).matches()
        ? WHOLE.matcher(word).replaceFirst(replacement)
        : WITHIN.matcher(word).replaceAll(replacement);
  }

  static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
