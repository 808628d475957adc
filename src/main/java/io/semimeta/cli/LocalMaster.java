package io.semimeta.cli;

import io.semimeta.UserError;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Spark masters that live on this machine alone. */
final class LocalMaster {
  /** A heap within these bounds will do, since tensors live outside it. Mebibytes. */
  private static final long LEAST_HEAP = 1024;

  private static final long MOST_HEAP = 2048;

  private static final Pattern CLUSTER =
      Pattern.compile("local-cluster\\[\\s*\\d+\\s*,\\s*\\d+\\s*,\\s*(\\d+)\\s*]");

  private LocalMaster() {}

  static boolean isLocal(String master) {
    return master.equals("local") || master.startsWith("local[") || isCluster(master);
  }

  /** Whether the master starts executors of their own on this machine. */
  static boolean isCluster(String master) {
    return master.startsWith("local-cluster[");
  }

  /** The master for that many executors on this machine; {@code heap} in mebibytes. */
  static String of(int workers, int cores, long heap) {
    return workers == 1
        ? "local[*]"
        : "local-cluster[" + workers + "," + Math.max(1, cores / workers) + "," + heap + "]";
  }

  /** The memory that a local-cluster gives each worker, in mebibytes; -1 for other masters. */
  static long workerMemory(String master) {
    Matcher matcher = CLUSTER.matcher(master);
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
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
