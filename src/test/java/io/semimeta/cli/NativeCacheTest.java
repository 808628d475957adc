package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Properties;
import org.junit.jupiter.api.Test;

class NativeCacheTest {
  private static final String CACHE = "org.bytedeco.javacpp.cachedir";
  private static final String EXECUTORS = "spark.executor.extraJavaOptions";

  private final Properties system = new Properties();

  private void submitted(String master, String mode) {
    system.setProperty("spark.master", master);
    system.setProperty("spark.submit.deployMode", mode);
  }

  @Test
  void onYarnEachContainerHasItsOwn() {
    submitted("yarn", "cluster");
    system.setProperty(EXECUTORS, "-Xss1m");
    NativeCache.inContainers(system);
    assertEquals("-Xss1m -Dorg.bytedeco.javacpp.cachedir=natives", system.getProperty(EXECUTORS));
    assertEquals("natives", system.getProperty(CACHE), "the driver's container");
  }

  @Test
  void aClientsDriverIsInNoContainer() {
    submitted("yarn", "client");
    NativeCache.inContainers(system);
    assertEquals("-Dorg.bytedeco.javacpp.cachedir=natives", system.getProperty(EXECUTORS));
    assertNull(system.getProperty(CACHE));
  }

  @Test
  void theUsersChoiceStays() {
    submitted("yarn", "cluster");
    system.setProperty(EXECUTORS, "-Dorg.bytedeco.javacpp.cachedir=/fast");
    system.setProperty(CACHE, "/quick");
    NativeCache.inContainers(system);
    assertEquals("-Dorg.bytedeco.javacpp.cachedir=/fast", system.getProperty(EXECUTORS));
    assertEquals("/quick", system.getProperty(CACHE));
  }

  @Test
  void otherMastersAreLeftAlone() {
    submitted("spark://host:7077", "cluster");
    NativeCache.inContainers(system);
    assertEquals(2, system.size());
  }
}
