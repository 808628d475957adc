package io.semimeta.cluster;

import com.sun.management.OperatingSystemMXBean;
import io.semimeta.UserError;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.SparkConf;

/**
 * Compares what a run asks for, and needs, with what its Spark application has: before the first
 * step, and by the settings alone.
 */
public final class ResourceCheck {
  /** Spark starts this many executors by default on YARN and Kubernetes. */
  private static final int DEFAULT_INSTANCES = 2;

  private static final String DEFAULT_HEAP = "1g";
  private static final long LEAST_OVERHEAD = 384;

  private final SparkMaster master;
  private final SparkSettings conf;

  /** Checks an application that may not have started yet. */
  public ResourceCheck(String master, SparkConf conf) {
    this(master, SparkSettings.of(conf));
  }

  /** Takes the settings without Spark's classes. */
  public ResourceCheck(String master, SparkSettings conf) {
    this.master = new SparkMaster(master);
    this.conf = conf;
  }

  /**
   * Compares what is asked for with what is set.
   *
   * @return a line for each setting that differs; the setting counts
   * @throws UserError naming the settings that are missing: submission alone can make them
   */
  public List<String> compare(Resources asked) {
    ClusterSettings settings = new ClusterSettings(master.url(), conf);
    List<String> contradictions = new ArrayList<>();
    asked
        .cores()
        .ifPresent(
            cores -> {
              OptionalInt set = actualCores(settings);
              if (set.isEmpty()) {
                throw missing("--cores-per-worker " + cores, Resources.CORES + "=" + cores);
              }
              if (set.getAsInt() != cores) {
                contradictions.add(
                    String.format(
                        Locale.ROOT,
                        "--cores-per-worker %d, but Spark's settings say %d: the latter holds",
                        cores,
                        set.getAsInt()));
              }
            });
    if (master.isLocal()) {
      return contradictions;
    }
    if (asked.gpus().orElse(0) > 0 && !settings.hasGpus()) {
      throw missing("--gpus-per-worker 1", Resources.GPUS + "=1 " + Resources.TASK_GPUS + "=1");
    }
    if (asked.gpus().orElse(1) == 0 && settings.hasGpus()) {
      contradictions.add(
          "--gpus-per-worker 0, but %s is %s: the latter holds"
              .formatted(Resources.GPUS, conf.get(Resources.GPUS)));
    }
    asked.mebibytes().ifPresent(all -> compareMemory(all).ifPresent(contradictions::add));
    return contradictions;
  }

  private OptionalInt actualCores(ClusterSettings settings) {
    return master.isLocal() ? OptionalInt.of(settings.threads()) : settings.executorCores();
  }

