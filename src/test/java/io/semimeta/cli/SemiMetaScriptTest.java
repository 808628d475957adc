package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code bin/semimeta} in a checkout of no sources, with a {@code java} and a {@code mvn} that only
 * say that they were called. The path of the checkout has a blank.
 */
class SemiMetaScriptTest {
  private static final Instant BUILT = Instant.parse("2026-01-02T00:00:00Z");

  @TempDir Path folder;
  private Path root;
  private final Map<String, String> environment = new TreeMap<>();

  private record Outcome(int status, String out, String err) {}

  @BeforeEach
  void makeCheckout() throws IOException {
    root = folder.resolve("check out");
    for (String file :
        List.of(
            "pom.xml",
            ".mvn/jvm.config",
            "docs/a.md",
            "src/main/java/A.java",
            "src/test/java/T.java",
            "src/bigdl/java/B.java",
            "src/bigdl/resources/r",
            "src/bigdl/test/T.java")) {
      write(root.resolve(file), "");
    }
    Path script = Path.of("bin", "semimeta");
    Files.copy(script, Files.createDirectories(root.resolve("bin")).resolve("semimeta"));
    java("17.0.15");
    String version = "echo \"$@\" >>'%s'\n".formatted(folder.resolve("built"));
    program(
        folder.resolve("bin/mvn"),
        version
            + """
            [[ $* == *-Dspark=4* ]] && target=target/spark4 || target=target
            mkdir -p $target/spark/bin && touch $target/semimeta.jar $target/spark/bin/spark-submit
            chmod +x $target/spark/bin/spark-submit
            """);
    program(folder.resolve("bin/javac"), "");
    environment.put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
    environment.put("HOME", folder.toString());
  }

  /** A Java of that version, which submits an {@code env}. */
  private void java(String version) throws IOException {
    program(
        folder.resolve("bin/java"),
        """
        if [[ $1 == -version ]]; then
          echo 'openjdk version "%s" 2025-04-15' >&2
        else
          while [[ $1 != io.semimeta.submit.Submit ]]; do shift; done
          plan=$2
          option=-XX:ArchiveClassesAtExit=
          while (($# > 0)) && [[ $1 != *$option* ]]; do shift; done
          if (($# > 0)); then
            echo "$1" >>'%s'
            file=${1#*$option}
            printf '%%s\\0' "${ARCHIVER:-cp}" '%s' "${file%%\\"}" >"$plan"
          else
            printf 'env\\0' >"$plan"
          fi
        fi
        """
            .formatted(version, folder.resolve("archived"), folder.resolve("classes")));
  }

