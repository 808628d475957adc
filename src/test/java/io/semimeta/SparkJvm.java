package io.semimeta;

import java.io.IOException;
import java.util.Locale;
import java.util.NoSuchElementException;

/** A JVM of Spark's, an executor's for instance, that the test's own has started or had started. */
public final class SparkJvm {
  private final ProcessHandle process;

  private SparkJvm(ProcessHandle process) {
    this.process = process;
  }

  /** Any executor. */
  public static SparkJvm executor() {
    return running("CoarseGrainedExecutorBackend");
  }

  /** The executor of that id. */
  public static SparkJvm executor(String id) {
    return running("--executor-id " + id + " ");
  }

  /** Any whose command line has these words, as the main class's name is. */
  public static SparkJvm running(String words) {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().command().orElse("").endsWith("java"))
        .filter(process -> process.info().commandLine().orElse("").contains(words))
        .findAny()
        .map(SparkJvm::new)
        .orElseThrow(() -> new NoSuchElementException("no JVM runs " + words));
  }

  public long pid() {
    return process.pid();
  }

  /** Ends it, which has no time for a last word. */
  public void kill() {
    if (!process.destroyForcibly()) {
      throw new IllegalStateException("cannot end " + pid());
    }
  }

  /** Stops it; its connections stay open, as those of a machine that hangs. */
  public void freeze() {
    signal("-STOP");
  }

  /** Lets it go on. */
  public void thaw() {
    signal("-CONT");
  }

  private void signal(String name) {
    try {
      int status =
          new ProcessBuilder("kill", name, Long.toString(pid())).inheritIO().start().waitFor();
      if (status != 0) {
        throw new IllegalStateException(
            String.format(Locale.ROOT, "cannot send %s to %d", name, pid()));
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