  private Optional<String> compareMemory(long mebibytes) {
    String option = "--memory-per-worker " + mebibytes + "m";
    String needed = master.hasContainers() ? Resources.OVERHEAD : Resources.HEAP;
    if (!conf.contains(needed) && master.executorMemory().isEmpty()) {
      long heap = conf.contains(Resources.HEAP) ? heap() : Resources.heap(mebibytes);
      throw missing(
          option,
          Resources.HEAP
              + String.format(Locale.ROOT, "=%dm", heap)
              + (master.hasContainers()
                  ? String.format(
                      Locale.ROOT,
                      " %s=%dm",
                      Resources.OVERHEAD,
                      Math.max(LEAST_OVERHEAD, mebibytes - heap))
                  : ""));
    }
    if (master.hasContainers() && heap() + overhead() != mebibytes) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "%s, but %s and %s give %dm: the latter hold",
              option,
              Resources.HEAP,
              Resources.OVERHEAD,
              heap() + overhead()));
    }
    return Optional.empty();
  }

  private static UserError missing(String option, String settings) {
    return new UserError(
        "%s: executors get it from Spark at submission; use bin/semimeta, or set %s"
            .formatted(option, settings));
  }

  /**
   * Refuses a run for which the settings allow too few executors.
   *
   * @throws UserError with the number that would do
   */
  void requireExecutors(int ranks) {
    String wanted = String.format(Locale.ROOT, "--workers %d needs as many executors, but ", ranks);
    if (master.isLocalCluster() && master.executors().orElse(ranks) < ranks) {
      throw new UserError(
          wanted
              + String.format(
                  Locale.ROOT,
                  "the master is %s; make it local-cluster[%d,CORES,MEMORY]",
                  master.url(),
                  ranks));
    }
    int instances = conf.getInt(Resources.INSTANCES, DEFAULT_INSTANCES);
    if (master.hasContainers() && instances < ranks) {
      throw new UserError(
          wanted
              + String.format(
                  Locale.ROOT, "%s is %d; set it to %d", Resources.INSTANCES, instances, ranks));
    }
    int cores = conf.getInt(Resources.CORES, 0);
    int most = conf.getInt(Resources.TOTAL_CORES, Integer.MAX_VALUE);
    if (master.isStandalone() && cores > 0 && most / cores < ranks) {
      throw new UserError(
          wanted
              + String.format(
                  Locale.ROOT,
                  "%s=%d is enough for %d of %d cores; set it to %d",
                  Resources.TOTAL_CORES,
                  most,
                  most / cores,
                  cores,
                  (long) ranks * cores));
    }
  }

  /**
   * Refuses a run whose ranks surely need more memory than containers, or this machine, have.
   *
   * @return a warning where memory may be too little: the estimate is an upper bound
   * @throws UserError with the number that would do
   */
  public Optional<String> requireMemory(MemoryEstimate need, int ranks) {
    if (master.isLocal() || master.isLocalCluster()) {
      long all = ranks * MemoryEstimate.mebibytes(need.total());
      long machine =
          ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize()
              >> 20;
      return compare(
          all,
          machine,
          String.format(
              Locale.ROOT,
              "this machine has %d MiB, but %d %s up to %d; use fewer --workers, or a smaller"
                  + " --batch-size",
              machine,
              ranks,
              ranks == 1 ? "rank needs" : "ranks need",
              all));
    }
    if (master.hasContainers()) {
      long outside = MemoryEstimate.mebibytes(need.outsideHeap());
      return compare(
          outside,
          overhead(),
          String.format(
              Locale.ROOT,
              "%s gives %d MiB beside the heap, but a rank needs up to %d; set it to %dm, ask for"
                  + " --memory-per-worker %dm, or a smaller --batch-size",
              Resources.OVERHEAD,
              overhead(),
              outside,
              outside,
              outside + heap()));
    }
    return Optional.empty();
  }

  /**
   * Refuses too small a --memory-per-worker where nothing else bounds an executor's memory.
   *
   * @throws UserError with the number that would do
   */
  public Optional<String> requireMemory(MemoryEstimate need, Resources asked) {
    if (master.hasContainers() || asked.mebibytes().isEmpty()) {
      return Optional.empty();
    }
    long total = MemoryEstimate.mebibytes(need.total());
    long given = asked.mebibytes().getAsLong();
    return compare(
        total,
        given,
        String.format(
            Locale.ROOT,
            "--memory-per-worker %dm: a rank needs up to %dm; ask for that, or a smaller"
                + " --batch-size",
            given,
            total));
  }

  private static Optional<String> compare(long need, long given, String line) {
    if (need / MemoryEstimate.SLACK > given) {
      throw new UserError("too little memory: " + line);
    }
    return need > given ? Optional.of("memory may be too little: " + line) : Optional.empty();
  }

  /** Returns an executor's heap in mebibytes. */
  private long heap() {
    return Resources.mebibytes(Resources.HEAP, conf.get(Resources.HEAP, DEFAULT_HEAP));
  }

  /** Returns the memory of an executor's container beside the heap, in mebibytes. */
  private long overhead() {
    if (conf.contains(Resources.OVERHEAD)) {
      return Resources.mebibytes(Resources.OVERHEAD, conf.get(Resources.OVERHEAD));
    }
    double factor = conf.getDouble("spark.executor.memoryOverheadFactor", 0.1);
    return Math.max(LEAST_OVERHEAD, (long) (heap() * factor));
  }

  /** Lists the settings that decide an executor's resources and are set, as KEY=VALUE. */
  public List<String> describe() {
    List<String> lines = new ArrayList<>();
    for (String key :
        new String[] {
          Resources.INSTANCES,
          Resources.TOTAL_CORES,
          Resources.CORES,
          "spark.task.cpus",
          Resources.HEAP,
          Resources.OVERHEAD,
          Resources.GPUS,
          Resources.TASK_GPUS,
          "spark.dynamicAllocation.enabled",
        }) {
      if (conf.contains(key)) {
        lines.add(key + "=" + conf.get(key));
      }
    }
    return lines;
  }
}
