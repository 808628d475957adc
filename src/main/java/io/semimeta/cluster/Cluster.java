package io.semimeta.cluster;

import io.semimeta.UserError;
import io.semimeta.model.Placement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.SparkConf;

/**
 * Describes the cluster that a run is on, which may not have started yet: the master and the
 * settings of its Spark application, which others may have made, and what is asked for. A run makes
 * it once and hands it on.
 *
 * @param asked what the executors, which have one rank each, are to have
 */
public record Cluster(SparkSettings conf, Resources asked) {
  private static final String SPECULATION = "spark.speculation";
  private static final String SPECULATION_OF_ONE = SPECULATION + ".task.duration.threshold";
  private static final String REAPER = "spark.task.reaper.enabled";

  /**
   * Holds the settings without which several ranks do not train: a barrier stage wants a fixed set
   * of executors, a rank runs once, and one that hangs in native code has to be ended.
   */
  public static final SortedMap<String, String> NEEDED =
      Collections.unmodifiableSortedMap(
          new TreeMap<>(Map.of(Resources.DYNAMIC, "false", SPECULATION, "false", REAPER, "true")));

  private static final List<String> ENCRYPTED =
      List.of(
          "spark.network.crypto.enabled",
          "spark.authenticate.enableSaslEncryption",
          "spark.ssl.enabled");

  /** Takes the settings of an application, of which nothing but executors is asked for. */
  public static Cluster of(SparkConf conf, int ranks) {
    return new Cluster(SparkSettings.of(conf), Resources.of(ranks));
  }

  public SparkMaster master() {
    return new SparkMaster(conf.master());
  }

  public int ranks() {
    return asked.workers();
  }

  /**
   * Tells whether the ranks are the tasks of a barrier stage, which start and end together. One
   * rank is a plain task, which any session can run.
   */
  public boolean hasBarrier() {
    return ranks() > 1;
  }

  /** Tells whether executors stay, and are replaced when lost, while no task asks for them. */
  public boolean hasFixedExecutors() {
    return !isLocal() && !conf.getBoolean(Resources.DYNAMIC);
  }

  /** Tells whether all tasks run in the driver's own process. */
  public boolean isLocal() {
    return master().isLocal();
  }

  /** Returns the cores of an executor, where the settings tell. */
  public OptionalInt executorCores() {
    return master().isLocalCluster() ? master().executorCores() : conf.count(Resources.CORES);
  }

  /** Returns libtorch's threads in a rank: all cores of its executor, or those of local[N]. */
  public int threads() {
    if (!isLocal()) {
      return executorCores().orElse(conf.count(Resources.TASK_CORES).orElse(1));
    }
    return master().localThreads().orElse(Runtime.getRuntime().availableProcessors());
  }

  /** Tells whether the application's tasks have GPUs of their own. */
  public boolean hasGpus() {
    return !conf.get(Resources.GPUS, "0").equals("0") && conf.count(Resources.GPUS).isPresent();
  }

  /**
   * Returns where tensors are to live: {@code cpu} or {@code cuda}.
   *
   * @param choice {@code auto}, {@code cpu} or {@code cuda}
   * @throws UserError where a GPU is asked for and there is none
   */
  public String device(String choice) {
    if (choice.equals("cuda") && isLocal()) {
      Placement.requireCuda();
    }
    boolean available = isLocal() ? Placement.cudaAvailable() : hasGpus();
    if (choice.equals("cuda") && !available) {
      throw new UserError(
          "--device cuda: spark.executor.resource.gpu.amount is not set; set it to 1");
    }
    return available && !choice.equals("cpu") ? "cuda" : "cpu";
  }

  /**
   * Refuses Kryo, with which every job of this program would fail.
   *
   * @throws UserError naming the setting
   */
  public void requireJavaSerializer() {
    UserError.refuse(serializerFaults());
  }

  private List<String> serializerFaults() {
    String serializer = conf.get("spark.serializer", "");
    return serializer.endsWith(".KryoSerializer")
        ? List.of(
            "spark.serializer=%s: it cannot carry Java's records; leave the setting out"
                .formatted(serializer))
        : List.of();
  }

  /**
   * Refuses settings under which the ranks cannot train, all of them at once, by their names.
   *
   * @throws UserError naming the settings and the remedies
   */
  public void require() {
    UserError.refuse(faults());
  }

  /** Lists the settings under which the ranks cannot train, each with its value and the remedy. */
  public List<String> faults() {
    List<String> faults = new ArrayList<>();
    new ResourceCheck(this).tooFewExecutors().ifPresent(faults::add);
    if (hasBarrier() && conf.getBoolean(Resources.DYNAMIC)) {
      faults.add(Resources.DYNAMIC + "=true: ranks need a fixed set of executors; set it to false");
    }
    // By default Spark compares tasks with others of their stage, where one rank has none.
    if (conf.getBoolean(SPECULATION) && (hasBarrier() || conf.contains(SPECULATION_OF_ONE))) {
      faults.add(SPECULATION + "=true: a rank must run once; set it to false");
    }
    faults.addAll(serializerFaults());
    if (hasBarrier() && !isLocal() && !conf.getBoolean(REAPER)) {
      faults.add(
          REAPER
              + " is not set: without it a rank that hangs in native code is never ended; set it"
              + " to true");
    }
    return faults;
  }

  /**
   * Lists the settings by which Spark encrypts its own traffic where the ranks would send gradients
   * and weights in the clear.
   *
   * @param allowed whether the user has accepted it
   */
  public List<String> unencryptedFaults(boolean allowed) {
    return ENCRYPTED.stream()
        .filter(setting -> hasBarrier() && !allowed && conf.getBoolean(setting))
        .map(
            setting ->
                setting
                    + "=true, but the ranks' own traffic is not encrypted; on a network that only"
                    + " the cluster's nodes reach, accept that by --allow-unencrypted-gradients")
        .toList();
  }

  /**
   * Compares what is asked for with what is set.
   *
   * @return a line for each setting that differs; the setting counts
   * @throws UserError naming the settings that are missing: submission alone can make them
   */
  public List<String> contradictions() {
    return new ResourceCheck(this).contradictions();
  }

  /**
   * Refuses a run whose ranks surely need more memory than they have.
   *
   * @return warnings where memory may be too little: the estimate is an upper bound
   * @throws UserError with the number that would do
   */
  public List<String> requireMemory(MemoryEstimate need) {
    return new ResourceCheck(this).requireMemory(need);
  }

  /** Tells whether containers are to be made, and nobody has said how large. */
  public boolean isUnsized() {
    return master().hasContainers()
        && !conf.contains(Resources.OVERHEAD)
        && asked.mebibytes().isEmpty()
        && asked.gpus().orElse(0) == 0;
  }

  /** Lists the settings that decide an executor's resources and are set, as KEY=VALUE. */
  public List<String> describe() {
    return Resources.SETTINGS.stream()
        .filter(conf::contains)
        .map(name -> name + "=" + conf.get(name))
        .toList();
  }

  /** Returns an executor's heap in mebibytes. */
  long heap() {
    return Resources.mebibytes(Resources.HEAP, conf.get(Resources.HEAP, "1g"));
  }

  /** Returns the memory of an executor's container beside the heap, in mebibytes. */
  long overhead() {
    if (conf.contains(Resources.OVERHEAD)) {
      return Resources.mebibytes(Resources.OVERHEAD, conf.get(Resources.OVERHEAD));
    }
    double factor = conf.getDouble("spark.executor.memoryOverheadFactor", 0.1);
    return Math.max(Resources.LEAST_OVERHEAD, (long) (heap() * factor));
  }
}
