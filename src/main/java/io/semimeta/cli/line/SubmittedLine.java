package io.semimeta.cli.line;

import io.semimeta.cluster.Resources;
import io.semimeta.cluster.SparkMaster;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Shows the command that submits a run, for people to read and to copy. */
public final class SubmittedLine {
  /** Matches names whose values Spark hides by its own default. */
  private static final String SECRET =
      "[^=\\s\"]*(?:secret|password|token|access[.]?key)[^=\\s\"]*=";

  /** Matches a word that is such a name and its value; the next matches one that holds them. */
  private static final Pattern WHOLE =
      Pattern.compile("(" + SECRET + ").*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private static final Pattern WITHIN =
      Pattern.compile("(" + SECRET + ")[^\\s\"]+", Pattern.CASE_INSENSITIVE);

  private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./-]+");

  private SubmittedLine() {}

  /** Quotes words for a shell, with secrets hidden and without {@code --dry-run}. */
  public static String of(List<String> command) {
    List<String> words = new ArrayList<>();
    for (String word : command) {
      if (!word.equals("--dry-run")) {
        words.add(quoted(withoutSecrets(word)));
      }
    }
    return String.join(" ", words);
  }

  /** Says what begins now, in the line that a user sees first. */
  public static String beginning(SparkMaster master, Optional<Resources> asked) {
    String executors =
        asked
            .filter(all -> !master.isLocal())
            .map(Resources::workers)
            .map(workers -> workers == 1 ? " with 1 executor" : " with " + workers + " executors")
            .orElse("");
    String place = master.isOnThisMachine() ? "this machine" : master.url();
    return "starting Spark" + executors + " on " + place;
  }

  /**
   * Returns how the user began the line, that is the program and the options of spark-submit, for
   * lines that go on from it.
   *
   * @param script the program as the user called it
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

  /** Quotes a word for a shell, where it needs that. */
  public static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
