package io.semimeta.cli;

import io.semimeta.Shown;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.status.StatusData;
import org.apache.logging.log4j.status.StatusListener;
import org.apache.logging.log4j.status.StatusLogger;

/**
 * Says once, in one line, that the log cannot be written, as on a full disk. By itself Log4j prints
 * a stack trace for each message that is lost.
 */
final class LogTrouble implements StatusListener {
  private final AtomicBoolean told = new AtomicBoolean();

  private LogTrouble() {}

  /** Begins to listen, until it is given to Log4j to be removed. */
  static LogTrouble listen() {
    LogTrouble listener = new LogTrouble();
    StatusLogger.getLogger().registerListener(listener);
    return listener;
  }

  @Override
  public void log(StatusData trouble) {
    if (!told.compareAndSet(false, true)) {
      return;
    }
    Throwable root = ExceptionUtils.getRootCause(trouble.getThrowable());
    String reason = root == null ? trouble.getMessage().getFormattedMessage() : root.getMessage();
    System.err.println(
        Shown.text(
            "semimeta: the log cannot be written (" + reason + "); the command goes on without"));
  }

  @Override
  public Level getStatusLevel() {
    return Level.ERROR;
  }

  @Override
  public void close() {}
}
