package io.semimeta.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.cli.SemiMeta;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wrong lines end in {@code bin/semimeta}'s small process: nothing is submitted or written. */
class SubmissionTest {
  private static final String SAMPLE = Path.of("data-prep", "fashion-mnist", "sample").toString();

  @TempDir private Path folder;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void install() throws IOException {
    Path spark = folder.resolve("spark");
    Files.createDirectories(spark.resolve("jars"));
    io.semimeta.Versions built = io.semimeta.Versions.current();
    Files.createFile(
        spark.resolve("jars/spark-core_%s-%s.jar".formatted(built.scala(), built.spark())));
    Files.createDirectory(folder.resolve("tmp"));
    environment.put("SPARK_HOME", spark.toString());
    environment.put("SEMIMETA_HOME", folder.toString());
    environment.put("SEMIMETA_JAR", folder.resolve("semimeta.jar").toString());
    environment.put("TMPDIR", folder.resolve("tmp").toString());
  }

  private record Answer(int status, List<String> command, String err) {}

  private Answer run(String... line) {
    List<String> command = new ArrayList<>();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream before = System.err;
    int status;
    try {
      System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
      status = Submit.run(List.of(line), environment, command::addAll);
    } finally {
      System.setErr(before);
    }
    String said = err.toString(StandardCharsets.UTF_8);
    if (status == Submit.RUN) { // its last line says what begins
      int last = said.lastIndexOf("semimeta: ");
      assertTrue(said.substring(last).matches("semimeta: (starting|checking)[^\n]*\n"), said);
      said = said.substring(0, last);
    }
    return new Answer(status, command, said);
  }

  private void assertRefused(String words, String... line) {
    Answer answer = run(line);
    assertTrue(answer.err.contains(words), answer.err);
    assertEquals(1, answer.err.lines().count(), answer.err);
    assertEquals(SemiMeta.USAGE, answer.status);
    assertEquals(List.of(), answer.command);
    assertEquals(0, folder.resolve("tmp").toFile().list().length, "nothing written");
  }

