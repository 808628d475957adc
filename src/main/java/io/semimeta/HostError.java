package io.semimeta;

import java.util.Optional;

/**
 * Reports a {@link UserError} of one machine: the same work may succeed in another executor, on
 * another host. A job therefore tries again there before it ends with this error.
 */
public final class HostError extends UserError {
  private static final long serialVersionUID = 1L;

  public HostError(String message, Throwable cause) {
    super(message, cause);
  }

  /** Finds the message of such an error behind a failure, as {@link UserError#messageIn} does. */
  public static Optional<String> messageIn(Throwable failure) {
    return messageIn(failure, HostError.class);
  }
}
