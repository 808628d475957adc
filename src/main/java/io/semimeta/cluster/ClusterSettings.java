package io.semimeta.cluster;

import io.semimeta.UserError;
import io.semimeta.model.Placement;
import java.util.Locale;
import java.util.OptionalInt;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/** Says what a Spark application's settings, which others may have made, mean for ranks. */
public final class ClusterSettings {
  private final SparkMaster master;
  private final SparkSettings conf;

  /** Reads the settings of a running application. */
  public ClusterSettings(SparkContext spark) {
    this(spark.master(), spark.conf());
  }

  /** Reads the settings of an application that may not have started yet. */
  public ClusterSettings(String master, SparkConf conf) {
    this(master, SparkSettings.of(conf));
  }

  /** Takes the settings without Spark's classes. */
  public ClusterSettings(String master, SparkSettings conf) {
    this.master = new SparkMaster(master);
    this.conf = conf;
  }

  /**
   * Refuses to send gradients and weights in the clear where Spark's own traffic is encrypted.
   *
   * @param allowed whether the user has accepted it
   * @throws UserError naming the option
   */
  public void requireUnencryptedAllowed(int ranks, boolean allowed) {
    if (ranks == 1 || allowed) {
      return;
    }
    for (String setting :
        new String[] {
          "spark.network.crypto.enabled",
          "spark.authenticate.enableSaslEncryption",
          "spark.ssl.enabled"
        }) {
      if (conf.getBoolean(setting)) {
        throw new UserError(
            "%s=true, but the ranks' own traffic is not encrypted; on a network that only the cluster's nodes reach, accept that by --allow-unencrypted-gradients"
                .formatted(setting));
      }
    }
  }

  /** Tells whether all tasks run in the driver's own process. */
  public boolean isLocal() {
    return master.isLocal();
  }

  /** Returns the cores of an executor, where the settings tell. */
  public OptionalInt executorCores() {
    if (master.isLocalCluster()) {
      return master.executorCores();
    }
    int cores = conf.getInt("spark.executor.cores", 0);
    return cores > 0 ? OptionalInt.of(cores) : OptionalInt.empty();
  }

  /** Returns libtorch's threads in a rank: all cores of its executor, or those of local[N]. */
  public int threads() {
    if (!isLocal()) {
      return executorCores().orElse(conf.getInt("spark.task.cpus", 1));
    }
    return master.localThreads().orElse(Runtime.getRuntime().availableProcessors());
  }

  /** Tells whether the application's tasks have GPUs of their own. */
  public boolean hasGpus() {
    return conf.getInt("spark.executor.resource.gpu.amount", 0) > 0;
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
    if (conf.get("spark.serializer", "").endsWith(".KryoSerializer")) {
      throw new UserError(
          "spark.serializer=%s: it cannot carry Java's records; leave the setting out"
              .formatted(conf.get("spark.serializer")));
    }
  }

  /**
   * Refuses settings that cannot work, by their names.
   *
   * @param ranks the number of ranks wanted
   * @throws UserError naming the setting and the remedy
   */
  public void require(int ranks) {
    if (isLocal() && ranks > 1) {
      throw new UserError(
          String.format(
              Locale.ROOT,
              "--workers %d needs as many executors, but the master is %s; use"
                  + " local-cluster[%d,CORES,MEMORY] or a cluster",
              ranks,
              master.url(),
              ranks));
    }
    new ResourceCheck(master.url(), conf).requireExecutors(ranks);
    if (conf.getBoolean("spark.dynamicAllocation.enabled")) {
      throw new UserError(
          "spark.dynamicAllocation.enabled=true: ranks need a fixed set of executors; set it to"
              + " false");
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
}
