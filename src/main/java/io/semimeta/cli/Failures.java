package io.semimeta.cli;

import io.semimeta.OutputException;
import io.semimeta.UserError;
import io.semimeta.distributed.LostAttemptException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.hadoop.fs.FSError;

/**
 * Tells the environment's failures (a disk, the network, a cluster), for which one line will do,
 * from bugs, which need their trace.
 */
final class Failures {
  /** Matches an exception in the text that Spark makes of a task's failure. */
  private static final Pattern IN_TEXT =
      Pattern.compile(
          "(?m)(?:^[ \\t]*+|: )(?:Caused by:"
              + " )?((?:[a-z][\\w$]*\\.)+[A-Z][\\w$]*(?:Exception|Error))(?:: (.*))?$");

  /** Matches the exceptions' names before a message that was taken from a cause. */
  private static final Pattern NAMES =
      Pattern.compile("^(?:(?:[a-z][\\w$]*\\.)+[A-Z][\\w$]*(?:Exception|Error): )+");

  private static final Pattern LINKAGE =
      Pattern.compile(
          "java\\.lang\\.(NoClassDefFound|UnsatisfiedLink|NoSuchMethod|NoSuchField|ExceptionInInitializer)Error");

  private static final String LOST_RANK = "LostRankException";
  private static final String STOPPED = "stopped SparkContext";

  /** Matches packages whose unchecked exceptions are bugs; a library's report on its service. */
  private static final Pattern OWN = Pattern.compile("(java|javax|scala|io\\.semimeta)\\..*");

  /**
   * Describes the bottom of a failure.
   *
   * @param type the exception's full name
   * @param message the exception's message, on one line
   */
  private record Root(String type, String message) {
    static Root of(Throwable failure) {
      List<Root> all = all(failure);
      for (Root one : all) {
        if (one.isItself()) {
          return one;
        }
      }
      // For a full disk the longest message counts: it names the file; others give the reason.
      return all.stream()
          .filter(Root::isFullDisk)
          .max(Comparator.comparingInt(one -> one.message.length()))
          .orElse(all.get(all.size() - 1));
    }

    /** Lists the failure and its causes; an executor's causes arrive as text alone. */
    private static List<Root> all(Throwable failure) {
      List<Root> all = new ArrayList<>();
      for (Throwable one : ExceptionUtils.getThrowableList(failure)) {
        String text = String.valueOf(one.getMessage());
        all.add(new Root(one.getClass().getName(), isSparks(one.getClass()) ? head(text) : text));
        Matcher matcher = IN_TEXT.matcher(text);
        while (isSparks(one.getClass()) && matcher.find()) {
          all.add(new Root(matcher.group(1), String.valueOf(matcher.group(2))));
        }
      }
      return all;
    }

    Root {
      message = UserError.firstLine(NAMES.matcher(message.strip()).replaceFirst(""));
    }

    /** Cuts off a quoted task's exception, which leaves only that a job failed. */
    private static String head(String text) {
      return text.lines().findFirst().orElse("").replaceFirst(": Task \\d+ in stage .*", "");
    }

    /** Tells whether its causes say less: how a connection broke, or which class was missing. */
    private boolean isItself() {
      return is(LOST_RANK) || LINKAGE.matcher(type).matches();
    }

    private boolean isFullDisk() {
      return says("No space left on device") || says("Disk quota exceeded");
    }

    private static boolean isSparks(Class<?> type) {
      return type.getName().startsWith("org.apache.spark.")
          || type.getName().startsWith("io.semimeta.");
    }

    boolean is(String name) {
      return type.endsWith("." + name);
    }

    boolean says(String words) {
      return message.toLowerCase(Locale.ROOT).contains(words.toLowerCase(Locale.ROOT));
    }

    @Override
    public String toString() {
      return type.substring(type.lastIndexOf('.') + 1) + ": " + message;
    }
  }

  private Failures() {}

  /** Says what the environment refused, with the remedy if one is known; nothing for a bug. */
  static Optional<String> environment(Throwable failure) {
    Optional<String> output = OutputException.messageIn(failure);
    if (output.isPresent()) {
      return output;
    }
    Optional<String> line = environment(Root.of(failure));
    // A failure of all attempts says how many there were and how to go on.
    return failure.getCause() instanceof LostAttemptException
        ? line.map(root -> failure.getMessage() + ": " + root)
        : line;
  }

  private static Optional<String> environment(Root root) {
    if (root.isFullDisk()) {
      return Optional.of(
          "a disk is full: %s; make room there, or set TMPDIR or spark.local.dir to another disk"
              .formatted(root.message));
    }
    if (root.is("OutOfMemoryError") || root.says("can't allocate memory")) {
      return Optional.of(
          "out of memory (%s): give more by --memory-per-worker or --driver-memory, or use a smaller --batch-size"
              .formatted(root.message));
    }
    if (root.says(STOPPED) || root.says("SparkContext was shut down")) {
      return Optional.of(
          "Spark stopped the application while it ran; is the cluster's master still there?");
    }
    if (root.is("ClassNotFoundException")) {
      return Optional.of(
          "the class %s is missing; add its module by --packages".formatted(root.message));
    }
    if (root.is("UnknownHostException")) {
      return Optional.of("unknown host: %s; is its name right?".formatted(root.message));
    }
    return root.is(LOST_RANK) || isEnvironments(root.type)
        ? Optional.of(root.toString())
        : Optional.empty();
  }

  /** Follows Java's own division: a checked exception is what a correct program may meet. */
  private static boolean isEnvironments(String name) {
    Class<?> type;
    try {
      type = Class.forName(name, false, Failures.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      return true; // the class is an executor's library's
    }
    boolean checked =
        !RuntimeException.class.isAssignableFrom(type) && !Error.class.isAssignableFrom(type);
    return checked
        || type == UncheckedIOException.class
        || type == FSError.class
        || !OWN.matcher(name).matches();
  }
}
