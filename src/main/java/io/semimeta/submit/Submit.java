package io.semimeta.submit;

import com.sun.management.OperatingSystemMXBean;
import io.semimeta.Shown;
import io.semimeta.UserError;
import io.semimeta.cli.Checked;
import io.semimeta.cli.NextCommand;
import io.semimeta.cli.SemiMeta;
import io.semimeta.cli.line.ArgumentFiles;
import io.semimeta.cli.line.SubmitOptions;
import io.semimeta.cli.line.SubmittedLine;
import io.semimeta.cli.summary.StartTimes;
import io.semimeta.cluster.Cluster;
import io.semimeta.cluster.MemoryEstimate;
import io.semimeta.cluster.SparkMaster;
import io.semimeta.cluster.SparkVersion;
import io.semimeta.files.FileReading;
import io.semimeta.files.TextFiles;
import java.io.IOException;
import java.io.StringReader;
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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.logging.log4j.simple.SimpleLoggerContextFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Runs first in {@code bin/semimeta}: it turns the line into one of {@code spark-submit}, without
 * starting Spark. Help and wrong options end here, so they take no time.
 */
public final class Submit {
  private Submit() {}

  /**
   * Writes the command to {@code args[0]}, each word ended by a zero byte; it leaves that file
   * empty when there is nothing to run. The remaining arguments are the user's.
   */
  public static void main(String[] args) {
    // What goes wrong is told in one line, and log4j's own start takes a second.
    System.setProperty("log4j2.loggerContextFactory", SimpleLoggerContextFactory.class.getName());
    System.setProperty("org.apache.logging.log4j.simplelog.level", "OFF");
    List<String> words = new ArrayList<>();
    int status = run(List.of(args).subList(1, args.length), System.getenv(), words::addAll);
    if (status == RUN) {
      status = write(Path.of(args[0]), words);
    }
    System.exit(status);
  }

  /**
   * Makes the command of a line.
   *
   * @param command takes the words of the command
   * @return the exit status, or {@link #RUN} when the command is to be run
   */
  static int run(
      List<String> arguments, Map<String, String> environment, Consumer<List<String>> command) {
    try {
      SubmitOptions line = SubmitOptions.parse(ArgumentFiles.expand(arguments));
      SubmitOptions.repeated(arguments).stream()
          .filter(option -> !mayBeRepeated(line, option))
          .forEach(option -> tell(option + " is there twice; the last holds"));
      AtomicReference<Checked> parsed = new AtomicReference<>();
      int status = check(line.commandArguments(), parsed);
      if (status == RUN) {
        command.accept(prepare(line, parsed.get(), environment));
      }
      return status;
    } catch (Exception | Error e) { // whatever it is, it is reported as the program itself does
      return SemiMeta.report(e, SemiMeta.commandLine());
    }
  }

  private static int write(Path answer, List<String> words) {
    try {
      Files.writeString(answer, String.join("\0", words) + "\0");
      return 0;
    } catch (IOException e) {
      return SemiMeta.report(e, SemiMeta.commandLine());
    }
  }

  static final int RUN = -1;

  private static boolean mayBeRepeated(SubmitOptions line, String option) {
    return line.commandArguments().stream()
        .findFirst()
        .map(SemiMeta.commandLine().getSubcommands()::get)
        .map(command -> command.getCommandSpec().findOption(option))
        .filter(OptionSpec::isMultiValue)
        .isPresent();
  }

  /**
   * Parses the command's own arguments as the program will, and answers help and mistakes.
   *
   * @param command takes the command object with its options
   * @return the exit status, or {@link #RUN} when the command is to be run
   */
  private static int check(List<String> commandArguments, AtomicReference<Checked> command) {
    CommandLine commandLine = SemiMeta.commandLine();
    commandLine.setExecutionStrategy(
        parsed -> {
          Integer status = CommandLine.executeHelpRequest(parsed);
          if (status == null && !parsed.hasSubcommand()) {
            throw new CommandLine.ParameterException(commandLine, "Missing command");
          }
          SemiMeta.requireOptionsLast(parsed);
          if (parsed.hasSubcommand()) {
            List<CommandLine> named = parsed.asCommandLineList();
            command.set((Checked) named.get(named.size() - 1).getCommand());
          }
          return status == null ? RUN : status;
        });
    return SemiMeta.run(commandLine, commandArguments.toArray(String[]::new));
  }

