package io.semimeta;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.lang3.exception.ExceptionUtils;

/**
 * Reports something that the user can put right: bad input, a wrong option, a missing file. The
 * command line prints the message alone, on one line, and exits with status 2; so the message names
 * the file or option at fault and the remedy. It may quote names from anywhere: see {@link Shown}.
 */
public sealed class UserError extends RuntimeException permits HostError {
  private static final long serialVersionUID = 1L;
  private static final Pattern IN_TEXT =
      Pattern.compile("\\bio\\.semimeta\\.(?:User|Host)Error: ([^\\r\\n]+)");

  public UserError(String message) {
    super(oneLine(message));
  }

  public UserError(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  /**
   * Refuses what has faults, all of them in one line.
   *
   * @param faults a description of each, with its remedy
   * @throws UserError where there are any
   */
  public static void refuse(List<String> faults) {
    if (!faults.isEmpty()) {
      throw new UserError(String.join("; ", faults));
    }
  }

  /**
   * Finds the message of the user's error behind a failure, if there is one, on one line. Spark
   * hands an executor's exception to the driver only as text inside its own exception's message, so
   * that text is searched too.
   */
  public static Optional<String> messageIn(Throwable failure) {
    return messageIn(failure, UserError.class, IN_TEXT);
  }

  /** Says in one line why something failed: by the user's error behind it, else by its cause. */
  public static String reason(Throwable failure) {
    String text =
        messageIn(failure).orElseGet(() -> ExceptionUtils.getRootCause(failure).toString());
    return firstLine(text);
  }

  /** Returns the first line of a text, escaped by {@link Shown}. */
  public static String firstLine(String text) {
    return oneLine(text.strip().lines().findFirst().orElse(""));
  }

  /** Finds the message of an exception of the given type behind a failure, in the same way. */
  static Optional<String> messageIn(Throwable failure, Class<? extends Throwable> type) {
    String name = Pattern.quote(type.getName());
    return messageIn(failure, type, Pattern.compile(name + ": ([^\\r\\n]+)"));
  }

  private static Optional<String> messageIn(
      Throwable failure, Class<? extends Throwable> type, Pattern inText) {
    for (Throwable cause : ExceptionUtils.getThrowableList(failure)) {
      if (type.isInstance(cause)) {
        return Optional.of(cause.getMessage());
      }
      Matcher matcher = inText.matcher(String.valueOf(cause.getMessage()));
      if (matcher.find()) {
        return Optional.of(oneLine(matcher.group(1)));
      }
    }
    return Optional.empty();
  }

  /** Returns a text without line breaks, escaped by {@link Shown}. */
  public static String oneLine(String text) {
    StringBuilder joined = new StringBuilder();
    String.valueOf(text)
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .forEach(line -> joined.append(joined.isEmpty() ? "" : " ").append(line));
    return Shown.text(joined);
  }
}
