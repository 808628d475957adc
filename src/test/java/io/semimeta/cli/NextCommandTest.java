package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.semimeta.cli.line.SubmitOptions;
import io.semimeta.cli.line.SubmittedLine;
import io.semimeta.cluster.Resources;
import io.semimeta.cluster.SparkMaster;
import io.semimeta.cluster.SparkSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class NextCommandTest {
  private final SparkConf conf = new SparkConf(false);

  private String evaluate(Map<String, String> environment) {
    return NextCommand.of(
        environment, SparkSettings.of(conf), "evaluate", "--data", "my images/it's");
  }

  @Test
  void whoBeganWithTheScriptGoesOnWithIt() {
    SubmitOptions line =
        SubmitOptions.parse(
            List.of("train", "--master", "spark://h:7077", "--conf", "spark.x=a b", "--data", "d"));
    String begun = SubmittedLine.prefix("../semi meta/bin/semimeta", line);
    assertEquals(
        "'../semi meta/bin/semimeta' --master spark://h:7077 --conf 'spark.x=a b' evaluate"
            + " --data 'my images/it'\\''s'",
        evaluate(Map.of(NextCommand.VARIABLE, begun)));
  }

  @Test
  void secretsStayOut() {
    SubmitOptions line =
        SubmitOptions.parse(List.of("train", "--conf", "spark.hadoop.fs.s3a.secret.key=hush"));
    assertEquals(
        "bin/semimeta --conf 'spark.hadoop.fs.s3a.secret.key=(redacted)'",
        SubmittedLine.prefix("bin/semimeta", line));
  }

  @Test
  void theSameLineGoesOn() {
    List<String> arguments = List.of("train", "--data", "d e", "--resume", "auto");
    assertEquals(
        "bin/semimeta --master yarn train --data 'd e' --resume auto",
        NextCommand.again(
            Map.of(NextCommand.VARIABLE, "bin/semimeta --master yarn"),
            arguments,
            "--resume",
            "auto"));
    assertEquals(
        "the same command with --resume auto",
        NextCommand.again(Map.of(), arguments, "--resume", "auto"));
    assertEquals("the same command", NextCommand.again(Map.of(), List.of("train")));
  }

  @Test
  void whoSubmittedTheJarSubmitsItAgain() {
    conf.set("spark.master", "local[2]")
        .set("spark.jars", "file:/opt/semimeta.jar,file:/opt/b.jar");
    assertEquals(
        "spark-submit --master 'local[2]' --class io.semimeta.cli.SemiMeta /opt/semimeta.jar"
            + " evaluate --data 'my images/it'\\''s'",
        evaluate(Map.of()));
  }

  /** There the jar's path is one of a container. */
  @Test
  void aDriverInTheClusterKnowsNoPathOfTheUsers() {
    conf.set("spark.master", "yarn").set("spark.jars", "hdfs:/x/semimeta.jar");
    conf.set("spark.submit.deployMode", "cluster");
    assertEquals("bin/semimeta evaluate --data 'my images/it'\\''s'", evaluate(Map.of()));
  }

  @Test
  void whatBeginsIsTold() {
    assertBegins("3 executors on this machine", "local-cluster[3,1,1024]", 3);
    assertBegins("1 executor on yarn", "yarn", 1);
    assertEquals(
        "starting Spark on this machine",
        SubmittedLine.beginning(new SparkMaster("local[*]"), Optional.of(Resources.of(1))));
    assertEquals(
        "starting Spark on spark://h:7077",
        SubmittedLine.beginning(new SparkMaster("spark://h:7077"), Optional.empty()));
  }

  private static void assertBegins(String words, String master, int workers) {
    assertEquals(
        "starting Spark with " + words,
        SubmittedLine.beginning(new SparkMaster(master), Optional.of(Resources.of(workers))));
  }
}
