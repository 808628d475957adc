package io.semimeta.cluster;

import io.semimeta.UserError;
import java.util.Locale;
import java.util.Map;
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
  static final String INSTANCES = "spark.executor.instances";
  static final String CORES = "spark.executor.cores";
  static final String TOTAL_CORES = "spark.cores.max";
  static final String HEAP = "spark.executor.memory";
  static final String OVERHEAD = "spark.executor.memoryOverhead";
  static final String GPUS = "spark.executor.resource.gpu.amount";
  static final String TASK_GPUS = "spark.task.resource.gpu.amount";

  /** A heap in these bounds, in mebibytes, mostly suffices: tensors live outside it. */
  private static final long LEAST_HEAP = 1024;

  private static final long MOST_HEAP = 2048;

  /** Spark itself gives a JVM at least this many mebibytes beside its heap. */
  private static final long LEAST_OVERHEAD = 384;

  /** Returns the part of an executor's memory that is to be its heap; both are in mebibytes. */
  public static long heap(long mebibytes) {
    return Math.min(MOST_HEAP, Math.max(LEAST_HEAP, mebibytes / 4));
  }

  /**
   * Returns the settings of a submission that give these resources.
   *
   * @param set the settings so far; an executor's cores and heap are taken from them
   * @param estimate a rank's need, for containers whose memory is not asked for
   * @throws UserError where the memory asked for holds no more than a heap
   */
  public SortedMap<String, String> settings(
      SparkMaster master, Map<String, String> set, Optional<MemoryEstimate> estimate) {
    SortedMap<String, String> settings = new TreeMap<>();
    if (master.isLocal()) {
      mebibytes.ifPresent(all -> settings.put("spark.driver.memory", heap(all) + "m"));
      return settings;
    }
    settings.put("spark.dynamicAllocation.enabled", "false");
    coreSettings(master, set, settings);
    memorySettings(master, set, estimate, settings);
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
      SparkMaster master, Map<String, String> set, Map<String, String> settings) {
    OptionalInt each = cores;
    if (master.isLocalCluster()) {
      each = master.executorCores();
    } else if (set.containsKey(CORES)) {
      each = OptionalInt.of(number(CORES, set.get(CORES)));
    }
    if (each.isPresent()) {
      String all = Integer.toString(each.getAsInt());
      settings.put("spark.task.cpus", all);
      if (!master.isLocalCluster()) {
        settings.put(CORES, all);
      }
      if (master.isStandalone()) {
        settings.put(TOTAL_CORES, Long.toString((long) workers * each.getAsInt()));
      }
    }
    if (master.hasContainers()) {
      settings.put(INSTANCES, Integer.toString(workers));
    }
  }

  private void memorySettings(
      SparkMaster master,
      Map<String, String> set,
      Optional<MemoryEstimate> estimate,
      Map<String, String> settings) {
    OptionalLong heap = OptionalLong.empty();
    if (master.isLocalCluster()) {
      heap = OptionalLong.of(master.executorMemory().orElse((int) LEAST_HEAP));
    } else if (set.containsKey(HEAP)) {
      heap = OptionalLong.of(mebibytes(HEAP, set.get(HEAP)));
    } else if (mebibytes.isPresent()) {
      heap = OptionalLong.of(heap(mebibytes.getAsLong()));
    } else if (estimate.isPresent()) {
      long need = MemoryEstimate.mebibytes(estimate.get().heap());
      heap = OptionalLong.of(Math.max(LEAST_HEAP, need));
    }
    heap.ifPresent(size -> settings.put(HEAP, size + "m"));
    if (mebibytes.isPresent()) {
      long rest = mebibytes.getAsLong() - heap.getAsLong();
      if (rest < LEAST_OVERHEAD) {
        throw new UserError(
            String.format(
                Locale.ROOT,
                "--memory-per-worker: %d MiB leave no %d beside a heap of %d; ask for more",
                mebibytes.getAsLong(),
                LEAST_OVERHEAD,
                heap.getAsLong()));
      }
      if (master.hasContainers()) {
        settings.put(OVERHEAD, rest + "m");
      }
    } else if (estimate.isPresent() && master.hasContainers()) {
      settings.put(OVERHEAD, MemoryEstimate.mebibytes(estimate.get().outsideHeap()) + "m");
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

  private static int number(String name, String text) {
    if (!text.matches("0*[1-9]\\d{0,4}")) {
      throw new UserError(
          "%s must be a whole number of at least 1, not '%s'".formatted(name, text));
    }
    return Integer.parseInt(text);
  }
}
