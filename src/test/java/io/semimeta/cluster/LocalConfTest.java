package io.semimeta.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class LocalConfTest {
  private static final String SECRET = "spark.authenticate.secret";

  private static SparkConf conf(String master, String... settings) {
    SparkConf conf = new SparkConf(false).setMaster(master);
    for (int i = 0; i < settings.length; i += 2) {
      conf.set(settings[i], settings[i + 1]);
    }
    return LocalConf.of(conf);
  }

  @Test
  void executorsOnThisMachineShareASecretOfTheRun() {
    SparkConf conf = conf("local-cluster[2,1,1024]");
    assertTrue(conf.getBoolean("spark.authenticate", false));
    assertTrue(conf.get(SECRET).matches("[0-9a-f]{64}"));
    assertNotEquals(conf.get(SECRET), conf("local-cluster[2,1,1024]").get(SECRET));
    assertEquals("127.0.0.1", conf.get("spark.driver.host"));
    assertEquals("127.0.0.1", conf.get("spark.driver.bindAddress"));
    assertEquals("false", conf.get("spark.ui.enabled"));
    assertEquals("false", conf.get("spark.ui.killEnabled"));
  }

  /** Spark's servers ask a copy of the settings. */
  @Test
  void sparksServersAreGivenTheLoopbackAddress() {
    for (String master : new String[] {"local[*]", "local", "local-cluster[2,1,1024]"}) {
      SparkConf conf = conf(master);
      assertEquals("127.0.0.1", conf.clone().getenv("SPARK_LOCAL_IP"));
      assertEquals(conf.get("spark.driver.host"), conf.clone().get("spark.driver.host"));
      assertEquals(System.getenv("PATH"), conf.getenv("PATH"));
    }
  }

  /** Spark does so by itself where it starts no executors, and it may be told a file instead. */
  @Test
  void withoutExecutorsSparkMakesTheSecret() {
    SparkConf conf = conf("local[2]");
    assertTrue(conf.getBoolean("spark.authenticate", false));
    assertFalse(conf.contains(SECRET));
  }

  @Test
  void whatTheUserSetsStands() {
    SparkConf off = conf("local-cluster[2,1,1024]", "spark.authenticate", "false");
    assertFalse(off.getBoolean("spark.authenticate", true));
    assertFalse(off.contains(SECRET));
    SparkConf own = conf("local-cluster[2,1,1024]", SECRET, "mine", "spark.ui.enabled", "true");
    assertEquals("mine", own.get(SECRET));
    assertEquals("true", own.get("spark.ui.enabled"));
  }

  @Test
  void applicationsElsewhereAreLeftAlone() {
    for (String master : new String[] {"yarn", "spark://h:7077", "k8s://https://h:6443"}) {
      SparkConf conf = new SparkConf(false).setMaster(master);
      assertSame(conf, LocalConf.of(conf));
      assertEquals(1, conf.getAll().length);
    }
  }
}
