package io.semimeta.cluster;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says what a Spark master's URL tells of processes and cores. */
public record SparkMaster(String url) {
  private static final Pattern LOCAL = Pattern.compile("local(?:\\[\\s*(\\d+)\\s*(?:,.*)?])?");
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,\\s*(\\d+)\\s*]");

  /** Tells whether all tasks run in the driver's own process. */
  public boolean isLocal() {
    return url.equals("local") || url.startsWith("local[");
  }

  /** Tells whether executors of their own start on this machine. */
  public boolean isLocalCluster() {
    return url.startsWith("local-cluster[");
  }

  /** Tells whether driver and executors are all processes of this machine. */
  public boolean isOnThisMachine() {
    return isLocal() || isLocalCluster();
  }

  /** Tells whether executors are pods of Kubernetes. */
  public boolean isKubernetes() {
    return url.startsWith("k8s://");
  }

  /** Tells whether Spark's own cluster manager starts the executors. */
  public boolean isStandalone() {
    return url.startsWith("spark://");
  }

  /** Tells whether executors run in containers that are ended when they use too much memory. */
  public boolean hasContainers() {
    return url.equals("yarn") || isKubernetes();
  }

  /** Returns the threads of {@code local[N]}: 1 for {@code local}, none for {@code local[*]}. */
  OptionalInt localThreads() {
    Matcher local = LOCAL.matcher(url);
    if (!local.matches()) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(local.group(1) == null ? 1 : Integer.parseInt(local.group(1)));
  }

  /** Returns the number of a local cluster's executors. */
  OptionalInt executors() {
    return ofCluster(1);
  }

  /** Returns the cores of a local cluster's executor. */
  OptionalInt executorCores() {
    return ofCluster(2);
  }

  /** Returns the mebibytes of a local cluster's executor. */
  public OptionalInt executorMemory() {
    return ofCluster(3);
  }

  private OptionalInt ofCluster(int group) {
    Matcher cluster = LOCAL_CLUSTER.matcher(url);
    return cluster.matches()
        ? OptionalInt.of(Integer.parseInt(cluster.group(group)))
        : OptionalInt.empty();
  }
}
