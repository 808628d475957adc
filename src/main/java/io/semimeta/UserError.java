package io.semimeta;

/**
 * Something that the user can put right: bad input, a wrong option, a missing file. The command
 * line prints the message alone, on one line, and exits with status 2; so the message names the
 * file or option at fault and the remedy.
 */
public final class UserError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UserError(String message) {
    super(message);
  }

  public UserError(String message, Throwable cause) {
    super(message, cause);
  }
}
