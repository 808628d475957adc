package io.semimeta.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.cli.Checked;
import io.semimeta.cli.SemiMeta;
import io.semimeta.cli.line.SubmitOptions;
import io.semimeta.cli.line.SubmittedLine;
import io.semimeta.cluster.MemoryEstimate;
import io.semimeta.cluster.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SubmitTest {
  private static final Path JAR = Path.of("/src/semi meta/target/semimeta.jar");

  @TempDir Path folder;

  private Map<String, String> defaults = Map.of();

  private List<String> command(String line) {
    return command(line, Optional.empty());
  }

  private List<String> command(String line, Optional<MemoryEstimate> estimate) {
    SubmitOptions options = SubmitOptions.parse(List.of(line.split(" ")));
    SubmitCommand builder =
        new SubmitCommand(
            Path.of("/src/semi meta"),
            JAR,
            Path.of("/spark"),
            Path.of("/run"),
            asked(options.commandArguments()),
            defaults,
            8,
            16_384);
    return builder.build(builder.withMaster(options), estimate);
  }

  /** What the command asks for by a line that may lack its other options. */
  private static Optional<Resources> asked(List<String> arguments) {
    CommandLine program = SemiMeta.commandLine().setUnmatchedArgumentsAllowed(true);
    CommandLine command = program.getSubcommands().get(arguments.get(0));
    program.getCommandSpec().parser().collectErrors(true);
    command.getCommandSpec().parser().collectErrors(true);
    program.parseArgs(arguments.toArray(String[]::new));
    return ((Checked) command.getCommandSpec().userObject()).asked();
  }

  /** The last value that the command gives each property. */
  private Map<String, String> properties(String line) {
    List<String> command = command(line);
    Map<String, String> properties = new HashMap<>();
    for (int i = 1; i < command.size(); i++) {
      if (command.get(i - 1).equals("--conf")) {
        String[] pair = command.get(i).split("=", 2);
        properties.put(pair[0], pair[1]);
      }
    }
    return properties;
  }

  private String master(String line) {
    return properties(line).get("spark.master");
  }

  @Test
  void theWholeCommandForAnotherMaster() {
    List<String> command = command("train --master yarn --data d @x");
    assertEquals(
        List.of("env", "SPARK_HOME=/spark", "/spark/bin/spark-submit", "--class"),
        command.subList(0, 4));
    assertEquals("io.semimeta.cli.SemiMeta", command.get(4));
    assertEquals(
        List.of("/src/semi meta/target/semimeta.jar", "train", "--data", "d", "@@x"),
        command.subList(command.size() - 5, command.size()));
    assertTrue(command.indexOf("yarn") == command.indexOf("--master") + 1);
  }

  @Test
  void podsHaveTheJarInTheirImage() {
    String line = "train --master k8s://https://h:6443 --deploy-mode ";
    for (String mode : List.of("cluster", "client")) {
      List<String> command = command(line + mode);
      assertEquals(
          List.of("spark-internal", "train"), command.subList(command.size() - 2, command.size()));
      assertFalse(properties(line + mode).containsKey("spark.executor.extraClassPath"));
    }
    assertFalse(properties(line + "cluster").containsKey("spark.driver.extraClassPath"));
    assertEquals(
        "/src/semi meta/target/semimeta.jar",
        properties(line + "client").get("spark.driver.extraClassPath"));
  }

  @Test
  void workersChooseTheMaster() {
    assertEquals("local[*]", master("prepare --input x"));
    assertEquals("local[*]", master("train --workers 1"));
    assertEquals("local-cluster[3,2,1365]", master("train --workers 3"));
    assertEquals("local-cluster[16,1,1024]", master("train --workers=16"));
    assertEquals("local-cluster[2,4,2048]", master("demo"));
    assertEquals("local[*]", master("demo --workers 1"));
    assertEquals("local[*]", master("train --output demo"));
  }

  @Test
  void workersMustBeANumber() {
    for (String workers : List.of("0", "-1", "100000")) {
      assertThrows(UserError.class, () -> command("train --workers " + workers), workers);
    }
  }

  @Test
  void aMasterOfTheUsersStands() {
    assertEquals(null, master("train --master yarn --workers 4"));
    assertEquals("yarn", master("train --workers 4 --conf spark.master=yarn"));
    defaults = Map.of("spark.master", "spark://h:7077");
    assertEquals(null, master("train --workers 4"));
  }

  /** Each master's own settings. */
  @Test
  void whatWorkersAskForBecomesSettings() {
    String asked = "train --workers 3 --cores-per-worker 4 --memory-per-worker 6g";
    assertEquals("local-cluster[3,4,1536]", master(asked));
    assertEquals("4", properties(asked).get("spark.task.cpus"));
    assertEquals("local[4]", master("train --cores-per-worker 4 --memory-per-worker 6g"));
    assertEquals(
        "1536m",
        properties("train --cores-per-worker 4 --memory-per-worker 6g").get("spark.driver.memory"));

    Map<String, String> standalone = properties(asked + " --master spark://h:7077");
    assertEquals("12", standalone.get("spark.cores.max"));
    assertEquals("4", standalone.get("spark.executor.cores"));
    assertEquals("4", standalone.get("spark.task.cpus"));
    assertEquals("1536m", standalone.get("spark.executor.memory"));
    assertEquals("false", standalone.get("spark.dynamicAllocation.enabled"));
    assertFalse(standalone.containsKey("spark.executor.instances"));

    for (String master : List.of("yarn", "k8s://https://h:6443")) {
      Map<String, String> containers =
          properties(asked + " --gpus-per-worker 1 --master " + master);
      assertEquals("3", containers.get("spark.executor.instances"), master);
      assertEquals("4", containers.get("spark.executor.cores"), master);
      assertEquals("4", containers.get("spark.task.cpus"), master);
      assertEquals("1536m", containers.get("spark.executor.memory"), master);
      assertEquals("4608m", containers.get("spark.executor.memoryOverhead"), master);
      assertEquals("1", containers.get("spark.executor.resource.gpu.amount"), master);
      assertEquals("1", containers.get("spark.task.resource.gpu.amount"), master);
      assertFalse(containers.containsKey("spark.cores.max"), master);
    }
    assertFalse(properties("evaluate --master yarn").containsKey("spark.executor.instances"));
  }

  /** The line's settings, then the command's options, then the file. */
  @Test
  void theLineBeatsOptionsAndOptionsBeatTheFile() {
    defaults = Map.of("spark.executor.cores", "2", "spark.dynamicAllocation.enabled", "true");
    String yarn = "train --master yarn --workers 3 ";
    assertEquals("2", properties(yarn).get("spark.task.cpus"));
    assertEquals("false", properties(yarn).get("spark.dynamicAllocation.enabled"));
    assertEquals("4", properties(yarn + "--cores-per-worker 4").get("spark.executor.cores"));
    Map<String, String> line =
        properties(
            yarn
                + "--cores-per-worker 4 --executor-cores 8 --executor-memory 4g"
                + " --memory-per-worker 10g");
    assertFalse(line.containsKey("spark.executor.cores"), "the line has it already");
    assertEquals("8", line.get("spark.task.cpus"));
    assertEquals("6144m", line.get("spark.executor.memoryOverhead"));
    assertFalse(properties(yarn + "--num-executors 9").containsKey("spark.executor.instances"));
  }

  @Test
  void containersAreSizedByTheEstimate() {
    long mebi = 1 << 20;
    MemoryEstimate estimate =
        new MemoryEstimate(400 * mebi, 10 * mebi, 100 * mebi, 1000 * mebi + 1, 3000 * mebi);
    List<String> command = command("train --master yarn", Optional.of(estimate));
    assertTrue(command.contains("spark.executor.memoryOverhead=1511m"), command + "");
    assertTrue(command.contains("spark.executor.memory=3000m"), command + "");
  }

  @Test
  void workersThatCannotBeAreRefused() {
    for (String option :
        List.of(
            "--cores-per-worker 0",
            "--gpus-per-worker 2",
            "--memory-per-worker lots",
            "--memory-per-worker 1g")) {
      UserError error =
          assertThrows(UserError.class, () -> command("train --master yarn " + option), option);
      assertTrue(error.getMessage().contains(option.split(" ", 2)[0]), error.getMessage());
    }
  }

  /** What a dry run shows can be copied, and holds no secret. */
  @Test
  void theLineIsOneForAShellWithoutSecrets() {
    assertEquals(
        "env spark-submit --conf 'a=b \"-Dx.password=(redacted)\"'"
            + " --conf 'spark.authenticate.secret=(redacted)' train 'it'\\''s'",
        SubmittedLine.of(
            List.of(
                "env",
                "spark-submit",
                "--conf",
                "a=b \"-Dx.password=hush\"",
                "--conf",
                "spark.authenticate.secret=my word",
                "train",
                "--dry-run",
                "it's")));
  }

  @Test
  void executorsOnThisMachineFitTheirWorkers() {
    assertEquals("2048m", properties("train --workers 2").get("spark.executor.memory"));
    assertEquals("local-cluster[2,4,5120]", master("train --workers 2 --executor-memory 5g"));
    assertEquals(
        "700m", properties("train --master local-cluster[2,1,700]").get("spark.executor.memory"));
    assertThrows(UserError.class, () -> command("train --workers 2 --executor-memory lots"));
  }

  @Test
  void localMastersStayOnThisMachine() {
    for (String line : List.of("prepare", "demo", "train --master local[2]")) {
      assertTrue(command(line).contains("SPARK_LOCAL_IP=127.0.0.1"), line);
      assertTrue(command(line).contains("spark-internal"), line);
    }
    Map<String, String> elsewhere = properties("train --master spark://h:7077");
    assertFalse(elsewhere.containsKey("spark.executor.memory"));
    assertEquals("2s", elsewhere.get("spark.executor.heartbeatInterval"));
    assertEquals("1", properties("train --master yarn").get("spark.yarn.maxAppAttempts"));
  }

  @Test
  void javaElsewhereCanNameAllFiles() {
    for (String master : List.of("yarn", "spark://h:7077", "k8s://https://h:6443")) {
      Map<String, String> set = properties("train --master " + master);
      assertEquals("C.UTF-8", set.get("spark.executorEnv.LC_ALL"), master);
      assertEquals("C.UTF-8", set.get("spark.yarn.appMasterEnv.LC_ALL"), master);
      assertEquals("3000", set.get("spark.executorEnv.GOMP_SPINCOUNT"), master);
    }
    String own = "train --master yarn --conf spark.executorEnv.LC_ALL=de_DE.UTF-8";
    assertEquals("de_DE.UTF-8", properties(own).get("spark.executorEnv.LC_ALL"));
    // Here all inherit what bin/semimeta has found on this machine.
    assertFalse(properties("train --workers 2").containsKey("spark.executorEnv.LC_ALL"));
  }

  @Test
  void onlyExecutorsOfTheirOwnNeedASparkHomeOfTheirOwn() {
    assertEquals("SPARK_HOME=/run/spark", command("demo").get(1));
    assertEquals("SPARK_HOME=/spark", command("prepare").get(1));
  }

  @Test
  void whatTheUserSetStands() {
    defaults = Map.of("spark.task.reaper.killTimeout", "9s");
    Map<String, String> set =
        properties("demo --conf spark.barrier.sync.timeout=7 --name mine --driver-memory 3g");
    assertFalse(set.containsKey("spark.task.reaper.killTimeout"));
    assertFalse(set.containsKey("spark.app.name"));
    assertFalse(set.containsKey("spark.driver.memory"));
    assertEquals("7", set.get("spark.barrier.sync.timeout"));
    assertEquals("true", set.get("spark.task.reaper.enabled"));
  }

  @Test
  void javaOptionsAndClassPathsAreAddedTo() {
    defaults = Map.of("spark.driver.defaultJavaOptions", "-Dadmin=1");
    Map<String, String> set = properties("demo --driver-class-path a.jar");
    assertEquals(
        "a.jar:/src/semi meta/target/semimeta.jar", set.get("spark.driver.extraClassPath"));
    String driver = set.get("spark.driver.defaultJavaOptions");
    assertTrue(driver.startsWith("-Dadmin=1 \"-Dlog4j2.configurationFile="), driver);
    assertFalse(command("demo --driver-class-path a.jar").contains("--driver-class-path"));
  }

  @Test
  void theLogIsWhereTheDriverIs() {
    String options = properties("demo").get("spark.driver.defaultJavaOptions");
    assertTrue(options.contains("\"-Dsemimeta.log=/run/semimeta.log\""), options);
    assertTrue(
        options.contains(
            "\"-Dlog4j2.configurationFile=file:///src/semi%20meta/conf/log4j2.properties\""),
        options);
    assertFalse(
        properties("train --master yarn --deploy-mode cluster")
            .containsKey("spark.driver.defaultJavaOptions"));
  }

  /** On a cluster it is the cluster's to say. */
  @Test
  void executorsOnThisMachineLogAsTheDriverDoes() {
    defaults = Map.of("spark.executor.defaultJavaOptions", "-Dadmin=1");
    assertEquals(
        "-Dadmin=1"
            + " \"-Dlog4j2.configurationFile=file:///src/semi%20meta/conf/log4j2-executor.properties\"",
        properties("demo").get("spark.executor.defaultJavaOptions"));
    for (String line : List.of("train --master yarn", "train --workers 1")) {
      assertFalse(properties(line).containsKey("spark.executor.defaultJavaOptions"), line);
    }
  }

  @Test
  void propertiesComeFromTheFileThatSparkReads() throws IOException {
    Path conf = Files.createDirectories(folder.resolve("conf"));
    Files.writeString(conf.resolve("spark-defaults.conf"), "spark.master  yarn \nspark.a=b\n");
    Files.writeString(folder.resolve("mine"), "spark.c d\n");
    SubmitOptions none = SubmitOptions.parse(List.of("train"));
    assertEquals(
        Map.of("spark.master", "yarn", "spark.a", "b"), Submit.defaults(none, folder, Map.of()));
    assertEquals(
        Map.of(), Submit.defaults(none, folder, Map.of("SPARK_CONF_DIR", folder.toString())));
    SubmitOptions given =
        SubmitOptions.parse(
            List.of("train", "--properties-file", folder.resolve("mine").toString()));
    assertEquals(Map.of("spark.c", "d"), Submit.defaults(given, folder, Map.of()));
    SubmitOptions missing =
        SubmitOptions.parse(List.of("train", "--properties-file", folder.resolve("no").toString()));
    assertThrows(UserError.class, () -> Submit.defaults(missing, folder, Map.of()));
    Files.writeString(folder.resolve("mine"), "\ufeffspark.c d\n");
    UserError marked =
        assertThrows(UserError.class, () -> Submit.defaults(given, folder, Map.of()));
    assertTrue(marked.getMessage().contains("byte-order mark"), marked.getMessage());
  }

  @Test
  void aSparkHomeOfLinksHasAWorkFolderOfItsOwn() throws IOException {
    Path spark = folder.resolve("spark");
    for (String name : List.of("jars", "bin", "work")) {
      Files.createDirectories(spark.resolve(name));
    }
    Path links = folder.resolve("run").resolve("spark");
    Submit.linkSparkHome(spark, links);
    assertEquals(spark.resolve("jars").toRealPath(), links.resolve("jars").toRealPath());
    assertEquals(
        folder.resolve("run").resolve("executors").toRealPath(),
        links.resolve("work").toRealPath());
    assertEquals(3, Arrays.asList(links.toFile().list()).size());
  }

  /** Java ignores an archive of other classes, but not where it looks for one. */
  @Test
  void classesComeFromTheArchiveOfTheBuildWhereItsSparkIsUsed() throws IOException {
    Path archive = Files.createFile(folder.resolve("classes.jsa"));
    String option = "\"-XX:SharedArchiveFile=" + archive + "\"";
    for (String spark : List.of("spark", "another")) {
      SubmitCommand builder =
          new SubmitCommand(
              folder,
              folder.resolve("semimeta.jar"),
              folder.resolve(spark),
              folder.resolve("run"),
              Optional.empty(),
              Map.of(),
              8,
              16_384);
      for (String master : List.of("local[2]", "local-cluster[2,1,512]", "spark://a:1")) {
        SubmitOptions line = SubmitOptions.parse(List.of("--master", master, "train"));
        List<String> given =
            builder.build(line, Optional.empty()).stream()
                .filter(word -> word.endsWith(option))
                .map(word -> word.substring(0, word.indexOf('=')))
                .sorted()
                .toList();
        List<String> expected =
            !spark.equals("spark") || master.startsWith("spark:")
                ? List.of()
                : master.startsWith("local-")
                    ? List.of(
                        "spark.driver.defaultJavaOptions", "spark.executor.defaultJavaOptions")
                    : List.of("spark.driver.defaultJavaOptions");
        assertEquals(expected, given, spark + " " + master);
      }
    }
  }
}
