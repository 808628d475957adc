package io.semimeta.console;

import java.io.IOException;

/** Where standard error goes. */
final class Terminal {
  private Terminal() {}

  /**
   * Whether a person sees it at once. Asks the shell's own test: the JDK tells of standard input
   * and output only.
   */
  static boolean isStandardError() {
    if ("dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    try {
      Process test =
          new ProcessBuilder("test", "-t", "2")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      return test.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
