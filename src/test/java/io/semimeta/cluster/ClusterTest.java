package io.semimeta.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

/** What spark-submit was told, against what the program needs and is asked for. */
class ClusterTest {
  private static final long MEBI = 1 << 20;
  private static final String STANDALONE = "spark://h:7077";
  private static final String DYNAMIC = "spark.dynamicAllocation.enabled";
  private static final String SPECULATION = "spark.speculation";
  private static final String REAPER = "spark.task.reaper.enabled";
  private static final String KRYO = "org.apache.spark.serializer.KryoSerializer";

  private static Cluster of(String master, Resources asked, String... properties) {
    SparkConf conf = new SparkConf(false).set(REAPER, "true");
    for (int i = 0; i < properties.length; i += 2) {
      conf.set(properties[i], properties[i + 1]);
    }
    return new Cluster(SparkSettings.of(conf.setMaster(master)), asked);
  }

  private static Cluster settings(String master, String... properties) {
    return of(master, Resources.of(1), properties);
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

  private static void assertRefused(String setting, Cluster cluster) {
    UserError error = assertThrows(UserError.class, cluster::require);
    assertTrue(error.getMessage().contains(setting), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }

  @Test
  void whatCannotWorkIsRefusedByItsName() {
    Resources two = Resources.of(2);
    settings("local[4]").require();
    of(STANDALONE, Resources.of(7)).require();
    assertRefused("--workers 2", of("local[4]", two));
    for (String switchedOn : List.of(DYNAMIC, SPECULATION)) {
      assertRefused(switchedOn, of(STANDALONE, two, switchedOn, "true"));
    }
    assertRefused("spark.serializer=" + KRYO, settings("local[4]", "spark.serializer", KRYO));
    assertRefused(REAPER, of(STANDALONE, two, REAPER, "false"));
  }

  /** A session that somebody else started for other things. */
  @Test
  void allThatCannotWorkIsSaidAtOnce() {
    String[] foreign = {
      DYNAMIC, "true", SPECULATION, "true", "spark.serializer", KRYO, REAPER, "false"
    };
    Cluster cluster = of("yarn", Resources.of(3), foreign);
    UserError error = assertThrows(UserError.class, cluster::require);
    assertEquals(
        "--workers 3 needs as many executors, but spark.executor.instances is 2; set it to 3; "
            + DYNAMIC
            + "=true: ranks need a fixed set of executors; set it to false; spark.speculation=true:"
            + " a rank must run once; set it to false; spark.serializer="
            + KRYO
            + ": it cannot carry Java's records; leave the setting out; "
            + REAPER
            + " is not set: without it a rank that hangs in native code is never ended; set it to"
            + " true",
        error.getMessage());
    assertEquals(5, cluster.faults().size());
  }

  @Test
  void withTheNeededSettingsNothingIsWrong() {
    Map<String, String> settings = new HashMap<>(Map.of("spark.executor.instances", "3"));
    settings.putAll(Cluster.NEEDED);
    settings.put("spark.master", "yarn");
    assertEquals(List.of(), new Cluster(SparkSettings.of(settings), Resources.of(3)).faults());
    for (String needed : Cluster.NEEDED.keySet()) {
      Map<String, String> others = new HashMap<>(settings);
      others.put(needed, needed.equals(REAPER) ? "false" : "true");
      assertEquals(
          1, new Cluster(SparkSettings.of(others), Resources.of(3)).faults().size(), needed);
    }
  }

  /** It is a plain task: Spark starts such a one again only when it fails, or by a threshold. */
  @Test
  void oneRankTrainsInAnySession() {
    Cluster one = settings("yarn", DYNAMIC, "true", SPECULATION, "true", REAPER, "false");
    assertEquals(List.of(), one.faults());
    assertFalse(one.hasFixedExecutors());
    assertTrue(settings("yarn", DYNAMIC, "false").hasFixedExecutors());
    assertFalse(settings("local[2]").hasFixedExecutors());
    String threshold = "spark.speculation.task.duration.threshold";
    assertRefused(SPECULATION, settings("yarn", SPECULATION, "true", threshold, "1h"));
    settings("yarn", SPECULATION, "false", threshold, "1h").require();
  }

  @Test
  void gradientsDoNotTravelInTheClearUnasked() {
    Resources two = Resources.of(2);
    String crypto = "spark.network.crypto.enabled";
    Cluster encrypted = of("yarn", two, crypto, "true");
    String fault = encrypted.unencryptedFaults(false).get(0);
    assertTrue(fault.startsWith(crypto + "=true, but the ranks' own traffic"), fault);
    assertTrue(fault.contains("--allow-unencrypted-gradients"), fault);
    assertEquals(List.of(), encrypted.unencryptedFaults(true));
    assertEquals(List.of(), settings("yarn", crypto, "true").unencryptedFaults(false));
    assertEquals(List.of(), of("yarn", two, "spark.authenticate", "true").unencryptedFaults(false));
    assertEquals(
        2,
        of("yarn", two, crypto, "true", "spark.ssl.enabled", "true")
            .unencryptedFaults(false)
            .size());
  }

  @Test
  void tooFewExecutorsAreRefusedWithTheNumberThatWouldDo() {
    Resources three = Resources.of(3);
    assertRefused("set it to 3", of("yarn", three));
    assertRefused("set it to 3", of("k8s://h", three, "spark.executor.instances", "2"));
    of("yarn", three, "spark.executor.instances", "3").require();
    of("yarn", Resources.of(1), "spark.executor.instances", "0", DYNAMIC, "true").require();
    assertRefused("make it local-cluster[3,", of("local-cluster[2,1,1024]", three));
    of("local-cluster[3,1,1024]", three).require();
    String cores = "spark.executor.cores";
    assertRefused("set it to 12", of(STANDALONE, three, cores, "4", "spark.cores.max", "11"));
    of(STANDALONE, three, cores, "4", "spark.cores.max", "12").require();
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

  private static Resources cores(int cores) {
    return new Resources(2, OptionalInt.of(cores), OptionalLong.empty(), OptionalInt.empty());
  }

  private static Resources memory(long mebibytes) {
    return new Resources(2, OptionalInt.empty(), OptionalLong.of(mebibytes), OptionalInt.empty());
  }

  private static Resources gpus(int gpus) {
    return new Resources(2, OptionalInt.empty(), OptionalLong.empty(), OptionalInt.of(gpus));
  }

  private static void assertMissing(String setting, Cluster cluster) {
    UserError error = assertThrows(UserError.class, cluster::contradictions);
    assertTrue(error.getMessage().contains("set " + setting), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }

  @Test
  void whatWasAskedForAndIsNotSetIsRefusedByTheSetting() {
    for (String master : List.of("yarn", "k8s://h", STANDALONE)) {
      assertMissing("spark.executor.cores=4", of(master, cores(4)));
      assertMissing("spark.executor.resource.gpu.amount=1", of(master, gpus(1)));
    }
    assertMissing("spark.executor.memory=1536m", of(STANDALONE, memory(6144)));
    assertMissing(
        "spark.executor.memory=1536m spark.executor.memoryOverhead=4608m",
        of("yarn", memory(6144)));
    assertMissing(
        "spark.executor.memory=2048m spark.executor.memoryOverhead=4096m",
        of("yarn", memory(6144), "spark.executor.memory", "2g"));
  }

  @Test
  void whatIsSetAsAskedForIsNoMatter() {
    assertEquals(List.of(), of("yarn", cores(4), "spark.executor.cores", "4").contradictions());
    assertEquals(List.of(), of("local[4]", cores(4)).contradictions());
    assertEquals(List.of(), of("local-cluster[2,4,1024]", cores(4)).contradictions());
    assertEquals(List.of(), of("local-cluster[2,4,1536]", memory(6144)).contradictions());
    assertEquals(
        List.of(),
        of(
                "yarn",
                memory(6144),
                "spark.executor.memory",
                "1536m",
                "spark.executor.memoryOverhead",
                "4608m")
            .contradictions());
    assertEquals(
        List.of(), of("yarn", gpus(1), "spark.executor.resource.gpu.amount", "1").contradictions());
  }

  @Test
  void aContradictionIsSaidInOneLine() {
    for (List<String> lines :
        List.of(
            of("yarn", cores(4), "spark.executor.cores", "2").contradictions(),
            of("local[2]", cores(4)).contradictions(),
            of("yarn", gpus(0), "spark.executor.resource.gpu.amount", "1").contradictions(),
            of("yarn", memory(6144), "spark.executor.memoryOverhead", "1g").contradictions())) {
      assertEquals(1, lines.size());
      assertTrue(lines.get(0).contains("per-worker"), lines.get(0));
    }
  }

  /** 1200 MiB beside a heap of 600: up to a factor of 1.5 less may be enough. */
  @Test
  void tooLittleMemoryIsRefusedWithTheNumberThatWouldDo() {
    MemoryEstimate need =
        new MemoryEstimate(400 * MEBI, 50 * MEBI, 250 * MEBI, 500 * MEBI, 600 * MEBI);
    UserError error =
        assertThrows(UserError.class, () -> of("yarn", Resources.of(2)).requireMemory(need));
    assertTrue(
        error.getMessage().contains("gives 384 MiB") && error.getMessage().contains("to 1200m"),
        error.getMessage());
    String overhead = "spark.executor.memoryOverhead";
    assertTrue(of("yarn", Resources.of(2), overhead, "900m").requireMemory(need).size() == 1);
    assertTrue(of("yarn", Resources.of(2), overhead, "1200m").requireMemory(need).isEmpty());

    assertTrue(of(STANDALONE, Resources.of(2)).requireMemory(need).isEmpty());
    assertTrue(of(STANDALONE, memory(1800)).requireMemory(need).isEmpty());
    assertTrue(of(STANDALONE, memory(1700)).requireMemory(need).size() == 1);
    assertThrows(UserError.class, () -> of(STANDALONE, memory(1100)).requireMemory(need));
    error =
        assertThrows(
            UserError.class,
            () -> of("local-cluster[2,1,1]", Resources.of(1_000_000)).requireMemory(need));
    assertTrue(error.getMessage().contains("this machine has"), error.getMessage());
  }
}
