package io.semimeta.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

/** What spark-submit was told, against what the program is asked for. */
class ResourceCheckTest {
  private static final long MEBI = 1 << 20;
  private static final String STANDALONE = "spark://h:7077";

  private static ResourceCheck check(String master, String... properties) {
    SparkConf conf = new SparkConf(false);
    for (int i = 0; i < properties.length; i += 2) {
      conf.set(properties[i], properties[i + 1]);
    }
    return new ResourceCheck(master, conf);
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

  private static void assertMissing(String setting, ResourceCheck check, Resources asked) {
    UserError error = assertThrows(UserError.class, () -> check.compare(asked));
    assertTrue(error.getMessage().contains("set " + setting), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }

  @Test
  void whatWasAskedForAndIsNotSetIsRefusedByTheSetting() {
    for (String master : List.of("yarn", "k8s://h", STANDALONE)) {
      assertMissing("spark.executor.cores=4", check(master), cores(4));
      assertMissing("spark.executor.resource.gpu.amount=1", check(master), gpus(1));
    }
    assertMissing("spark.executor.memory=1536m", check(STANDALONE), memory(6144));
    assertMissing(
        "spark.executor.memory=1536m spark.executor.memoryOverhead=4608m",
        check("yarn"),
        memory(6144));
    assertMissing(
        "spark.executor.memory=2048m spark.executor.memoryOverhead=4096m",
        check("yarn", "spark.executor.memory", "2g"),
        memory(6144));
  }

  @Test
  void whatIsSetAsAskedForIsNoMatter() {
    assertEquals(List.of(), check("yarn", "spark.executor.cores", "4").compare(cores(4)));
    assertEquals(List.of(), check("local[4]").compare(cores(4)));
    assertEquals(List.of(), check("local-cluster[2,4,1024]").compare(cores(4)));
    assertEquals(List.of(), check("local-cluster[2,4,1536]").compare(memory(6144)));
    assertEquals(
        List.of(),
        check("yarn", "spark.executor.memory", "1536m", "spark.executor.memoryOverhead", "4608m")
            .compare(memory(6144)));
    assertEquals(
        List.of(), check("yarn", "spark.executor.resource.gpu.amount", "1").compare(gpus(1)));
  }

  @Test
  void aContradictionIsSaidInOneLine() {
    for (List<String> lines :
        List.of(
            check("yarn", "spark.executor.cores", "2").compare(cores(4)),
            check("local[2]").compare(cores(4)),
            check("yarn", "spark.executor.resource.gpu.amount", "1").compare(gpus(0)),
            check("yarn", "spark.executor.memoryOverhead", "1g").compare(memory(6144)))) {
      assertEquals(1, lines.size());
      assertTrue(lines.get(0).contains("per-worker"), lines.get(0));
    }
  }

  /** 1200 MiB beside a heap of 600: up to a factor of 1.5 less may be enough. */
  @Test
  void tooLittleMemoryIsRefusedWithTheNumberThatWouldDo() {
    MemoryEstimate need =
        new MemoryEstimate(400 * MEBI, 50 * MEBI, 250 * MEBI, 500 * MEBI, 600 * MEBI);
    UserError error = assertThrows(UserError.class, () -> check("yarn").requireMemory(need, 2));
    assertTrue(
        error.getMessage().contains("gives 384 MiB") && error.getMessage().contains("to 1200m"),
        error.getMessage());
    String overhead = "spark.executor.memoryOverhead";
    assertTrue(check("yarn", overhead, "900m").requireMemory(need, 2).isPresent());
    assertTrue(check("yarn", overhead, "1200m").requireMemory(need, 2).isEmpty());

    assertTrue(check(STANDALONE).requireMemory(need, 2).isEmpty());
    assertTrue(check(STANDALONE).requireMemory(need, memory(1800)).isEmpty());
    assertTrue(check(STANDALONE).requireMemory(need, memory(1700)).isPresent());
    assertThrows(UserError.class, () -> check(STANDALONE).requireMemory(need, memory(1100)));
    error =
        assertThrows(
            UserError.class, () -> check("local-cluster[2,1,1]").requireMemory(need, 1_000_000));
    assertTrue(error.getMessage().contains("this machine has"), error.getMessage());
  }
}
