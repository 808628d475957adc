package io.semimeta.cluster;

import io.semimeta.UserError;
import io.semimeta.model.Placement;
import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.SparkConf;

/**
 * Describes the cluster that a run is on, which may not have started yet: the master and the
 * settings of its Spark application, which others may have made, and what is asked for. A run makes
 * it once and hands it on.
 *
 * @param asked what the executors, which have one rank each, are to have
 */
public record Cluster(SparkSettings conf, Resources asked) {
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
    boolean available = isLocal() ? Placement.cudaAvailable() : hasGpus();
    if (choice.equals("cuda") && !available) {
      throw new UserError(
          isLocal()
              ? "--device cuda: libtorch sees no GPU here; build with -Pgpu on a machine that has"
                  + " one"
              : "--device cuda: spark.executor.resource.gpu.amount is not set; set it to 1");
    }
    return available && !choice.equals("cpu") ? "cuda" : "cpu";
  }

  /**
   * Refuses Kryo, with which every job of this program would fail.
   *
   * @throws UserError naming the setting
   */
  public void requireJavaSerializer() {
    String serializer = conf.get("spark.serializer", "");
    if (serializer.endsWith(".KryoSerializer")) {
      throw new UserError(
          "spark.serializer=%s: it cannot carry Java's records; leave the setting out"
              .formatted(serializer));
    }
  }

  /**
   * Refuses settings under which the ranks cannot train, by their names.
   *
   * @throws UserError naming the setting and the remedy
   */
  public void require() {
    new ResourceCheck(this).requireExecutors();
    if (conf.getBoolean(Resources.DYNAMIC)) {
      throw new UserError(
          Resources.DYNAMIC + "=true: ranks need a fixed set of executors; set it to false");
    }
    if (conf.getBoolean("spark.speculation")) {
      throw new UserError("spark.speculation=true: a rank must run once; set it to false");
    }
    requireJavaSerializer();
    if (!isLocal() && !conf.getBoolean("spark.task.reaper.enabled")) {
      throw new UserError(
          "spark.task.reaper.enabled is not set: without it a rank that hangs in native code is"
              + " never ended; set it to true");
    }
  }

  /**
   * Refuses to send gradients and weights in the clear where Spark's own traffic is encrypted.
   *
   * @param allowed whether the user has accepted it
   * @throws UserError naming the option
   */
  public void requireUnencryptedAllowed(boolean allowed) {
    for (String setting : ranks() == 1 || allowed ? List.<String>of() : ENCRYPTED) {
      if (conf.getBoolean(setting)) {
        throw new UserError(
            setting
                + "=true, but the ranks' own traffic is not encrypted; on a network that only the"
                + " cluster's nodes reach, accept that by --allow-unencrypted-gradients");
      }
    }
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
