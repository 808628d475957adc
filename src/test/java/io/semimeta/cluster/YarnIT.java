package io.semimeta.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.SparkJvm;
import io.semimeta.image.TestImages;
import io.semimeta.source.TestSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * HDFS and YARN with real containers: by spark-submit, once by bin/semimeta, all files on HDFS. The
 * weights are those of an undisturbed run on this machine alone.
 */
class YarnIT {
  private static final int STEPS = 100;

  @TempDir private static Path folder;
  private static YarnCluster cluster;
  private static String undisturbed;

  @BeforeAll
  static void start() throws Exception {
    undisturbed = folder.resolve("undisturbed").toString();
    List<String> line = new ArrayList<>(List.of("bin/semimeta", "train"));
    line.addAll(training("data-prep/fashion-mnist/sample", undisturbed));
    line.addAll(List.of("--cores-per-worker", "1"));
    Path log = folder.resolve("undisturbed.log");
    Process local =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertEquals(0, YarnCluster.status(local), Files.readString(log));
    cluster = new YarnCluster(folder);
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void everyCommandRunsOnHdfsAndALostContainerChangesNothing() throws Exception {
    run("plain", List.of(), List.of());
  }

  @Test
  @Tag("long")
  void theSameWithAuthenticationAndEncryption() throws Exception {
    run(
        "secure",
        List.of("--properties-file", Path.of("conf", "secure.conf").toAbsolutePath().toString()),
        List.of("--allow-unencrypted-gradients"));
  }

  private void run(String name, List<String> settings, List<String> accepted) throws Exception {
    String root = cluster.folder(name);
    Path images = folder.resolve(name);
    for (int i = 0; i < 30; i++) {
      String file = String.format(Locale.ROOT, "train/class %d/%02d.png", i % 3, i);
      TestSources.file(images.resolve(file), TestImages.png(1, 14, 14, i));
    }
    cluster.copy(images, root + "/images");
    String prepared = root + "/prepared";
    List<String> folders =
        List.of("--format", "image-folder", "--input", root + "/images", "--output", prepared);
    cluster.await(submit("cluster", settings, "prepare", folders));
    assertEquals(3, cluster.json(prepared + "/manifest.json").get("classes").size());

    cluster.copy(Path.of("data-prep/fashion-mnist/sample"), root + "/data");
    Process disturbed = submit("client", settings, "train", training(root, "/killed", accepted));
    cluster.awaitFile(disturbed, root + "/killed/checkpoints/step-00000020/MANIFEST");
    SparkJvm executor = SparkJvm.executor();
    assertNativesInItsOwnFolder(executor);
    executor.kill();
    cluster.await(disturbed);
    assertEquals(1, cluster.json(root + "/killed/result.json").get("restarts").asInt());
    assertAsOnThisMachine(root + "/killed");

    Process driverless = submit("cluster", settings, "train", training(root, "/driver", accepted));
    cluster.awaitFile(driverless, root + "/driver/checkpoints/step-00000020/MANIFEST");
    SparkJvm.running("ApplicationMaster").kill();
    assertNotEquals(0, YarnCluster.status(driverless));
    List<String> resumed = training(root, "/driver", accepted);
    resumed.addAll(List.of("--resume", "--cores-per-worker", "1", "--memory-per-worker", "2g"));
    cluster.await(cluster.semimeta("cluster", withSparksJars(settings), "train", resumed));
    assertEquals(STEPS, cluster.json(root + "/driver/result.json").get("step").asInt());
    assertAsOnThisMachine(root + "/driver");

    String report = root + "/report.json";
    List<String> evaluation =
        List.of("--checkpoint", root + "/driver", "--data", root + "/data", "--report", report);
    cluster.await(submit("client", settings, "evaluate", evaluation));
    assertEquals(10_000, cluster.json(report).get("examples").asInt());
  }

  /** Of the libraries that a process has mapped, those that were unpacked. */
  private static void assertNativesInItsOwnFolder(SparkJvm executor) throws IOException {
    Path process = Path.of("/proc", Long.toString(executor.pid()));
    String container = process.resolve("cwd").toRealPath().toString();
    try (Stream<String> maps = Files.lines(process.resolve("maps"))) {
      Set<String> unpacked =
          maps.filter(line -> line.contains("/semimeta-natives-"))
              .map(line -> line.substring(line.indexOf('/')))
              .collect(Collectors.toSet());
      assertFalse(unpacked.isEmpty());
      unpacked.forEach(library -> assertTrue(library.startsWith(container), library));
    }
  }

  private static void assertAsOnThisMachine(String run) throws IOException {
    for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
      String path = String.format(Locale.ROOT, "/checkpoints/step-%08d/%s", STEPS, file);
      assertArrayEquals(
          Files.readAllBytes(Path.of(undisturbed + path)), cluster.bytes(run + path), file);
    }
  }

  private static List<String> training(String root, String output, List<String> accepted) {
    List<String> options = new ArrayList<>(accepted);
    options.addAll(training(root + "/data", root + output));
    return options;
  }

  private static List<String> training(String data, String output) {
    return List.of(
        String.format(
                Locale.ROOT,
                ("--data %s --output %s --num-label 40 --num-valid 40 --workers 2 --width 0.05"
                    + " --batch-size 8 --total-steps %d --checkpoint-every 20"),
                data,
                output,
                STEPS)
            .split(" "));
  }

  private static Process submit(
      String mode, List<String> settings, String command, List<String> arguments)
      throws IOException {
    return cluster.submit(
        mode, withSparksJars(settings), "local:" + YarnCluster.JAR, command, arguments);
  }

  private static List<String> withSparksJars(List<String> settings) {
    List<String> options = new ArrayList<>(settings);
    options.add("--conf");
    options.add("spark.yarn.jars=local:" + YarnCluster.SPARK_HOME.resolve("jars") + "/*");
    return options;
  }
}
