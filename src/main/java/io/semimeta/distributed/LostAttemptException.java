package io.semimeta.distributed;

/** The barrier stage failed for a reason that another attempt may not meet. */
final class LostAttemptException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LostAttemptException(Throwable cause) {
    super(reason(cause), cause);
  }

  /** Spark's message is a page; its second half names the exception of the task. */
  private static String reason(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    int recent = message.indexOf("Most recent failure: ");
    String tail =
        recent < 0 ? message : message.substring(recent + "Most recent failure: ".length());
    return tail.strip().lines().findFirst().orElse("no reason given");
  }
}
