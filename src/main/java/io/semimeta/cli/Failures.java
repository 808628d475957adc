package io.semimeta.cli;

import io.semimeta.UserError;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.lang3.exception.ExceptionUtils;

/** Tells the user's errors from the program's. */
final class Failures {
  /** How a stack trace names the error: its message ends with the line, the frames follow. */
  private static final Pattern IN_TEXT =
      Pattern.compile(Pattern.quote(UserError.class.getName()) + ": ([^\\r\\n]+)");

  private Failures() {}

  /**
   * The message of the {@link UserError} that caused {@code failure}, if one did. Spark hands an
   * executor's exception to the driver only as text inside the message of its own exception, so
   * that text is searched too.
   */
  static Optional<String> userMessage(Throwable failure) {
    for (Throwable cause : ExceptionUtils.getThrowableList(failure)) {
      if (cause instanceof UserError) {
        return Optional.of(oneLine(cause.getMessage()));
      }
      Matcher matcher = IN_TEXT.matcher(String.valueOf(cause.getMessage()));
      if (matcher.find()) {
        return Optional.of(matcher.group(1).strip());
      }
    }
    return Optional.empty();
  }

  /** What is at the bottom of {@code failure}, in one line: below it Spark's text has frames. */
  static String cause(Throwable failure) {
    Throwable root = ExceptionUtils.getRootCause(failure);
    return root.toString().strip().lines().findFirst().orElse("");
  }

  static String oneLine(String text) {
    return String.valueOf(text).strip().replaceAll("\\s*[\\r\\n]+\\s*", " ");
  }
}
