package io.semimeta.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class ClusterSettingsTest {
  private static ClusterSettings settings(String master, String... properties) {
    SparkConf conf = new SparkConf(false).set("spark.task.reaper.enabled", "true");
    for (int i = 0; i < properties.length; i += 2) {
      conf.set(properties[i], properties[i + 1]);
    }
    return new ClusterSettings(master, conf);
  }

  @Test
  void aRankHasAsManyThreadsAsItsExecutorHasCores() {
    int all = Runtime.getRuntime().availableProcessors();
    assertEquals(all, settings("local[*]").threads());
    assertEquals(all, settings("local[*,3]").threads());
    assertEquals(1, settings("local").threads());
    assertEquals(3, settings("local[3]").threads());
    assertEquals(3, settings("local[ 3 , 2 ]").threads());
    assertEquals(5, settings("local-cluster[2, 5, 1024]").threads());
    assertEquals(4, settings("spark://host:7077", "spark.executor.cores", "4").threads());
    assertEquals(6, settings("spark://host:7077", "spark.task.cpus", "6").threads());
    assertEquals(1, settings("yarn").threads());
  }

  private static void assertRefused(String setting, int ranks, ClusterSettings settings) {
    UserError error = assertThrows(UserError.class, () -> settings.require(ranks));
    assertTrue(error.getMessage().contains(setting), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }

  @Test
  void whatCannotWorkIsRefusedByItsName() {
    String master = "spark://host:7077";
    settings("local[4]").require(1);
    settings(master).require(7);
    assertRefused("--workers 2", 2, settings("local[4]"));
    for (String switchedOn :
        new String[] {"spark.dynamicAllocation.enabled", "spark.speculation"}) {
      assertRefused(switchedOn, 2, settings(master, switchedOn, "true"));
    }
    String kryo = "org.apache.spark.serializer.KryoSerializer";
    assertRefused("spark.serializer=" + kryo, 1, settings("local[4]", "spark.serializer", kryo));
    assertRefused(
        "spark.task.reaper.enabled", 2, settings(master, "spark.task.reaper.enabled", "false"));
  }

  @Test
  void gradientsDoNotTravelInTheClearUnasked() {
    ClusterSettings encrypted = settings("yarn", "spark.network.crypto.enabled", "true");
    UserError error =
        assertThrows(UserError.class, () -> encrypted.requireUnencryptedAllowed(2, false));
    assertTrue(error.getMessage().contains("--allow-unencrypted-gradients"), error.getMessage());
    encrypted.requireUnencryptedAllowed(2, true);
    encrypted.requireUnencryptedAllowed(1, false);
    settings("yarn", "spark.authenticate", "true").requireUnencryptedAllowed(2, false);
  }

  @Test
  void tooFewExecutorsAreRefusedWithTheNumberThatWouldDo() {
    assertRefused("set it to 3", 3, settings("yarn"));
    assertRefused("set it to 4", 4, settings("k8s://h", "spark.executor.instances", "3"));
    settings("yarn", "spark.executor.instances", "4").require(4);
    assertRefused("make it local-cluster[3,", 3, settings("local-cluster[2,1,1024]"));
    settings("local-cluster[2,1,1024]").require(2);
    String master = "spark://host:7077";
    assertRefused(
        "set it to 12", 3, settings(master, "spark.executor.cores", "4", "spark.cores.max", "11"));
    settings(master, "spark.executor.cores", "4", "spark.cores.max", "12").require(3);
  }

  @Test
  void aGpuMustBeAmongTheSettings() {
    String amount = "spark.executor.resource.gpu.amount";
    assertEquals("cpu", settings("yarn").device("auto"));
    assertEquals("cuda", settings("yarn", amount, "1").device("auto"));
    assertEquals("cpu", settings("yarn", amount, "1").device("cpu"));
    UserError error = assertThrows(UserError.class, () -> settings("yarn").device("cuda"));
    assertTrue(error.getMessage().contains(amount), error.getMessage());
  }
}
