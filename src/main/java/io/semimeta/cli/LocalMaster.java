package io.semimeta.cli;

import io.semimeta.UserError;
import java.util.List;

/** The masters and heaps that {@code bin/semimeta} picks for this machine. */
final class LocalMaster {
  /** A heap within these bounds will do, since tensors live outside it. Mebibytes. */
  private static final long LEAST_HEAP = 1024;

  private static final long MOST_HEAP = 2048;

  private LocalMaster() {}

  /** The master for that many executors on this machine; {@code heap} in mebibytes. */
  static String of(int workers, int cores, long heap) {
    return workers == 1
        ? "local[*]"
        : "local-cluster[" + workers + "," + Math.max(1, cores / workers) + "," + heap + "]";
  }

  /** The heap of each of {@code workers} virtual machines beside the driver's, in mebibytes. */
  static long heap(int workers, long machineMebibytes) {
    return Math.min(MOST_HEAP, Math.max(LEAST_HEAP, machineMebibytes / (4L * workers)));
  }

  /**
   * The number of workers that a command asks for: its {@code --workers}; else two for the
   * benchmark and the demonstration, which shows training on several executors, and one for all
   * others.
   *
   * @throws UserError when it is no whole number of at least one
   */
  static int workers(List<String> commandArguments) {
    boolean two =
        !commandArguments.isEmpty()
            && List.of("demo", "benchmark").contains(commandArguments.get(0));
    String text = two ? "2" : "1";
    for (int i = 0; i < commandArguments.size(); i++) {
      String argument = commandArguments.get(i);
      if (argument.startsWith("--workers=")) {
        text = argument.substring("--workers=".length());
      } else if (argument.equals("--workers") && i + 1 < commandArguments.size()) {
        text = commandArguments.get(i + 1);
      }
    }
    if (!text.matches("0*[1-9]\\d{0,4}")) {
      throw new UserError("--workers must be a whole number of at least 1, not '" + text + "'");
    }
    return Integer.parseInt(text);
  }
}
