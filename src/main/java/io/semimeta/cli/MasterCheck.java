package io.semimeta.cli;

import io.semimeta.UserError;
import io.semimeta.cluster.SparkMaster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds mistakes about Spark's master that Spark reports by a trace, or after a minute. */
public final class MasterCheck {
  private static final int CONNECT_MILLIS = 3000;
  private static final Pattern LOCAL =
      Pattern.compile(
          "local(\\[\\s*([1-9]\\d*|\\*)\\s*(,\\s*\\d+\\s*)?])?"
              + "|local-cluster\\[\\s*\\d+\\s*,\\s*\\d+\\s*,\\s*\\d+\\s*]");
  private static final Pattern ADDRESS = Pattern.compile("([^:/,]+|\\[[^]]+]):(\\d{1,5})");

  private MasterCheck() {}

  /**
   * Refuses a submission that Spark would refuse.
   *
   * @param url the master's URL
   * @param deployMode {@code client} or {@code cluster}, or null
   * @param environment the environment's variables
   * @throws UserError naming the option
   */
  public static void require(String url, String deployMode, Map<String, String> environment) {
    String option = "--master " + url;
    boolean inCluster = "cluster".equals(deployMode);
    if (deployMode != null && !inCluster && !deployMode.equals("client")) {
      throw new UserError("--deploy-mode %s: must be client or cluster".formatted(deployMode));
    }
    SparkMaster master = new SparkMaster(url);
    if (url.startsWith("local")) {
      if (!LOCAL.matcher(url).matches()) {
        throw new UserError(
            option + ": write local[CORES], local[*], or local-cluster[EXECUTORS,CORES,MEBIBYTES]");
      }
      if (inCluster) {
        throw new UserError(
            "--deploy-mode cluster: %s is this machine; leave one of the two out"
                .formatted(option));
      }
    } else if (!url.equals("yarn") && !master.isKubernetes() && !master.isStandalone()) {
      throw new UserError(
          option + ": must be local[CORES], spark://HOST:PORT, yarn or k8s://https://HOST:PORT");
    }
    if (url.equals("yarn")
        && !environment.containsKey("HADOOP_CONF_DIR")
        && !environment.containsKey("YARN_CONF_DIR")) {
      throw new UserError(
          "--master yarn: set HADOOP_CONF_DIR to the folder of the cluster's core-site.xml and"
              + " yarn-site.xml");
    }
    require(url);
  }

  /**
   * Refuses a standalone master that cannot be reached.
   *
   * @throws UserError naming the master
   */
  public static void require(String url) {
    if (!new SparkMaster(url).isStandalone()) {
      return;
    }
    List<String> reasons = new ArrayList<>();
    for (String address : url.substring("spark://".length()).split(",", -1)) {
      Matcher parts = ADDRESS.matcher(address);
      if (!parts.matches() || Integer.parseInt(parts.group(2)) > 65_535) {
        throw new UserError(
            "--master %s: write spark://HOST:PORT; the port is 7077 unless it was set"
                .formatted(url));
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
    throw new UserError(
        "--master %s: cannot be reached (%s); is it started, and is this its URL?"
            .formatted(url, String.join("; ", reasons)));
  }
}
