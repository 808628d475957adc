package io.semimeta.distributed;

import java.util.regex.Pattern;
import org.apache.commons.lang3.StringUtils;

/** Reports an attempt that failed for a reason which another attempt may not meet. */
public final class LostAttemptException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int MOST = 200;
  private static final Pattern EXCEPTION =
      Pattern.compile("^[\\w.$]+(Exception|Error)\\b|ExecutorLostFailure");

  /** Stands before a plain task's exception; its numbers are other ones at each attempt. */
  private static final Pattern LOST_TASK =
      Pattern.compile("^.*: Lost task \\S+ in stage \\S+ \\(TID \\d+\\) \\([^)]*\\): ");

  public LostAttemptException(Throwable cause) {
    super(reason(cause), cause);
  }

  /**
   * Returns the first line that names an exception, if there is one: Spark's message is a page of
   * traces.
   */
  private static String reason(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return message
        .lines()
        .map(line -> LOST_TASK.matcher(line.strip()).replaceFirst(""))
        .filter(line -> EXCEPTION.matcher(line).find())
        .findFirst()
        .orElseGet(
            () ->
                StringUtils.abbreviate(
                    message.lines().findFirst().orElse("no reason given"), MOST));
  }
}
