package io.semimeta;

import java.io.IOException;
import java.util.Optional;

/**
 * Reports a file that cannot be written for a reason that trying again does not mend: a full disk,
 * a quota, a read-only or forbidden folder. The message names the file, the reason and the remedy,
 * on one line. The work had begun, so the exit status is 1; what was written before is sound.
 */
public final class OutputException extends IOException {
  private static final long serialVersionUID = 1L;

  public OutputException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Finds such an exception's message behind a failure, as {@link UserError#messageIn} does. */
  public static Optional<String> messageIn(Throwable failure) {
    return UserError.messageIn(failure, OutputException.class);
  }
}
