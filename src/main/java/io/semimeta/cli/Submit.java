package io.semimeta.cli;

import com.sun.management.OperatingSystemMXBean;
import io.semimeta.UserError;
import io.semimeta.distributed.SparkMaster;
import io.semimeta.training.MemoryEstimate;
import java.io.IOException;
import java.io.Reader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What {@code bin/semimeta} runs first: it turns its line into one of {@code spark-submit}, without
 * starting Spark. Help and wrong options end here, so they take no time.
 */
final class Submit {
  private Submit() {}

  /**
   * Writes the command to {@code args[0]}, each word ended by a zero byte; leaves that file empty
   * when there is nothing to run. The remaining arguments are the user's.
   */
  public static void main(String[] args) throws IOException {
    Path answer = Path.of(args[0]);
    try {
      SubmitOptions line = SubmitOptions.parse(expand(List.of(args).subList(1, args.length)));
      AtomicReference<Object> command = new AtomicReference<>();
      int status = check(line.commandArguments(), command);
      if (status != RUN) {
        System.exit(status);
      }
      List<String> words = new ArrayList<>(prepare(line, command.get(), System.getenv()));
      words.add(1, typed(List.of(args).subList(1, args.length)));
      Files.writeString(answer, String.join("\0", words) + "\0");
    } catch (UserError e) {
      System.err.println("semimeta: " + e.getMessage());
      System.exit(SemiMeta.USAGE);
    }
  }

  private static String typed(List<String> arguments) {
    Path root = Path.of(System.getenv("SEMIMETA_HOME")).toAbsolutePath();
    return SubmittedLine.variable(root, Path.of("").toAbsolutePath(), arguments);
  }

  private static final int RUN = -1;
  private static final String DEPLOY_MODE = "spark.submit.deployMode";

  /**
   * Parses the command's own arguments as the program will, and answers help and mistakes.
   *
   * @param command takes the command with its options
   * @return the exit status, or {@link #RUN} when the command is to be run
   */
  private static int check(List<String> commandArguments, AtomicReference<Object> command) {
    CommandLine commandLine = SemiMeta.commandLine().setExpandAtFiles(false);
    commandLine.setExecutionStrategy(
        parsed -> {
          Integer status = CommandLine.executeHelpRequest(parsed);
          if (status == null && !parsed.hasSubcommand()) {
            throw new CommandLine.ParameterException(commandLine, "Missing command");
          }
          if (parsed.hasSubcommand()) {
            command.set(parsed.subcommand().commandSpec().userObject());
          }
          return status == null ? RUN : status;
        });
    return SemiMeta.run(commandLine, commandArguments.toArray(String[]::new));
  }

  /**
   * Replaces each {@code @file} by the words in it, in picocli's syntax.
   *
   * @throws UserError when there is no such file
   */
  static List<String> expand(List<String> arguments) {
    for (String argument : arguments) {
      boolean file = argument.length() > 1 && argument.startsWith("@");
      if (file && !argument.startsWith("@@") && !Files.isReadable(Path.of(argument.substring(1)))) {
        throw new UserError("cannot read the argument file " + argument.substring(1));
      }
    }
    CommandLine reader = new CommandLine(CommandSpec.create()).setUnmatchedArgumentsAllowed(true);
    return reader.parseArgs(arguments.toArray(String[]::new)).expandedArgs();
  }

