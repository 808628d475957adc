package io.semimeta.distributed;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Spark's standalone master and its workers as processes on the loopback interface. */
public final class StandaloneCluster implements AutoCloseable {
  private static final String PACKAGE = "org.apache.spark.deploy.";
  private static final Duration START = Duration.ofSeconds(60);

  private final Path folder;
  private final String master;
  private final List<Process> processes = new ArrayList<>();

  /**
   * Starts it.
   *
   * @param folder for logs and executors' files
   * @param cores of each worker
   * @param memory of each worker, as Spark spells it
   */
  public StandaloneCluster(Path folder, int workers, int cores, String memory)
      throws IOException, InterruptedException {
    this.folder = folder;
    int port = freePort();
    master = "spark://127.0.0.1:" + port;
    try {
      start(
          "master",
          "master.Master",
          "--host",
          "127.0.0.1",
          "--port",
          "" + port,
          "--webui-port",
          "0");
      await("master.log", "I have been elected leader");
      for (int i = 0; i < workers; i++) {
        start(
            "worker" + i,
            "worker.Worker",
            "--host",
            "127.0.0.1",
            "--webui-port",
            "0",
            "--cores",
            "" + cores,
            "--memory",
            memory,
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

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
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

  /** The URL to submit to. */
  public String master() {
    return master;
  }

  @Override
  public void close() {
    for (int i = processes.size() - 1; i >= 0; i--) {
      Process process = processes.get(i);
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
