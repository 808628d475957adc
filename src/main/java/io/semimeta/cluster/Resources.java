package io.semimeta.cluster;

import io.semimeta.UserError;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.network.util.JavaUtils;

/**
 * Says what the user asks for a run's executors, which have one rank each. What is not asked for is
 * left to Spark's settings.
 *
 * @param workers the number of executors
 * @param cores the cores of each executor
 * @param mebibytes the memory of each executor, heap and everything beside it
 * @param gpus the GPUs of each executor, 0 or 1
 */
public record Resources(int workers, OptionalInt cores, OptionalLong mebibytes, OptionalInt gpus) {
  public static final String CORES = "spark.executor.cores";
  public static final String HEAP = "spark.executor.memory";
  public static final String OVERHEAD = "spark.executor.memoryOverhead";
  static final String INSTANCES = "spark.executor.instances";
  static final String TOTAL_CORES = "spark.cores.max";
  static final String TASK_CORES = "spark.task.cpus";
  static final String GPUS = "spark.executor.resource.gpu.amount";
  static final String TASK_GPUS = "spark.task.resource.gpu.amount";
  static final String DYNAMIC = "spark.dynamicAllocation.enabled";
  static final List<String> SETTINGS =
      List.of(INSTANCES, TOTAL_CORES, CORES, TASK_CORES, HEAP, OVERHEAD, GPUS, TASK_GPUS, DYNAMIC);

  /** A heap in these bounds, in mebibytes, mostly suffices: tensors live outside it. */
  private static final long LEAST_HEAP = 1024;

  private static final long MOST_HEAP = 2048;

  /** Spark itself gives a JVM at least this many mebibytes beside its heap. */
  static final long LEAST_OVERHEAD = 384;

  /** Returns a request for executors, and nothing else. */
  public static Resources of(int workers) {
    return new Resources(workers, OptionalInt.empty(), OptionalLong.empty(), OptionalInt.empty());
  }

  /** Returns the part of an executor's memory that is to be its heap; both are in mebibytes. */
  public static long heap(long mebibytes) {
    return Math.min(MOST_HEAP, Math.max(LEAST_HEAP, mebibytes / 4));
  }

  /**
   * Returns the master that starts these executors on this machine.
   *
   * @param machineCores the cores of this machine
   * @param machineMebibytes its memory
   * @param heap the heap of an executor, where it is set
   */
  public String localMaster(int machineCores, long machineMebibytes, Optional<String> heap) {
    if (workers == 1) {
      return cores.isPresent() ? "local[" + cores.getAsInt() + "]" : "local[*]";
    }
    int each = cores.orElse(Math.max(1, machineCores / workers));
    long memory =
        heap.map(size -> mebibytes(HEAP, size))
            .orElse(heap(mebibytes.orElse(machineMebibytes / workers)));
    return "local-cluster[" + workers + "," + each + "," + memory + "]";
  }

  /**
   * Returns the settings of a submission that give these resources.
   *
   * @param set the settings so far; an executor's cores and heap are taken from them
   * @param estimate a rank's need, for containers whose memory is not asked for
   * @throws UserError where the memory asked for holds no more than a heap
   */
  public SortedMap<String, String> settings(SparkSettings set, Optional<MemoryEstimate> estimate) {
    SparkMaster master = new SparkMaster(set.master());
    SortedMap<String, String> settings = new TreeMap<>();
    if (master.isLocal()) {
      mebibytes.ifPresent(all -> settings.put("spark.driver.memory", heap(all) + "m"));
      return settings;
    }
    settings.put(DYNAMIC, "false");
    coreSettings(master, set, settings);
    heap(master, set, estimate).ifPresent(heap -> memory(master, heap, estimate, settings));
    if (gpus.orElse(0) > 0) {
      settings.put(GPUS, "1");
      settings.put(TASK_GPUS, "1");
      if (master.isKubernetes()) {
        settings.put("spark.executor.resource.gpu.vendor", "nvidia.com");
      }
    }
    return settings;
  }

  private void coreSettings(
      SparkMaster master, SparkSettings set, SortedMap<String, String> settings) {
    OptionalInt each = master.executorCores();
    if (!master.isLocalCluster()) {
      each = set.contains(CORES) ? set.count(CORES) : cores;
      each.ifPresent(all -> settings.put(CORES, Integer.toString(all)));
    }
    each.ifPresent(all -> settings.put(TASK_CORES, Integer.toString(all)));
    if (each.isPresent() && master.isStandalone()) {
      settings.put(TOTAL_CORES, Long.toString((long) workers * each.getAsInt()));
    }
    if (master.hasContainers()) {
      settings.put(INSTANCES, Integer.toString(workers));
    }
  }

  /** Returns the heap of an executor, in mebibytes, unless it is left to Spark. */
  private OptionalLong heap(
      SparkMaster master, SparkSettings set, Optional<MemoryEstimate> estimate) {
    if (master.isLocalCluster()) {
      return OptionalLong.of(master.executorMemory().orElse((int) LEAST_HEAP));
    }
    if (set.contains(HEAP)) {
      return OptionalLong.of(mebibytes(HEAP, set.get(HEAP)));
    }
    if (mebibytes.isPresent()) {
      return OptionalLong.of(heap(mebibytes.getAsLong()));
    }
    return estimate
        .map(need -> Math.max(LEAST_HEAP, MemoryEstimate.mebibytes(need.heap())))
        .map(OptionalLong::of)
        .orElse(OptionalLong.empty());
  }

  private void memory(
      SparkMaster master,
      long heap,
      Optional<MemoryEstimate> estimate,
      SortedMap<String, String> settings) {
    settings.put(HEAP, heap + "m");
    OptionalLong rest = OptionalLong.empty();
    if (mebibytes.isPresent()) {
      rest = OptionalLong.of(mebibytes.getAsLong() - heap);
      if (rest.getAsLong() < LEAST_OVERHEAD) {
        throw new UserError(
            "--memory-per-worker: %s MiB leave no %s beside a heap of %s; ask for more"
                .formatted(mebibytes.getAsLong(), LEAST_OVERHEAD, heap));
      }
    } else if (estimate.isPresent()) {
      rest = OptionalLong.of(MemoryEstimate.mebibytes(estimate.get().outsideHeap()));
    }
    if (master.hasContainers()) {
      rest.ifPresent(outside -> settings.put(OVERHEAD, outside + "m"));
    }
  }

  /**
   * Converts a size as Spark writes it, {@code 6g} or {@code 512}, to mebibytes.
   *
   * @param name the option's or setting's name, for the message
   * @throws UserError where the text is no size
   */
  public static long mebibytes(String name, String size) {
    try {
      return JavaUtils.byteStringAsMb(size);
    } catch (NumberFormatException e) {
      throw new UserError("%s must be a size such as 2g, not '%s'".formatted(name, size), e);
    }
  }
}