  /** A line whose own options, in a recipe, may be overridden. */
  private String[] train(String... more) {
    Path recipe = folder.resolve("line.args");
    try {
      Files.writeString(
          recipe,
          "--data %s --output %s --num-label 20 --total-steps 4\n"
              .formatted(SAMPLE, folder.resolve("out")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> line = new ArrayList<>(List.of("train", "@" + recipe));
    line.addAll(List.of(more));
    return line.toArray(String[]::new);
  }

  @Test
  void aSoundLineIsSubmitted() {
    Answer answer = run(train());
    assertEquals("", answer.err);
    assertEquals(Submit.RUN, answer.status);
    assertTrue(answer.command.contains("train"), answer.command.toString());
    assertEquals(1, folder.resolve("tmp").toFile().list().length, "the run's folder");
  }

  @Test
  void onlyAVerboseRunIsToldWhenItBegan() {
    environment.put("SEMIMETA_TIME", "1790000000000001");
    assertTrue(run(train("--verbose")).command.contains("SEMIMETA_BEGAN=1790000000000001"));
    assertFalse(String.join(" ", run(train()).command).contains("SEMIMETA_BEGAN"));
    environment.remove("SEMIMETA_TIME");
    assertFalse(String.join(" ", run(train("--verbose")).command).contains("SEMIMETA_BEGAN"));
  }

  @Test
  void whatTheCommandFindsEndsIt() {
    assertRefused("--num-label 20000: only 10000", train("--num-label=20000"));
    assertRefused("is no prepared data set", train("--data=" + folder));
    assertRefused("there is no checkpoint", train("--resume"));
    assertRefused("there is no checkpoint", train("--resume", "--dry-run"));
    assertRefused("no such folder", "evaluate", "--data", SAMPLE, "--checkpoint", folder + "/x");
    assertRefused("exists already", "demo", "--output", folder.toString());
  }

  @Test
  void whatPredictFindsEndsIt() {
    String output = folder + "/predictions";
    assertRefused("no such folder", predict(output));
    assertRefused("--image-col is for --input-format", predict(output, "--image-col", "x"));
    assertRefused("--id-col is for --input-format", predict(output, "--id-col", "x"));
    assertRefused("--keep-columns is for --input-format", predict(output, "--keep-columns", "x"));
    String[] table = {"--input-format", "parquet"};
    assertRefused("give one of them", predict(output, table[0], table[1], "--format", "idx"));
    assertRefused(
        "--split is for data sets", predict(output, table[0], table[1], "--split", "test"));
    assertRefused("--verify is for data sets", predict(output, table[0], table[1], "--verify"));
    assertRefused("--mode", predict(output, "--mode", "ignore"));
    assertRefused("exists; name another, or say --mode", predict(folder.toString()));
  }

  private String[] predict(String output, String... more) {
    List<String> line = new ArrayList<>(List.of("predict", "--checkpoint", folder + "/x"));
    line.addAll(List.of("--input", SAMPLE, "--output", output));
    line.addAll(List.of(more));
    return line.toArray(String[]::new);
  }

  @Test
  void whatSparkWouldTellByATrace() {
    assertRefused("--master yarn: set HADOOP_CONF_DIR", train("--master", "yarn"));
    assertRefused("unknown host nohost.invalid", train("--master", "spark://nohost.invalid:7077"));
    assertRefused("--master local[x]", train("--master", "local[x]"));
    assertRefused("--deploy-mode cluster", train("--deploy-mode", "cluster"));
    assertRefused("spark.driver.memory", train("--driver-memory", "lots"));
    assertRefused("spark.executor.cores=two", train("--executor-cores", "two"));
    assertRefused("spark.files: " + folder + "/no: no such", train("--files", folder + "/no"));
  }

  @Test
  void noExecutorsAtFirst() {
    String dynamic = "spark.dynamicAllocation.enabled=";
    assertRefused("spark.executor.instances=0", withoutExecutors(dynamic + false));
    assertRefused("no such folder", withoutExecutors(dynamic + true));
  }

  private String[] withoutExecutors(String conf) {
    String none = "spark.executor.instances=0";
    return new String[] {
      "evaluate", "--data", SAMPLE, "--checkpoint", folder + "/x", "--conf", none, "--conf", conf
    };
  }

  /** Its classes are on their way, so what lies there is looked at later. */
  @Test
  void aFileSystemWhosePackageIsMissing() throws IOException {
    String[] conf = {"--conf", "spark.hadoop.fs.nosuch.impl=no.such.FileSystem"};
    String[] line = train("--data", "nosuch://b/x", conf[0], conf[1]);
    assertRefused("--packages", line);
    Answer answer = run(withPackages(repository(), "a:b:1", line));
    assertEquals("semimeta: fetching a:b:1, where it is not there yet\n", answer.err);
    assertEquals(Submit.RUN, answer.status);
  }

  @Test
  void aPackageThatIsNowhere() throws IOException {
    String settings = repository();
    for (String name : List.of("a:c:1", "a:b:2", "a:b")) {
      Answer answer = run(withPackages(settings, name, train()));
      List<String> said = answer.err.lines().toList();
      assertEquals(2, said.size(), answer.err);
      String last = said.get(1);
      assertTrue(last.startsWith("semimeta: --packages " + name + ": "), last);
      assertTrue(last.endsWith(" by --repositories"), last);
      assertEquals(name.equals("a:b"), !last.contains(": " + name + " not found; "), last);
      assertEquals(SemiMeta.USAGE, answer.status);
      assertEquals(List.of(), answer.command);
    }
    String[] inPods = {
      "--master", "k8s://https://h:6443", "--deploy-mode", "cluster", "--memory-per-worker", "6g"
    };
    List<String> pods = new ArrayList<>(List.of(withPackages(settings, "a:c:1", train())));
    pods.addAll(List.of(inPods));
    Answer answer = run(pods.toArray(String[]::new)); // spark-submit uploads it to the pods
    assertTrue(answer.err.contains("--packages a:c:1: a:c:1 not found; "), answer.err);
  }

  /** Makes Ivy's settings with one package, {@code a:b:1}. */
  private String repository() throws IOException {
    Path home = Files.createDirectories(folder.resolve("repository/a/b/1"));
    Files.writeString(
        home.resolve("b-1.pom"),
        "<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>b</artifactId>"
            + "<version>1</version></project>");
    try (JarOutputStream jar =
        new JarOutputStream(Files.newOutputStream(home.resolve("b-1.jar")))) {
      jar.putNextEntry(new ZipEntry("nothing"));
    }
    Path settings = folder.resolve("ivysettings.xml");
    Files.writeString(
        settings,
        """
        <ivysettings><settings defaultResolver="here"/><resolvers>
        <ibiblio name="here" m2compatible="true" root="%s"/></resolvers></ivysettings>
        """
            .formatted(folder.resolve("repository").toUri()));
    return settings.toString();
  }

  private String[] withPackages(String settings, String packages, String... line) {
    List<String> more = new ArrayList<>(List.of(line));
    more.addAll(List.of("--packages", packages, "--conf", "spark.jars.ivySettings=" + settings));
    more.addAll(List.of("--conf", "spark.jars.ivy=" + folder.resolve("ivy")));
    return more.toArray(String[]::new);
  }

  /** What only the cluster can read, nobody looks at here; options are looked at anywhere. */
  @Test
  void aDriverInTheCluster() {
    String[] cluster = {
      "--master", "k8s://https://h:6443", "--deploy-mode", "cluster", "--memory-per-worker", "6g"
    };
    List<String> line = new ArrayList<>(List.of(train("--data", "hdfs://nohost.invalid/d")));
    line.addAll(List.of(cluster));
    Answer answer = run(line.toArray(String[]::new));
    assertEquals("", answer.err);
    assertEquals(Submit.RUN, answer.status);
    line.addAll(List.of("--warmup", "-1"));
    answer = run(line.toArray(String[]::new));
    assertTrue(answer.err.contains("--warmup -1: must be"), answer.err);
    assertEquals(SemiMeta.USAGE, answer.status);
  }

  @Test
  void anotherSparkOrNoTemporaryFolder() throws IOException {
    environment.put("TMPDIR", folder + "/gone");
    Answer answer = run(train());
    assertEquals(
        "semimeta: TMPDIR: no folder can be made in %s/gone (no such file or folder); set it to one"
                .formatted(folder)
            + " that exists and is writable\n",
        answer.err);
    assertEquals(SemiMeta.USAGE, answer.status);
    environment.put("TMPDIR", folder.resolve("tmp").toString());
    Path old = Files.createDirectories(folder.resolve("old/jars"));
    Files.createFile(old.resolve("spark-core_2.12-3.4.4.jar"));
    environment.put("SPARK_HOME", folder + "/old");
    assertRefused("this is Spark 3.4.4; SemiMeta needs 3.5 or 4.1", train());
  }

  /** A recipe's options are there to be overridden. */
  @Test
  void anOptionThatIsThereTwice() throws IOException {
    Path recipe = Files.writeString(folder.resolve("a.args"), "--num-label 30\n");
    assertEquals("", run(train("@" + recipe)).err);
    assertEquals(
        "semimeta: --num-label is there twice; the last holds\n",
        run(train("--num-label", "30", "--num-label=40")).err);
    String both = run("evaluate", "--checkpoint=a", "--checkpoint=b", "--data=c").err;
    assertFalse(both.contains("twice"), both);
  }

  /** A setting of another program's. */
  @Test
  void namesThatAreNoneOfSparks() throws IOException {
    Path file = Files.writeString(folder.resolve("mine"), "sprak.master=yarn\nspark.a=b\n");
    Answer answer = run(train("--properties-file", file.toString()));
    assertEquals(Submit.RUN, answer.status);
    assertTrue(answer.err.contains("'sprak.master' is ignored"), answer.err);
    assertEquals(1, answer.err.lines().count(), answer.err);
  }
}
