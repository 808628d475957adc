package io.semimeta.cluster;

import io.semimeta.UserError;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says what a Spark master's URL tells of processes and cores, and finds mistakes in it that Spark
 * reports by a trace, or after a minute.
 */
public record SparkMaster(String url) {
  /** Stands before the URL of a cluster of Kubernetes. */
  static final String KUBERNETES = "k8s://";

  private static final int CONNECT_MILLIS = 3000;
  private static final Pattern LOCAL =
      Pattern.compile("local(?:\\[\\s*([1-9]\\d*|\\*)\\s*(?:,\\s*\\d+\\s*)?])?");
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,\\s*(\\d+)\\s*]");
  private static final Pattern ADDRESS = Pattern.compile("([^:/,]+|\\[[^]]+]):(\\d{1,5})");

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
    return url.startsWith(KUBERNETES);
  }

  /** Tells whether Spark's own cluster manager starts the executors. */
  public boolean isStandalone() {
    return url.startsWith("spark://");
  }

  /** Tells whether executors run in containers that are ended when they use too much memory. */
  boolean hasContainers() {
    return url.equals("yarn") || isKubernetes();
  }

  /** Returns the threads of {@code local[N]}: 1 for {@code local}, none for {@code local[*]}. */
  OptionalInt localThreads() {
    Matcher local = LOCAL.matcher(url);
    if (!local.matches() || "*".equals(local.group(1))) {
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

  /**
   * Refuses a submission that Spark would refuse.
   *
   * @param deployMode {@code client} or {@code cluster}, or null
   * @param environment the environment's variables
   * @throws UserError naming the option
   */
  public void require(String deployMode, Map<String, String> environment) {
    boolean inCluster = "cluster".equals(deployMode);
    if (deployMode != null && !inCluster && !deployMode.equals("client")) {
      throw new UserError("--deploy-mode %s: must be client or cluster".formatted(deployMode));
    }
    if (url.startsWith("local")) {
      if (!LOCAL.matcher(url).matches() && !LOCAL_CLUSTER.matcher(url).matches()) {
        throw refused(
            ": write local[CORES], local[*], or local-cluster[EXECUTORS,CORES,MEBIBYTES]");
      }
      if (inCluster) {
        throw new UserError(
            "--deploy-mode cluster: --master %s is this machine; leave one of the two out"
                .formatted(url));
      }
    } else if (!hasContainers() && !isStandalone()) {
      throw refused(": must be local[CORES], spark://HOST:PORT, yarn or k8s://https://HOST:PORT");
    }
    if (url.equals("yarn")
        && !environment.containsKey("HADOOP_CONF_DIR")
        && !environment.containsKey("YARN_CONF_DIR")) {
      throw refused(
          ": set HADOOP_CONF_DIR to the folder of the cluster's core-site.xml and yarn-site.xml");
    }
    requireReached();
  }

  /**
   * Refuses a standalone master that cannot be reached.
   *
   * @throws UserError naming the master
   */
  public void requireReached() {
    if (!isStandalone()) {
      return;
    }
    List<String> reasons = new ArrayList<>();
    for (String address : url.substring("spark://".length()).split(",", -1)) {
      Matcher parts = ADDRESS.matcher(address);
      if (!parts.matches() || Integer.parseInt(parts.group(2)) > 65_535) {
        throw refused(": write spark://HOST:PORT; the port is 7077 unless it was set");
      }
      InetSocketAddress place =
          new InetSocketAddress(parts.group(1), Integer.parseInt(parts.group(2)));
      try (Socket socket = new Socket()) {
        socket.connect(place, CONNECT_MILLIS);
        return; // one of several is enough
      } catch (IOException e) {
        reasons.add(place.isUnresolved() ? "unknown host " + parts.group(1) : e.getMessage());
      }
    }
    throw refused(
        ": cannot be reached (%s); is it started, and is this its URL?"
            .formatted(String.join("; ", reasons)));
  }

  private UserError refused(String why) {
    return new UserError("--master " + url + why);
  }
}
