package io.semimeta.bigdl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.cluster.Cluster;
import io.semimeta.distributed.EngineKind;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BigDlTest {
  private static final EngineKind KIND = EngineKind.named(EngineKind.BIGDL);

  @Test
  void itIsFoundByItsName() {
    assertInstanceOf(BigDl.class, KIND);
  }

  @Test
  void whatIsMissingIsAddedAndWhatIsRightStays() {
    SparkConf conf = conf("spark://host:7077").set("spark.executor.cores", "4");
    conf.set("spark.task.maxFailures", "1");
    Map<String, String> missing = missing(conf);
    assertFalse(missing.containsKey("spark.task.maxFailures"));
    assertEquals("4", missing.get("spark.task.cpus"));
    assertEquals("1h", missing.get("spark.locality.wait.process"));
  }

  @Test
  void onOneMachineTheMasterTellsTheCores() {
    assertEquals("3", missing(conf("local-cluster[2,3,1024]")).get("spark.task.cpus"));
    assertFalse(missing(conf("local[*]")).containsKey("spark.task.cpus"));
  }

  @ParameterizedTest
  @CsvSource({
    "spark.task.maxFailures,4",
    "spark.task.cpus,1",
    "spark.locality.wait.process,0s",
    "spark.serializer,org.apache.spark.serializer.KryoSerializer"
  })
  void aSettingThatContradictsIsNamed(String setting, String value) {
    SparkConf conf = conf("spark://host:7077").set("spark.executor.cores", "4").set(setting, value);
    UserError error = assertThrows(UserError.class, () -> missing(conf));
    assertTrue(
        error.getMessage().startsWith(setting + "=" + value + ": --engine bigdl needs"),
        error.getMessage());
  }

  @Test
  void oneRankNeedsWhatSeveralDo() {
    SparkConf conf = conf("spark://host:7077").set("spark.executor.cores", "4");
    Map<String, String> missing = KIND.missing(Cluster.of(conf, 1));
    assertEquals("true", missing.get("spark.task.reaper.enabled"));
    assertFalse(missing.containsKey("spark.dynamicAllocation.enabled"), "off by default");
    assertFalse(missing(conf).containsKey("spark.task.reaper.enabled"), "others see to it");
    conf.set("spark.dynamicAllocation.enabled", "true");
    assertThrows(UserError.class, () -> KIND.missing(Cluster.of(conf, 1)));
  }

  @Test
  void coresThatNobodyKnowsAreAskedFor() {
    UserError error = assertThrows(UserError.class, () -> missing(conf("spark://host:7077")));
    assertTrue(error.getMessage().contains("set it to the cores"), error.getMessage());
  }

  private static Map<String, String> missing(SparkConf conf) {
    return KIND.missing(Cluster.of(conf, 2));
  }

  private static SparkConf conf(String master) {
    return new SparkConf(false).setMaster(master);
  }
}
