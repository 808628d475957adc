package io.semimeta.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.semimeta.data.TestImages;
import io.semimeta.data.TestSources;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HDFS and YARN with real containers: everything by spark-submit, all files on HDFS. */
class YarnIT {
  private static final String JAR = System.getProperty("semimeta.jar");
  private static final Path SPARK_HOME = Path.of(System.getenv("SPARK_HOME"));

  private static final int STEPS = 100;

  @TempDir private static Path folder;
  private static MiniDFSCluster hdfs;
  private static MiniYARNCluster yarn;
  private static String root;

  @BeforeAll
  static void start() throws Exception {
    Configuration conf = new YarnConfiguration();
    conf.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
    hdfs = new MiniDFSCluster.Builder(conf).numDataNodes(1).build();
    hdfs.waitActive();
    root = hdfs.getFileSystem().getUri() + "/user/test";

    conf.set("yarn.scheduler.capacity.root.queues", "default");
    conf.set("yarn.scheduler.capacity.root.default.capacity", "100");
    conf.set("yarn.scheduler.capacity.maximum-am-resource-percent", "1.0");
    conf.setInt(YarnConfiguration.RM_SCHEDULER_MINIMUM_ALLOCATION_MB, 256);
    conf.setInt(YarnConfiguration.YARN_MINICLUSTER_NM_PMEM_MB, 8192);
    conf.setInt(YarnConfiguration.NM_VCORES, 8);
    // Containers of this test are killed by nobody but the test.
    conf.setBoolean(YarnConfiguration.NM_PMEM_CHECK_ENABLED, false);
    conf.setBoolean(YarnConfiguration.NM_VMEM_CHECK_ENABLED, false);
    conf.set(YarnConfiguration.NM_DISK_HEALTH_CHECK_ENABLE, "false");
    System.setProperty("test.build.data", folder.resolve("build").toString());
    System.setProperty("test.build.dir", folder.resolve("build").toString());
    yarn = new MiniYARNCluster("semimeta", 1, 1, 1);
    yarn.init(conf);
    yarn.start();
    Path confDir = Files.createDirectory(folder.resolve("conf"));
    write(yarn.getConfig(), confDir.resolve("yarn-site.xml"));
    write(hdfs.getConfiguration(0), confDir.resolve("core-site.xml"));
  }

  private static void write(Configuration conf, Path file) throws IOException {
    Configuration clients = new Configuration(conf);
    clients.unset("net.topology.node.switch.mapping.impl"); // a class of the test cluster's own
    try (OutputStream out = Files.newOutputStream(file)) {
      clients.writeXml(out);
    }
  }

  @AfterAll
  static void stop() {
    if (yarn != null) {
      yarn.stop();
    }
    if (hdfs != null) {
      hdfs.shutdown();
    }
  }

  @Test
  void everyCommandRunsOnHdfsAndALostContainerChangesNothing() throws Exception {
    for (int i = 0; i < 30; i++) {
      String file = "train/class %d/%02d.png".formatted(i % 3, i);
      TestSources.file(folder.resolve("images").resolve(file), TestImages.png(1, 14, 14, i));
    }
    copy(folder.resolve("images"), "/images");
    String prepared = root + "/prepared";
    await(
        submit(
            "cluster",
            "prepare",
            List.of(
                "--format", "image-folder", "--input", root + "/images", "--output", prepared)));
    assertEquals(3, json(prepared + "/manifest.json").get("classes").size());

    copy(Path.of("data-prep/fashion-mnist/sample"), "/data");
    await(submit("cluster", "train", training("/run")));
    assertEquals(STEPS, json(root + "/run/result.json").get("step").asInt());

    Process disturbed = submit("client", "train", training("/killed"));
    awaitFile(disturbed, "/killed/checkpoints/step-00000020/MANIFEST");
    assertTrue(executor().destroyForcibly());
    await(disturbed);
    assertEquals(1, json(root + "/killed/result.json").get("restarts").asInt());
    for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
      String path = "/checkpoints/step-%08d/%s".formatted(STEPS, file);
      assertArrayEquals(bytes(root + "/run" + path), bytes(root + "/killed" + path), file);
    }

    await(
        submit(
            "client",
            "evaluate",
            List.of(
                "--checkpoint",
                root + "/run",
                "--data",
                root + "/data",
                "--report",
                root + "/report.json")));
    assertEquals(10_000, json(root + "/report.json").get("examples").asInt());
  }

  private static List<String> training(String output) {
    return List.of(
        ("--data %s/data --output %s --num-label 40 --num-valid 40 --workers 2 --width 0.05"
                + " --batch-size 8 --total-steps %d --checkpoint-every 20")
            .formatted(root, root + output, STEPS)
            .split(" "));
  }

  private static void copy(Path from, String to) throws IOException {
    hdfs.getFileSystem()
        .copyFromLocalFile(
            new org.apache.hadoop.fs.Path(from.toUri()), new org.apache.hadoop.fs.Path(root + to));
  }

  private static void awaitFile(Process process, String file) throws Exception {
    while (!hdfs.getFileSystem().exists(new org.apache.hadoop.fs.Path(root + file))) {
      assertTrue(process.isAlive(), "ended before " + file);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** The JVM of a container: the node manager is in this test's own. */
  private static ProcessHandle executor() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().command().orElse("").endsWith("java"))
        .filter(
            process ->
                process.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"))
        .findAny()
        .orElseThrow();
  }

  private static byte[] bytes(String uri) throws IOException {
    try (InputStream in = hdfs.getFileSystem().open(new org.apache.hadoop.fs.Path(uri))) {
      return in.readAllBytes();
    }
  }

  private static JsonNode json(String uri) throws IOException {
    return new ObjectMapper().readTree(bytes(uri));
  }

  private static Process submit(String mode, String command, List<String> arguments)
      throws IOException {
    List<String> words = new ArrayList<>();
    words.add(SPARK_HOME.resolve("bin").resolve("spark-submit").toString());
    words.addAll(List.of("--master", "yarn", "--deploy-mode", mode));
    for (String conf :
        List.of(
            "spark.yarn.jars=local:" + SPARK_HOME.resolve("jars") + "/*",
            "spark.executor.cores=1",
            "spark.executor.instances=2",
            "spark.executor.memory=1g",
            "spark.executor.heartbeatInterval=1s",
            "spark.driver.memory=1g",
            "spark.ui.enabled=false",
            "spark.task.reaper.enabled=true")) {
      words.addAll(List.of("--conf", conf));
    }
    words.addAll(List.of("--class", "io.semimeta.cli.SemiMeta", "local:" + JAR, command));
    words.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().put("HADOOP_CONF_DIR", folder.resolve("conf").toString());
    return builder
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("submit.log").toFile())
        .start();
  }

  private static void await(Process process) throws Exception {
    if (!process.waitFor(4, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    String said = Files.readString(folder.resolve("submit.log"));
    assertEquals(0, process.waitFor(), said);
  }
}
