package io.semimeta;

import java.util.concurrent.ThreadFactory;

/** Makes threads that do not keep a JVM alive. */
public final class DaemonThreads {
  // commons-lang3 has such a factory, but no way to one that both Spark 3.5 and 4 have
  // undeprecated.
  private DaemonThreads() {}

  /** Returns a factory whose threads all have one name. */
  public static ThreadFactory named(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
