package io.semimeta.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.semimeta.files.WholeFile;
import io.semimeta.recordio.LocalSpark;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Local disk, HDFS and S3A, with the same two executors. */
class FileSystemsIT {
  private static final String PYTHON = System.getProperty("semimeta.moto", "");

  @TempDir private static Path folder;
  private static LocalSpark spark;
  private static S3Server s3;

  @BeforeAll
  static void start() throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("spark.executor.extraClassPath", System.getProperty("semimeta.jar"));
    settings.put("spark.executor.memory", "1024m");
    settings.put("spark.task.reaper.enabled", "true");
    settings.put("spark.jars", hadoopAws());
    if (!PYTHON.isEmpty()) {
      s3 = new S3Server(PYTHON, folder.resolve("moto.log"));
      settings.putAll(s3a(s3.endpoint()));
    }
    spark = new LocalSpark("local-cluster[2,1,1024]", settings);
  }

  /** As spark-submit's packages would bring them to the executors. */
  private static String hadoopAws() {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(classPath.split(File.pathSeparator))
        .filter(jar -> jar.matches(".*/(hadoop-aws|aws-java-sdk|jmespath|httpc|ion-java)[^/]*"))
        .collect(Collectors.joining(","));
  }

  private static Map<String, String> s3a(String endpoint) {
    return Map.of(
        "spark.hadoop.fs.s3a.endpoint", endpoint,
        "spark.hadoop.fs.s3a.endpoint.region", "us-east-1",
        "spark.hadoop.fs.s3a.path.style.access", "true",
        "spark.hadoop.fs.s3a.access.key", "key",
        "spark.hadoop.fs.s3a.secret.key", "secret",
        // Few files fill a page; a store that is away is given up soon.
        "spark.hadoop.fs.s3a.paging.maximum", "3",
        "spark.hadoop.fs.s3a.attempts.maximum", "2",
        "spark.hadoop.fs.s3a.retry.throttle.limit", "3",
        "spark.hadoop.fs.s3a.retry.throttle.interval", "50ms");
  }

  @AfterAll
  static void stop() {
    if (spark != null) {
      spark.close();
    }
    if (s3 != null) {
      s3.close();
    }
  }

  @Nested
  class Local extends FileSystemSuite {
    @Override
    LocalSpark spark() {
      return spark;
    }

    @Override
    String root() {
      return "file:" + folder.resolve("local");
    }
  }

  @Nested
  class Hdfs extends FileSystemSuite {
    private static MiniDFSCluster hdfs;

    @BeforeAll
    static void start() throws IOException {
      Configuration conf = new Configuration();
      conf.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
      hdfs = new MiniDFSCluster.Builder(conf).numDataNodes(1).build();
      hdfs.waitActive();
    }

    @AfterAll
    static void stop() {
      hdfs.shutdown();
    }

    @Override
    LocalSpark spark() {
      return spark;
    }

    @Override
    String root() {
      return "hdfs://localhost:" + hdfs.getNameNodePort() + "/user/test";
    }
  }

  @Nested
  class S3a extends FileSystemSuite {
    @BeforeAll
    static void requireServer() {
      assumeTrue(
          s3 != null,
          "skipped: -Dsemimeta.moto=PYTHON names no Python that has moto[s3] and flask");
    }

    @Override
    LocalSpark spark() {
      return spark;
    }

    @Override
    String root() {
      return "s3a://" + S3Server.BUCKET + "/test";
    }

    @AfterAll
    static void everyRequestWasOfAGoodKind() {
      if (s3 == null) {
        return;
      }
      List<String> requests = s3.requests();
      List<String> copies =
          requests.stream()
              .filter(line -> line.startsWith("COPY") && !line.contains("/predictions/"))
              .toList();
      assertEquals(List.of(), copies, "a rename is a copy; only Spark's writer of tables renames");
      assertTrue(
          requests.stream().anyMatch(line -> line.contains("continuation-token=")),
          "listings of several pages");
      assertTrue(requests.stream().anyMatch(line -> line.startsWith("503 ")), "retried ones");
    }

    /** While a shard is written, then while a checkpoint is. */
    @Test
    void aStoreThatGoesAwayLosesNothingThatWasFinished() throws IOException {
      writeImages();
      s3.goAwayAt(line -> line.startsWith("PUT") && line.contains("/prepared-twice/test-"));
      assertThrows(Exception.class, () -> prepare("/prepared-twice"));
      s3.comeBack();
      Map<String, Long> finished = new HashMap<>();
      for (var receipt :
          fileSystem().globStatus(path("/prepared-twice/_unfinished-*/*.rec.json"))) {
        String shard = receipt.getPath().getName().replace(".json", "");
        finished.put(shard, uploads(shard));
      }
      assertFalse(finished.isEmpty(), "some were finished");
      prepare("/prepared-twice");
      assertAsElsewhere("/prepared-twice");
      finished.forEach((shard, before) -> assertEquals(before, uploads(shard), shard + " is kept"));

      String last =
          String.format(Locale.ROOT, "/broken/checkpoints/step-%08d/optimizer.safetensors", STEPS);
      s3.goAwayAt(line -> line.startsWith("PUT") && line.contains(last));
      assertThrows(Exception.class, () -> train("/prepared-twice", "/broken", false));
      s3.comeBack();
      assertEquals(List.of((long) HALF), store("/broken").committed());
      train("/prepared-twice", "/broken", true);
      assertWeightsAsElsewhere("/broken");
    }

    private static long uploads(String shard) {
      String end = "/prepared-twice/" + shard;
      return s3.requests().stream()
          .filter(line -> line.startsWith("PUT") && line.endsWith(end))
          .count();
    }

    @Test
    void whatCouldNotBeWrittenDoesNotAppear() throws IOException {
      var file = path("/abandoned/file");
      WholeFile.Body failing =
          out -> {
            out.write(new byte[100]);
            throw new IOException("while it is written");
          };
      assertThrows(IOException.class, () -> WholeFile.write(file, conf(), failing));
      assertFalse(fileSystem().exists(file));
      WholeFile.replace(file, conf(), "old".getBytes(StandardCharsets.US_ASCII));
      assertThrows(IOException.class, () -> WholeFile.write(file, conf(), failing));
      assertEquals("old", text(file));
    }
  }
}
