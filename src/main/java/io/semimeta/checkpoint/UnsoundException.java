package io.semimeta.checkpoint;

import io.semimeta.UserError;
import org.apache.hadoop.fs.Path;

/** Tells that a checkpoint which is looked at cannot be used. */
final class UnsoundException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient UnsoundCheckpoint checkpoint;

  private UnsoundException(UnsoundCheckpoint checkpoint, Throwable cause) {
    super(checkpoint.reason(), cause);
    this.checkpoint = checkpoint;
  }

  static UnsoundException unfinished(Path folder, String reason, Throwable cause) {
    return new UnsoundException(new UnsoundCheckpoint(folder, true, reason), cause);
  }

  static UnsoundException damaged(Path folder, String reason, Throwable cause) {
    return new UnsoundException(new UnsoundCheckpoint(folder, false, reason), cause);
  }

  /** Makes the exception about damage that the manifest does not tell, but a parser finds. */
  static UnsoundException damaged(Path folder, UserError fault) {
    return damaged(folder, fault.getMessage().replace(folder + "/", ""), fault);
  }

  UnsoundCheckpoint checkpoint() {
    return checkpoint;
  }

  /** Makes the error for a user who has named this very checkpoint. */
  UserError named() {
    String what =
        checkpoint.unfinished()
            ? ": no complete checkpoint (" + checkpoint.reason() + ")"
            : "/" + checkpoint.reason();
    return new UserError(checkpoint.folder() + what + "; choose another step", this);
  }
}
