package io.semimeta.submit;

import io.semimeta.LogFile;
import io.semimeta.cli.SemiMeta;
import io.semimeta.cli.line.SubmitOptions;
import io.semimeta.cluster.MemoryEstimate;
import io.semimeta.cluster.Resources;
import io.semimeta.cluster.SparkMaster;
import io.semimeta.cluster.SparkSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Builds the command that submits a line of {@code bin/semimeta} to Spark. What the user set, on
 * the line or in a properties file, always stands; the rest gets the defaults given here.
 *
 * @param root the folder of this program's sources
 * @param jar the jar of this program, built for that Spark
 * @param sparkHome the Spark installation
 * @param runFolder the folder of this run's log, and of its executors' logs on this machine
 * @param asked what the command asks for, where it trains
 * @param defaults the properties of spark-defaults.conf or of {@code --properties-file}
 * @param cores the processors of this machine
 * @param mebibytes the memory of this machine
 */
public record SubmitCommand(
    Path root,
    Path jar,
    Path sparkHome,
    Path runFolder,
    Optional<Resources> asked,
    Map<String, String> defaults,
    int cores,
    long mebibytes) {

  private static final String DRIVER_CLASS_PATH = "spark.driver.extraClassPath";
  private static final String DRIVER_OPTIONS = "spark.driver.defaultJavaOptions";
  private static final String EXECUTOR_OPTIONS = "spark.executor.defaultJavaOptions";

  private static final Map<String, String> EVERYWHERE =
      Map.of(
          // A rank that waits in native code ignores interrupts; its JVM has to go.
          "spark.task.reaper.enabled", "true",
          "spark.task.reaper.killTimeout", "60s",
          // Spark waits a year by default.
          "spark.barrier.sync.timeout", "120",
          // A second attempt would refuse the output of the first, or once more what that has
          // refused.
          "spark.yarn.maxAppAttempts", "1",
          // Progress reaches the driver with the executors' heartbeats.
          "spark.executor.heartbeatInterval", "2s",
          // A barrier stage starts as a whole or not at all: waiting for one rank's favourite host
          // holds up all others, and each rank reads its data only once.
          "spark.locality.wait", "0s");

  private static final Map<String, String> ELSEWHERE =
      Map.of(
          // Java names files by the locale, and most services run without one.
          "spark.executorEnv.LC_ALL", "C.UTF-8",
          "spark.yarn.appMasterEnv.LC_ALL", "C.UTF-8",
          // bin/semimeta says why.
          "spark.executorEnv.GOMP_SPINCOUNT", "3000");

  /** Returns the SPARK_HOME for that master; see {@link Submit#linkSparkHome}. */
  public Path sparkHomeFor(SparkMaster master) {
    return master.isLocalCluster() ? runFolder.resolve("spark") : sparkHome;
  }

  /** Returns the path of the driver's log. */
  Path log() {
    return runFolder.resolve("semimeta.log");
  }

  /** Returns the properties that hold: those of the line, then the defaults. */
  private Map<String, String> effective(SubmitOptions line) {
    Map<String, String> effective = new HashMap<>(defaults);
    effective.putAll(line.properties());
    return effective;
  }

  /** Returns the application's properties, as far as they do not depend on what a rank needs. */
  Map<String, String> application(SubmitOptions line) {
    return effective(withDefaults(line, Optional.empty()));
  }

  /** Returns the same command, for a run whose folder is known. */
  SubmitCommand in(Path folder) {
    return new SubmitCommand(root, jar, sparkHome, folder, asked, defaults, cores, mebibytes);
  }

  /** Returns the line with its master, which it may leave to {@code --workers}. */
  public SubmitOptions withMaster(SubmitOptions line) {
    if (effective(line).containsKey("spark.master")) {
      return line;
    }
    Optional<String> heap = Optional.ofNullable(beforeFile(line).get(Resources.HEAP));
    Resources workers = asked.orElse(Resources.of(1));
    return line.with("spark.master", workers.localMaster(cores, mebibytes, heap));
  }

  /**
   * Returns what is set, for the question what else to set: an option of the command beats the
   * file, and is beaten by the line's own settings.
   */
  private Map<String, String> beforeFile(SubmitOptions line) {
    Map<String, String> set = new HashMap<>(defaults);
    asked.filter(all -> all.cores().isPresent()).ifPresent(all -> set.remove(Resources.CORES));
    asked.filter(all -> all.mebibytes().isPresent()).ifPresent(all -> set.remove(Resources.HEAP));
    set.putAll(line.properties());
    return set;
  }

  /**
   * Returns the command, environment first.
   *
   * @param line a line that has its master
   * @param estimate a rank's need, where it was estimated
   */
  public List<String> build(SubmitOptions line, Optional<MemoryEstimate> estimate) {
    Map<String, String> set = effective(line);
    SparkMaster master = new SparkMaster(set.get("spark.master"));
    boolean inCluster = "cluster".equals(set.get("spark.submit.deployMode"));
    SubmitOptions full = withDefaults(line, estimate);
    if (!inCluster) {
      String own = master.isOnThisMachine() ? logOptions() + sharedClasses() : logOptions();
      full = full.with(DRIVER_OPTIONS, joined(" ", set.get(DRIVER_OPTIONS), own));
    }
    if (master.isLocalCluster()) {
      String own = logging("log4j2-executor.properties") + sharedClasses();
      full = full.with(EXECUTOR_OPTIONS, joined(" ", set.get(EXECUTOR_OPTIONS), own));
    }
    // Executors on this machine read the jar where it lies, and need not fetch 100 MB each into a
    // folder that nobody empties. Pods have the jar of their image; a driver that runs here has
    // not.
    if (master.isOnThisMachine() || (master.isKubernetes() && !inCluster)) {
      full = withJar(full, set, DRIVER_CLASS_PATH);
    }
    if (master.isOnThisMachine()) {
      full = withJar(full, set, "spark.executor.extraClassPath");
    }

    List<String> command = new ArrayList<>();
    command.add("env");
    command.add("SPARK_HOME=" + sparkHomeFor(master));
    if (master.isOnThisMachine()) {
      command.add("SPARK_LOCAL_IP=127.0.0.1");
    }
    command.add(sparkHome.resolve("bin").resolve("spark-submit").toString());
    command.add("--class");
    command.add(SemiMeta.class.getName());
    command.addAll(full.sparkArguments());
    boolean present = master.isOnThisMachine() || master.isKubernetes();
    command.add(present ? "spark-internal" : jar.toString());
    for (String argument : line.commandArguments()) {
      // The program expands @files too: it must not take what has been expanded for another.
      command.add(argument.startsWith("@") ? "@" + argument : argument);
    }
    return command;
  }

  private SubmitOptions withJar(SubmitOptions line, Map<String, String> set, String property) {
    return line.with(property, joined(":", set.get(property), jar.toString()));
  }

  /** Adds the settings that nobody has made: those of this program, then those asked for. */
  private SubmitOptions withDefaults(SubmitOptions line, Optional<MemoryEstimate> estimate) {
    Map<String, String> set = effective(line);
    SparkMaster master = new SparkMaster(set.get("spark.master"));
    SortedMap<String, String> added = new TreeMap<>(EVERYWHERE);
    if (master.isOnThisMachine()) { // LocalConf says the rest
      added.put("spark.driver.memory", Resources.heap(mebibytes) + "m");
    } else {
      added.putAll(ELSEWHERE);
    }
    master.executorMemory().ifPresent(m -> added.put(Resources.HEAP, m + "m"));
    if (!line.commandArguments().isEmpty()) {
      added.put("spark.app.name", "semimeta " + line.commandArguments().get(0));
    }
    added.keySet().removeAll(set.keySet());
    SparkSettings before = SparkSettings.of(beforeFile(line));
    asked.ifPresent(all -> added.putAll(all.settings(before, estimate)));
    added.keySet().removeAll(line.properties().keySet());
    SubmitOptions full = line;
    for (Map.Entry<String, String> setting : added.entrySet()) {
      full = full.with(setting.getKey(), setting.getValue());
    }
    return full;
  }

  /** Sends the driver's log to a file of this machine, so only where the driver runs here. */
  private String logOptions() {
    return logging("log4j2.properties") + " " + quoted("-D" + LogFile.PROPERTY + "=" + log());
  }

  /**
   * Begins with a space, if there is anything to say: JVMs whose class path is the one of the
   * build's archive of classes take them from there. Java ignores an archive that does not fit, as
   * after another build; it should not remark on that.
   */
  private String sharedClasses() {
    Path archive = jar.resolveSibling("classes.jsa");
    boolean fits = sparkHome.equals(jar.resolveSibling("spark")) && Files.exists(archive);
    return fits ? " -Xlog:cds*=off " + quoted("-XX:SharedArchiveFile=" + archive) : "";
  }

  private String logging(String configuration) {
    Path file = root.resolve("conf").resolve(configuration);
    return quoted("-Dlog4j2.configurationFile=" + file.toUri());
  }

  private static String joined(String separator, String before, String after) {
    return before == null || before.isBlank() ? after : before + separator + after;
  }

  /** Quotes a JVM option for Spark's parser, which knows quotes and backslashes. */
  private static String quoted(String option) {
    return "\"" + option.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