  private static List<String> prepare(
      SubmitOptions line, Object command, Map<String, String> environment) throws IOException {
    OperatingSystemMXBean machine =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    Path sparkHome = Path.of(environment.get("SPARK_HOME")).toAbsolutePath();
    SubmitCommand builder =
        new SubmitCommand(
            Path.of(environment.get("SEMIMETA_HOME")).toAbsolutePath(),
            Path.of(environment.get("SEMIMETA_JAR")).toAbsolutePath(),
            sparkHome,
            runFolder(environment.getOrDefault("TMPDIR", "/tmp")),
            defaults(line, sparkHome, environment),
            Runtime.getRuntime().availableProcessors(),
            machine.getTotalMemorySize() >> 20);
    SubmitOptions complete = builder.withMaster(line);
    String master = builder.effective(complete).get("spark.master");
    if (new SparkMaster(master).isLocalCluster()) {
      linkSparkHome(sparkHome, builder.sparkHomeFor(master));
    }
    Optional<MemoryEstimate> estimate = Optional.empty();
    if (command instanceof TrainCommand train
        && needsEstimate(complete, builder.effective(complete))) {
      estimate = estimate(train, builder.effective(complete));
    }
    if (!(command instanceof TrainCommand train && train.isDryRun())) {
      return builder.build(complete, estimate);
    }
    System.out.println(SubmittedLine.of(builder.build(complete, estimate)));
    return builder.build(complete.with(DEPLOY_MODE, "client"), estimate);
  }

  private static Optional<MemoryEstimate> estimate(
      TrainCommand train, Map<String, String> properties) {
    try {
      return train.memory(hadoop(properties));
    } catch (UserError e) {
      throw new UserError(
          e.getMessage()
              + "; where only the cluster can read it, give --memory-per-worker: without,"
              + " containers are sized by what it holds",
          e);
    }
  }

  /** Whether containers are to be made, and nobody has said how large. */
  private static boolean needsEstimate(SubmitOptions line, Map<String, String> properties) {
    return new SparkMaster(properties.get("spark.master")).hasContainers()
        && !properties.containsKey("spark.executor.memoryOverhead")
        && WorkerOptions.in(line.commandArguments())
            .filter(asked -> asked.mebibytes().isEmpty() && asked.gpus().orElse(0) == 0)
            .isPresent();
  }

  private static Configuration hadoop(Map<String, String> properties) {
    Configuration conf = new Configuration();
    String prefix = "spark.hadoop.";
    properties.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            conf.set(name.substring(prefix.length()), value);
          }
        });
    return conf;
  }

  private static Path runFolder(String temporary) throws IOException {
    String time =
        DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
            .format(LocalDateTime.now(ZoneId.systemDefault()));
    return Files.createTempDirectory(Path.of(temporary).toAbsolutePath(), "semimeta-" + time + "-");
  }

  /**
   * Makes a SPARK_HOME of links. A local-cluster has its executors write to {@code SPARK_HOME/work}
   * and can't be told otherwise; but the user's Spark may be read-only, and two runs that start in
   * the same second would share their folders there.
   */
  static void linkSparkHome(Path sparkHome, Path links) throws IOException {
    Files.createDirectories(links);
    Path work = Files.createDirectories(links.resolveSibling("executors"));
    Files.createSymbolicLink(links.resolve("work"), work);
    List<Path> entries = new ArrayList<>();
    try (Stream<Path> list = Files.list(sparkHome)) {
      list.filter(entry -> !entry.endsWith("work")).forEach(entries::add);
    }
    for (Path entry : entries) {
      Files.createSymbolicLink(links.resolve(entry.getFileName()), entry);
    }
  }

  /** The properties that spark-submit will read from a file. */
  static Map<String, String> defaults(
      SubmitOptions line, Path sparkHome, Map<String, String> environment) throws IOException {
    String given = line.value("--properties-file");
    String folder =
        environment.getOrDefault("SPARK_CONF_DIR", sparkHome.resolve("conf").toString());
    Path file = given == null ? Path.of(folder, "spark-defaults.conf") : Path.of(given);
    if (given == null && !Files.exists(file)) {
      return Map.of();
    }
    if (!Files.isReadable(file)) {
      throw new UserError("cannot read the properties file " + file);
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    }
    Map<String, String> defaults = new HashMap<>();
    for (String name : properties.stringPropertyNames()) {
      defaults.put(name, properties.getProperty(name).strip());
    }
    return defaults;
  }
}