  private static List<String> prepare(
      SubmitOptions line, Checked command, Map<String, String> environment) throws IOException {
    OperatingSystemMXBean machine =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    Path sparkHome = Path.of(environment.get("SPARK_HOME")).toAbsolutePath();
    SparkVersion.require(sparkHome);
    Path temporary = Path.of(environment.getOrDefault("TMPDIR", "/tmp")).toAbsolutePath();
    SubmitCommand builder =
        new SubmitCommand(
            Path.of(environment.get("SEMIMETA_HOME")).toAbsolutePath(),
            Path.of(environment.get("SEMIMETA_JAR")).toAbsolutePath(),
            sparkHome,
            temporary,
            command.asked(),
            defaults(line, sparkHome, environment),
            Runtime.getRuntime().availableProcessors(),
            machine.getTotalMemorySize() >> 20);
    SubmitOptions complete = builder.withMaster(line);
    boolean dryRun = command.isDryRun();
    Submission submission = new Submission(builder.application(complete), environment);
    Cluster cluster = submission.check(command, dryRun);
    Map<String, String> properties = submission.properties();
    Packages.named(properties, dryRun)
        .ifPresent(
            names -> {
              tell("fetching " + names + ", where it is not there yet");
              Packages.fetch(names, properties);
            });
    Optional<MemoryEstimate> estimate = Optional.empty();
    if (cluster.isUnsized()) {
      estimate = estimate(command, submission.hadoop());
    }
    builder = builder.in(runFolder(temporary)); // from here on something is written
    SparkMaster master = cluster.master();
    if (master.isLocalCluster()) {
      linkSparkHome(sparkHome, builder.sparkHomeFor(master));
    }
    if (dryRun) {
      System.out.println(SubmittedLine.of(builder.build(complete, estimate)));
      complete = complete.with("spark.submit.deployMode", "client");
    }
    // The user is told what begins, because Spark takes some seconds to say anything.
    tell(
        dryRun
            ? "checking, with Spark on this machine"
            : SubmittedLine.beginning(master, command.asked()));
    List<String> words = new ArrayList<>(builder.build(complete, estimate));
    String script = environment.getOrDefault("SEMIMETA_SCRIPT", "bin/semimeta");
    String time = environment.getOrDefault("SEMIMETA_TIME", "");
    if (!time.isEmpty() && line.has("--verbose")) {
      words.add(1, StartTimes.VARIABLE + "=" + time);
    }
    words.add(1, NextCommand.VARIABLE + "=" + SubmittedLine.prefix(script, line));
    return words;
  }

  private static void tell(String beginning) {
    System.err.println("semimeta: " + beginning);
  }

  private static Optional<MemoryEstimate> estimate(Checked command, Configuration conf) {
    try {
      return command.memory(conf);
    } catch (UserError e) {
      throw new UserError(
          e.getMessage()
              + "; where only the cluster can read it, give --memory-per-worker: without,"
              + " containers are sized by what it holds",
          e);
    }
  }

  private static Path runFolder(Path temporary) throws IOException {
    String time =
        DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT)
            .format(LocalDateTime.now(ZoneId.systemDefault()));
    try {
      return Files.createTempDirectory(temporary, "semimeta-" + time + "-");
    } catch (IOException e) {
      throw new UserError(
          "TMPDIR: no folder can be made in %s (%s); set it to one that exists and is writable"
              .formatted(temporary, FileReading.reason(e)),
          e);
    }
  }

  /**
   * Makes a SPARK_HOME of links. A local-cluster has its executors write to {@code SPARK_HOME/work}
   * and can't be told otherwise; but the user's Spark may be read-only, and two runs that start in
   * the same second would share their folders there.
   */
  public static void linkSparkHome(Path sparkHome, Path links) throws IOException {
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

  /** Returns the properties that spark-submit will read from a file. */
  public static Map<String, String> defaults(
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
    properties.load(new StringReader(text(file)));
    Map<String, String> defaults = new HashMap<>();
    for (String name : properties.stringPropertyNames()) {
      if (!name.startsWith("spark.")) {
        System.err.printf(
            "semimeta: %s: '%s' is ignored: the names of Spark's settings begin with spark.%n",
            Shown.text(file), Shown.text(name));
      }
      defaults.put(name, properties.getProperty(name).strip());
    }
    return defaults;
  }

  /** Returns the file's text, as Spark will read it. */
  private static String text(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    String text = TextFiles.text(content, "the properties file " + file);
    if (text.length() < new String(content, StandardCharsets.UTF_8).length()) {
      throw new UserError(
          "the properties file "
              + file
              + " begins with a byte-order mark, which Spark takes for part of the first name; save"
              + " it as UTF-8 without");
    }
    return text;
  }
}
