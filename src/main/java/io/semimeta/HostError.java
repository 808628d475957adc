package io.semimeta;

import java.util.Optional;

/**
 * A {@link UserError} about one machine: the same work may succeed in another executor, on another
 * host. So a job tries there before it ends with this.
 */
public final class HostError extends UserError {
  private static final long serialVersionUID = 1L;

  public HostError(String message, Throwable cause) {
    super(message, cause);
  }

  /** The message of such an error behind a failure, as {@link UserError#messageIn} finds it. */
  public static Optional<String> messageIn(Throwable failure) {
    return messageIn(failure, HostError.class);
  }
}