  private static void program(Path file, String text) throws IOException {
    write(file, "#!/usr/bin/env bash\n" + text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private Outcome run() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(root.resolve("bin/semimeta").toString(), "train")
            .directory(root.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try {
      return new Outcome(process.waitFor(), Files.readString(out), Files.readString(err));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Map<String, String> submitted() throws IOException {
    Outcome outcome = run();
    assertEquals(0, outcome.status, outcome.err);
    Map<String, String> variables = new TreeMap<>();
    outcome.out.lines().forEach(l -> variables.put(l.split("=", 2)[0], l.split("=", 2)[1]));
    return variables;
  }

  private void assertRefused(String message) throws IOException {
    Outcome outcome = run();
    assertEquals("semimeta: " + message + "\n", outcome.err);
    assertEquals(2, outcome.status);
    assertFalse(Files.exists(folder.resolve("built")), "nothing built");
  }

  private List<String> builds() throws IOException {
    Path built = folder.resolve("built");
    return Files.exists(built) ? Files.readAllLines(built) : List.of();
  }

  /** Makes all files older than the jar, but for one. */
  private void touch(String newer) throws IOException {
    try (var files = Files.walk(root)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(BUILT.minusSeconds(60)));
      }
    }
    Files.setLastModifiedTime(root.resolve("target/semimeta.jar"), FileTime.from(BUILT));
    write(root.resolve(newer), "");
    Files.setLastModifiedTime(root.resolve(newer), FileTime.from(BUILT.plusSeconds(60)));
  }

  private boolean rebuilds(String newer) throws IOException {
    touch(newer);
    int before = builds().size();
    submitted();
    return builds().size() > before;
  }

  @Test
  void onlyWhatGoesIntoTheJarMakesItOld() throws IOException {
    Map<String, String> submitted = submitted();
    assertEquals(1, builds().size());
    assertEquals(root.resolve("target/semimeta.jar").toString(), submitted.get("SEMIMETA_JAR"));
    assertEquals(root.resolve("target/spark").toString(), submitted.get("SPARK_HOME"));
    for (String source : List.of("pom.xml", "src/main/java/A.java")) {
      assertTrue(rebuilds(source), source);
    }
    for (String other :
        List.of(
            "docs/a.md",
            "src/test/java/T.java",
            "src/bigdl/java/B.java",
            "bin/semimeta.txt",
            ".mvn/jvm.config",
            "../.m2/repository/com/intel/analytics/bigdl/bigdl-dllib-spark3/2.4.0/b.jar")) {
      assertFalse(rebuilds(other), other);
    }
  }

  /** An archive of classes makes a start faster; without one all goes on as well. */
  @Test
  void aBuildLeavesAnArchiveOfClasses() throws IOException {
    Path archive = root.resolve("target/classes.jsa");
    submitted();
    assertFalse(Files.exists(archive), "the run that was to make it failed");
    Files.writeString(folder.resolve("classes"), "some");
    assertTrue(rebuilds("pom.xml"));
    assertEquals("some", Files.readString(archive));
    submitted();
    assertEquals(2, Files.readAllLines(folder.resolve("archived")).size());
    try (var left = Files.list(root.resolve("target"))) {
      assertEquals(
          List.of("classes.jsa", "semimeta.jar", "spark"),
          left.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  /** Java answers SIGINT by an exit status, which the shell takes for the end of the matter. */
  @Test
  void aSignalWhileClassesAreArchivedEndsTheCommand() throws IOException {
    Path archiver = folder.resolve("bin/archiver");
    program(archiver, "read -r _ _ _ script _ </proc/$PPID/stat; kill -INT $script; exit 130");
    environment.put("ARCHIVER", archiver.toString());
    Outcome outcome = run();
    assertEquals(130, outcome.status, outcome.err);
    assertEquals("", outcome.out, "nothing was submitted");
    try (var left = Files.list(root.resolve("target"))) {
      assertEquals(2, left.count(), "jar and Spark");
    }
  }

  @Test
  void bigDlCountsFromWhenItIsInstalled() throws IOException {
    submitted();
    assertTrue(rebuilds(".mvn/bigdl"));
    for (String source : List.of("src/bigdl/java/B.java", "src/bigdl/resources/r")) {
      assertTrue(rebuilds(source), source);
    }
    assertFalse(rebuilds("src/bigdl/test/T.java"));
  }

  @Test
  void withoutAHomeAllIsTheSame() throws IOException {
    environment.remove("HOME");
    submitted();
  }

  @Test
  void aTemporaryFolderThatCannotBeUsedIsNamed() throws IOException {
    Path none = folder.resolve("none");
    environment.put("TMPDIR", none.toString());
    assertRefused("TMPDIR=" + none + " does not exist: create it or unset it");
    environment.put("TMPDIR", "/proc/self");
    assertRefused(
        "cannot write in TMPDIR=/proc/self: set TMPDIR to a folder with room that you may write"
            + " in");
    environment.put("TMPDIR", Files.createDirectories(folder.resolve("a b")).toString());
    submitted();
    try (var left = Files.list(folder.resolve("a b"))) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void aCheckoutThatCannotBeWrittenIsUsedAsItIs() throws IOException {
    Path target = root.resolve("target");
    write(target, "a file, which root cannot write a folder to either");
    assertRefused(
        "cannot build, which %s needs: %s cannot be written; let its owner run this once"
            .formatted(target.resolve("semimeta.jar"), target));
    Files.delete(target);
    submitted();
    touch("docs/a.md");
    Files.delete(folder.resolve("bin/mvn"));
    submitted();
  }

  @Test
  void aJavaThatSparkDoesNotStartOnIsNamed() throws IOException {
    Path java = folder.resolve("bin/java");
    for (String version : List.of("11.0.2", "24", "1.8.0_392")) {
      java(version);
      assertRefused(
          "java is version %s, Spark needs 17 to 23: set JAVA_HOME to a JDK 17"
              .formatted(version.split("\\.", 2)[0]));
    }
    program(java, "echo 'Error: no such option'; echo more; exit 1");
    assertRefused("java does not start: Error: no such option");
    environment.put("JAVA_HOME", "/none");
    assertRefused("no /none/bin/java: install a JDK 17, or set JAVA_HOME to one");
  }

  private void sparkHome(String core) throws IOException {
    Path home = folder.resolve("spark " + core);
    program(home.resolve("bin/spark-submit"), "");
    write(home.resolve("jars").resolve(core), "");
    environment.put("SPARK_HOME", home.toString());
  }

  @Test
  void anotherSparkIsNamed() throws IOException {
    String remedy = ": set it to a Spark, or unset it to use the one of the build";
    environment.put("SPARK_HOME", folder.toString());
    assertRefused("no bin/spark-submit in SPARK_HOME=" + folder + remedy);
    for (String core : List.of("none.jar", "spark-core_2.12.jar")) {
      sparkHome(core);
      assertRefused(
          "no jars/spark-core_*.jar in SPARK_HOME=" + environment.get("SPARK_HOME") + remedy);
    }
    for (String version : List.of("3.4.4", "3.50.0", "4.0.1", "4.2.0", "2.4.8")) {
      sparkHome("spark-core_2.12-" + version + ".jar");
      assertRefused(
          "SPARK_HOME=%s is Spark %s; this needs 3.5 or 4.1%s"
              .formatted(environment.get("SPARK_HOME"), version, remedy));
    }
    sparkHome("spark-core_2.13-3.5.6.jar");
    assertRefused(
        "SPARK_HOME=%s is Spark 3.5.6 for Scala 2.13; this needs Scala 2.12%s"
            .formatted(environment.get("SPARK_HOME"), remedy));
  }

  @Test
  void theJarIsThatOfTheSpark() throws IOException {
    Map<String, String> jars =
        Map.of(
            "spark-core_2.12-3.5.6.jar", "target/semimeta.jar",
            "spark-core_2.12-3.5.1-amzn-0.jar", "target/semimeta.jar",
            "spark-core_2.13-4.1.1.jar", "target/spark4/semimeta.jar");
    for (Map.Entry<String, String> spark : jars.entrySet()) {
      sparkHome(spark.getKey());
      Map<String, String> submitted = submitted();
      assertEquals(root.resolve(spark.getValue()).toString(), submitted.get("SEMIMETA_JAR"));
      assertEquals(environment.get("SPARK_HOME"), submitted.get("SPARK_HOME"));
    }
    assertEquals(1, builds().stream().filter(line -> line.contains("-Dspark=4")).count());
  }

  /** A locale of UTF-8 stands, whatever it is called; any other gives way. */
  @Test
  void theLocaleIsOneOfUtf8() throws IOException {
    for (Map<String, String> other :
        List.of(
            Map.<String, String>of(),
            Map.of("LC_ALL", "C"),
            Map.of("LC_ALL", "POSIX", "LANG", "C.UTF-8"),
            Map.of("LANG", "xx_YY.UTF-8"),
            Map.of("LC_CTYPE", "en_US.ISO-8859-1"))) {
      environment.keySet().removeAll(List.of("LC_ALL", "LANG", "LC_CTYPE"));
      environment.putAll(other);
      Outcome outcome = run();
      assertEquals(0, outcome.status, outcome.err);
      List<String> set = Arrays.asList(outcome.out.split("\n", -1));
      assertTrue(
          set.contains("LC_ALL=C.UTF-8") || set.contains("LC_ALL=en_US.UTF-8"),
          other + outcome.out);
    }
    environment.keySet().removeAll(List.of("LC_ALL", "LC_CTYPE"));
    environment.put("LANG", "C.UTF-8");
    assertFalse(submitted().containsKey("LC_ALL"));
  }

  /** Threads that spin for long slow a run down wherever another program runs. */
  @Test
  void threadsSpinBrieflyUnlessTheUserSaysHowLong() throws IOException {
    environment.keySet().removeAll(List.of("GOMP_SPINCOUNT", "OMP_WAIT_POLICY"));
    assertEquals("3000", submitted().get("GOMP_SPINCOUNT"));
    environment.put("OMP_WAIT_POLICY", "PASSIVE");
    assertFalse(submitted().containsKey("GOMP_SPINCOUNT"));
    environment.put("GOMP_SPINCOUNT", "7");
    assertEquals("7", submitted().get("GOMP_SPINCOUNT"));
  }
}
