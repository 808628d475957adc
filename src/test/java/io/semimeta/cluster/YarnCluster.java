package io.semimeta.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/** HDFS and YARN in this JVM, containers in their own, and spark-submit to them. */
final class YarnCluster implements AutoCloseable {
  static final Path SPARK_HOME = Path.of(System.getenv("SPARK_HOME"));
  static final Path JAR = Path.of(System.getProperty("semimeta.jar"));

  private final Path folder;
  private final MiniDFSCluster hdfs;
  private final MiniYARNCluster yarn;

  /** Its files are under {@code folder}. */
  YarnCluster(Path folder) throws Exception {
    this.folder = folder;
    Configuration conf = new YarnConfiguration();
    conf.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
    hdfs = new MiniDFSCluster.Builder(conf).numDataNodes(1).build();
    hdfs.waitActive();

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

  FileSystem files() throws IOException {
    return hdfs.getFileSystem();
  }

  /** A new folder of HDFS that only the caller uses. */
  String folder(String name) throws IOException {
    String uri = files().getUri() + "/user/test/" + name;
    files().mkdirs(new org.apache.hadoop.fs.Path(uri));
    return uri;
  }

  void copy(Path from, String to) throws IOException {
    files()
        .copyFromLocalFile(
            new org.apache.hadoop.fs.Path(from.toUri()), new org.apache.hadoop.fs.Path(to));
  }

  byte[] bytes(String uri) throws IOException {
    try (InputStream in = files().open(new org.apache.hadoop.fs.Path(uri))) {
      return in.readAllBytes();
    }
  }

  JsonNode json(String uri) throws IOException {
    return new ObjectMapper().readTree(bytes(uri));
  }

  void awaitFile(Process process, String uri) throws Exception {
    while (!files().exists(new org.apache.hadoop.fs.Path(uri))) {
      assertTrue(process.isAlive(), "ended before " + uri);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /**
   * Starts {@code spark-submit}.
   *
   * @param options Spark's, besides master and mode
   * @param jar where the program is
   */
  Process submit(
      String mode, List<String> options, String jar, String command, List<String> arguments)
      throws IOException {
    List<String> words = new ArrayList<>();
    words.add(SPARK_HOME.resolve("bin").resolve("spark-submit").toString());
    words.addAll(spark(mode, options));
    for (String conf :
        List.of(
            "spark.executor.cores=1",
            "spark.executor.instances=2",
            "spark.executor.memory=1g",
            "spark.executor.heartbeatInterval=1s",
            "spark.task.reaper.enabled=true",
            "spark.yarn.maxAppAttempts=1")) {
      words.addAll(List.of("--conf", conf));
    }
    words.addAll(List.of("--class", "io.semimeta.cli.SemiMeta", jar, command));
    words.addAll(arguments);
    return start(words);
  }

  /** Starts {@code bin/semimeta}, which knows the jar and sets what is not set. */
  Process semimeta(String mode, List<String> options, String command, List<String> arguments)
      throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of("bin", "semimeta").toAbsolutePath().toString());
    words.add(command);
    words.addAll(arguments);
    words.addAll(spark(mode, options));
    return start(words);
  }

  private static List<String> spark(String mode, List<String> options) {
    List<String> words = new ArrayList<>(List.of("--master", "yarn", "--deploy-mode", mode));
    for (String conf : List.of("spark.driver.memory=1g", "spark.ui.enabled=false")) {
      words.addAll(List.of("--conf", conf));
    }
    words.addAll(options);
    return words;
  }

  private Process start(List<String> words) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().put("HADOOP_CONF_DIR", folder.resolve("conf").toString());
    return builder
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("submit.log").toFile())
        .start();
  }

  /** Waits until it has ended, as it should. */
  void await(Process process) throws Exception {
    assertEquals(0, status(process), Files.readString(folder.resolve("submit.log")));
  }

  /** Waits until it has ended. */
  static int status(Process process) throws Exception {
    if (!process.waitFor(4, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    return process.waitFor();
  }

  @Override
  public void close() {
    yarn.stop();
    hdfs.shutdown();
  }
}
