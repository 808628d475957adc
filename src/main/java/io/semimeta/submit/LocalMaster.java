package io.semimeta.submit;

import io.semimeta.cluster.Resources;

/** Picks masters and heaps for this machine. */
final class LocalMaster {
  /** A heap in these bounds, in mebibytes, suffices: tensors live outside it. */
  private static final long LEAST_HEAP = 1024;

  private static final long MOST_HEAP = 2048;

  private LocalMaster() {}

  /**
   * Returns the master for one or more executors on this machine.
   *
   * @param asked the executors and, where the user says so, their cores
   * @param cores the cores of this machine
   * @param heap the heap of an executor, in mebibytes
   */
  static String of(Resources asked, int cores, long heap) {
    int workers = asked.workers();
    if (workers == 1) {
      return asked.cores().isPresent() ? "local[" + asked.cores().getAsInt() + "]" : "local[*]";
    }
    int each = asked.cores().orElse(Math.max(1, cores / workers));
    return "local-cluster[" + workers + "," + each + "," + heap + "]";
  }

  /** Returns the heap of each of {@code workers} JVMs beside the driver's, in mebibytes. */
  static long heap(int workers, long machineMebibytes) {
    return Math.min(MOST_HEAP, Math.max(LEAST_HEAP, machineMebibytes / (4L * workers)));
  }
}
