package io.semimeta;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.lang3.exception.ExceptionUtils;

/**
 * Something that the user can put right: bad input, a wrong option, a missing file. The command
 * line prints the message alone, on one line, and exits with status 2; so the message names the
 * file or option at fault and the remedy. Names in it may come from anywhere: see {@link Shown}.
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
   * The message of the user's error behind a failure, if there is one, on one line. Spark hands an
   * executor's exception to the driver only as text inside the message of its own, so that text is
   * searched too.
   */
  public static Optional<String> messageIn(Throwable failure) {
    return messageIn(failure, UserError.class, IN_TEXT);
  }

  /** The same, of failures of another kind. */
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

  /** A text without line breaks, as {@link Shown} has it. */
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
