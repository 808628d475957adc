package io.semimeta.distributed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * Spark's standalone master and two workers of one core as processes on the loopback interface, and
 * an application on them.
 */
public final class StandaloneCluster implements AutoCloseable {
  private static final String PACKAGE = "org.apache.spark.deploy.";
  private static final Duration START = Duration.ofSeconds(60);
  private static final int WORKERS = 2;
  private static final Pattern MASTER =
      Pattern.compile("Starting Spark master at (spark://127\\.0\\.0\\.1:\\d+)");

  private final Path folder;
  private String master;
  private final List<Process> processes = new ArrayList<>();
  private SparkSession session;

  /**
   * Starts it.
   *
   * @param folder for logs and executors' files
   */
  public StandaloneCluster(Path folder) throws IOException, InterruptedException {
    this.folder = folder;
    try {
      start("master", "master.Master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0");
      await("master.log", "I have been elected leader");
      master = masterIn(Files.readString(folder.resolve("master.log")));
      for (int i = 0; i < WORKERS; i++) {
        start(
            "worker" + i,
            "worker.Worker",
            "--host",
            "127.0.0.1",
            "--webui-port",
            "0",
            "--cores",
            "1",
            "--memory",
            "2g",
            "--work-dir",
            folder.resolve("work" + i).toString(),
            master);
        await("worker" + i + ".log", "Successfully registered with master");
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Returns the master's address, which its log names: the port is one that was free. */
  private static String masterIn(String log) {
    Matcher line = MASTER.matcher(log);
    if (!line.find()) {
      throw new IllegalStateException("no address of the master in:\n" + log);
    }
    return line.group(1);
  }

  private void start(String name, String type, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getenv("SPARK_HOME"), "bin", "spark-class").toString());
    command.add(PACKAGE + type);
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true).redirectOutput(folder.resolve(name + ".log").toFile());
    processes.add(builder.start());
  }

  private void await(String log, String line) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START.toNanos();
    while (!Files.readString(folder.resolve(log)).contains(line)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "no '%s' in %s:%n%s".formatted(line, log, Files.readString(folder.resolve(log))));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** An application's settings: each worker has an executor, which has this project's jar. */
  public SparkConf conf(String application) {
    return new SparkConf()
        .setMaster(master)
        .setAppName(application)
        .set("spark.ui.enabled", "false")
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.executor.cores", "1")
        .set("spark.executor.memory", "1g")
        .set("spark.executor.extraClassPath", System.getProperty("semimeta.jar"))
        .set("spark.task.reaper.enabled", "true");
  }

  /** Starts the application, which ends with the cluster. */
  public SparkSession session(SparkConf conf) {
    session = SparkSession.builder().config(conf).getOrCreate();
    return session;
  }

  @Override
  public void close() {
    if (session != null) {
      session.stop();
    }
    for (int i = processes.size() - 1; i >= 0; i--) {
      Process process = processes.get(i);
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
