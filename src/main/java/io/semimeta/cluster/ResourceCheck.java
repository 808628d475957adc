package io.semimeta.cluster;

import com.sun.management.OperatingSystemMXBean;
import io.semimeta.UserError;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Compares what a run asks for, and needs, with what its Spark application has.
 *
 * @param cluster the run's cluster
 */
record ResourceCheck(Cluster cluster, Resources asked, SparkMaster master, SparkSettings conf) {
  /** Spark starts this many executors by default on YARN and Kubernetes. */
  private static final int DEFAULT_INSTANCES = 2;

  ResourceCheck(Cluster cluster) {
    this(cluster, cluster.asked(), cluster.master(), cluster.conf());
  }

  /** Returns a line for each setting that differs from what is asked for; the setting counts. */
  List<String> contradictions() {
    List<String> lines = new ArrayList<>();
    asked.cores().ifPresent(cores -> compareCores(cores, lines));
    if (!master.isLocal()) {
      asked.gpus().ifPresent(gpus -> compareGpus(gpus, lines));
      asked.mebibytes().ifPresent(all -> compareMemory(all, lines));
    }
    return lines;
  }

  private void compareCores(int cores, List<String> lines) {
    String option = "--cores-per-worker " + cores;
    OptionalInt set =
        master.isLocal() ? OptionalInt.of(cluster.threads()) : cluster.executorCores();
    if (set.isEmpty()) {
      throw missing(option, Resources.CORES + "=" + cores);
    }
    if (set.getAsInt() != cores) {
      lines.add(option + ", but Spark's settings say " + set.getAsInt() + ": the latter holds");
    }
  }

  private void compareGpus(int gpus, List<String> lines) {
    String option = "--gpus-per-worker " + gpus;
    if (gpus > 0 && !cluster.hasGpus()) {
      throw missing(option, Resources.GPUS + "=1 " + Resources.TASK_GPUS + "=1");
    }
    if (gpus == 0 && cluster.hasGpus()) {
      lines.add(
          "%s, but %s is %s: the latter holds"
              .formatted(option, Resources.GPUS, conf.get(Resources.GPUS)));
    }
  }

  private void compareMemory(long mebibytes, List<String> lines) {
    String option = "--memory-per-worker " + mebibytes + "m";
    String needed = master.hasContainers() ? Resources.OVERHEAD : Resources.HEAP;
    if (!conf.contains(needed) && master.executorMemory().isEmpty()) {
      long heap = conf.contains(Resources.HEAP) ? cluster.heap() : Resources.heap(mebibytes);
      long rest = Math.max(Resources.LEAST_OVERHEAD, mebibytes - heap);
      String overhead = master.hasContainers() ? " " + Resources.OVERHEAD + "=" + rest + "m" : "";
      throw missing(option, Resources.HEAP + "=" + heap + "m" + overhead);
    }
    long set = cluster.heap() + cluster.overhead();
    if (master.hasContainers() && set != mebibytes) {
      lines.add(
          "%s, but %s and %s give %sm: the latter hold"
              .formatted(option, Resources.HEAP, Resources.OVERHEAD, set));
    }
  }

  private static UserError missing(String option, String settings) {
    return new UserError(
        "%s: executors get it from Spark at submission; use bin/semimeta, or set %s"
            .formatted(option, settings));
  }

  /** Says that the settings allow too few executors, with the number that would do. */
  Optional<String> tooFewExecutors() {
    int ranks = cluster.ranks();
    String remedy = "";
    if (master.isLocal() && ranks > 1) {
      remedy =
          "the master is %s; use local-cluster[%s,CORES,MEMORY] or a cluster"
              .formatted(master.url(), ranks);
    } else if (master.isLocalCluster() && master.executors().orElse(ranks) < ranks) {
      remedy =
          "the master is %s; make it local-cluster[%s,CORES,MEMORY]".formatted(master.url(), ranks);
    }
    // Under dynamic allocation the setting is a beginning, and may be 0.
    boolean grows = ranks == 1 && conf.getBoolean(Resources.DYNAMIC);
    if (master.hasContainers() && !grows) {
      int instances = conf.count(Resources.INSTANCES).orElse(DEFAULT_INSTANCES);
      if (instances < ranks) {
        remedy = "%s is %s; set it to %s".formatted(Resources.INSTANCES, instances, ranks);
      }
    }
    int most = conf.count(Resources.TOTAL_CORES).orElse(Integer.MAX_VALUE);
    int cores = conf.count(Resources.CORES).orElse(1);
    if (master.isStandalone() && conf.contains(Resources.CORES) && most / cores < ranks) {
      remedy =
          "%s=%s is enough for %s of %s cores; set it to %s"
              .formatted(Resources.TOTAL_CORES, most, most / cores, cores, (long) ranks * cores);
    }
    return Optional.of(remedy)
        .filter(found -> !found.isEmpty())
        .map(found -> "--workers " + ranks + " needs as many executors, but " + found);
  }

  /** Refuses what surely is too little memory, and returns warnings where it may be. */
  List<String> requireMemory(MemoryEstimate need) {
    List<String> warnings = new ArrayList<>();
    int ranks = cluster.ranks();
    long total = MemoryEstimate.mebibytes(need.total());
    if (master.isOnThisMachine()) {
      long machine = thisMachine();
      String line =
          "this machine has %s MiB, but %s up to %s; use fewer --workers, or a smaller --batch-size"
              .formatted(
                  machine, ranks + (ranks == 1 ? " rank needs" : " ranks need"), ranks * total);
      compare(ranks * total, machine, line, warnings);
    }
    if (master.hasContainers()) {
      long outside = MemoryEstimate.mebibytes(need.outsideHeap());
      long given = cluster.overhead();
      String line =
          ("%s gives %s MiB beside the heap, but a rank needs up to %s; set it to %sm, ask for"
                  + " --memory-per-worker %sm, or a smaller --batch-size")
              .formatted(Resources.OVERHEAD, given, outside, outside, outside + cluster.heap());
      compare(outside, given, line, warnings);
    } else if (asked.mebibytes().isPresent()) { // nothing else bounds an executor's memory
      long given = asked.mebibytes().getAsLong();
      String line =
          "--memory-per-worker %sm: a rank needs up to %sm; ask for that, or a smaller --batch-size"
              .formatted(given, total);
      compare(total, given, line, warnings);
    }
    return warnings;
  }

  private static void compare(long need, long given, String line, List<String> warnings) {
    if (need / MemoryEstimate.SLACK > given) {
      throw new UserError("too little memory: " + line);
    }
    if (need > given) {
      warnings.add("memory may be too little: " + line);
    }
  }

  private static long thisMachine() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize()
        >> 20;
  }
}
