package io.semimeta.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SparkMasterTest {
  private static final Map<String, String> YARN = Map.of("HADOOP_CONF_DIR", "/etc/hadoop");

  private static String refused(String url, String mode, Map<String, String> environment) {
    String message =
        assertThrows(UserError.class, () -> new SparkMaster(url).require(mode, environment), url)
            .getMessage();
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  @Test
  void mastersThatWillDo() throws IOException {
    for (String url :
        List.of("local", "local[*]", "local[3]", "local[2, 4]", "local-cluster[2,1,1024]")) {
      new SparkMaster(url).require(null, Map.of());
      new SparkMaster(url).require("client", Map.of());
    }
    new SparkMaster("yarn").require("cluster", YARN);
    new SparkMaster("yarn").require(null, Map.of("YARN_CONF_DIR", "/etc/yarn"));
    new SparkMaster("k8s://https://host:6443").require("cluster", Map.of());
    try (ServerSocket master = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String there = "127.0.0.1:" + master.getLocalPort();
      new SparkMaster("spark://" + there).require(null, Map.of());
      new SparkMaster("spark://nohost.invalid:7077," + there).require(null, Map.of());
    }
  }

  @Test
  void mastersThatSparkDoesNotKnow() {
    assertTrue(
        refused("sparkk://h:1", null, Map.of()).startsWith("--master sparkk://h:1: must be"));
    assertTrue(refused("local[x]", null, Map.of()).contains("write local[CORES]"));
    assertTrue(refused("local[0]", null, Map.of()).contains("write local[CORES]"));
    assertTrue(refused("localhost:7077", null, Map.of()).startsWith("--master localhost:7077: "));
    assertTrue(refused("local[2]", "cluster", Map.of()).startsWith("--deploy-mode cluster: "));
    assertEquals(
        "--deploy-mode clustr: must be client or cluster", refused("yarn", "clustr", YARN));
  }

  @Test
  void yarnWithoutItsSettings() {
    assertTrue(refused("yarn", null, Map.of()).startsWith("--master yarn: set HADOOP_CONF_DIR "));
  }

  /** Spark tries for a minute. */
  @Test
  void aMasterThatIsNotThere() throws IOException {
    assertTrue(
        refused("spark://nohost.invalid:7077", null, Map.of())
            .contains("cannot be reached (unknown host nohost.invalid)"));
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    assertTrue(refused("spark://127.0.0.1:" + port, null, Map.of()).contains("refused"));
    for (String url : List.of("spark://host", "spark://", "spark://h:99999", "spark://h:x")) {
      assertTrue(refused(url, null, Map.of()).contains("write spark://HOST:PORT"), url);
    }
  }
}
