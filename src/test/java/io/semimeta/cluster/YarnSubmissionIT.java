package io.semimeta.cluster;

import static io.semimeta.cluster.YarnCluster.JAR;
import static io.semimeta.cluster.YarnCluster.SPARK_HOME;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.console.Table;
import io.semimeta.data.TestImages;
import io.semimeta.data.TestSources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.spi.ToolProvider;
import org.apache.hadoop.fs.FileStatus;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a submission to YARN sends, by where Spark's jars and ours lie. Prints the table. */
@Tag("long")
class YarnSubmissionIT {
  private static final long MEGABYTE = 1_000_000;

  @TempDir private Path folder;

  @Test
  void jarsOnHdfsAreNotSentAgain() throws Exception {
    try (YarnCluster cluster = new YarnCluster(folder)) {
      for (int i = 0; i < 8; i++) {
        String file = "images/train/class %d/%02d.png".formatted(i % 2, i);
        TestSources.file(folder.resolve(file), TestImages.png(1, 14, 14, i));
      }
      String root = cluster.folder("submission");
      cluster.copy(folder.resolve("images"), root + "/images");
      Path archive = folder.resolve("spark-jars.zip");
      assertEquals(
          0,
          ToolProvider.findFirst("jar")
              .orElseThrow()
              .run(
                  System.out,
                  System.err,
                  "-c0Mf",
                  archive.toString(),
                  "-C",
                  SPARK_HOME.resolve("jars").toString(),
                  "."));
      cluster.copy(archive, root + "/spark-jars.zip");
      cluster.copy(JAR, root + "/semimeta.jar");
      List<String> archived = List.of("--conf", "spark.yarn.archive=" + root + "/spark-jars.zip");

      Table table = new Table("Spark's jars", "program", "MB sent", "seconds");
      submit(cluster, root, List.of(), "file:" + JAR); // class files and pages come from the disk
      long all = row(table, cluster, root, "not set", List.of(), "file:" + JAR);
      long program = row(table, cluster, root, "archive", archived, "file:" + JAR);
      long none = row(table, cluster, root, "archive", archived, root + "/semimeta.jar");
      System.out.println(table);
      assertTrue(all > program + 100 * MEGABYTE, all + " " + program);
      assertTrue(program >= JAR.toFile().length());
      assertTrue(none < MEGABYTE, none + " bytes with all jars on HDFS");
    }
  }

  private static long row(
      Table table, YarnCluster cluster, String root, String jars, List<String> options, String jar)
      throws Exception {
    long start = System.nanoTime();
    long sent = submit(cluster, root, options, jar);
    double seconds = (System.nanoTime() - start) / 1e9;
    table.row(
        jars,
        jar.startsWith("file:") ? "local" : "on HDFS",
        String.format(Locale.ROOT, "%.1f", sent / 1e6),
        String.format(Locale.ROOT, "%.0f", seconds));
    return sent;
  }

  /** Prepares eight images in an application of its own; the bytes that the submission left. */
  private static long submit(YarnCluster cluster, String root, List<String> options, String jar)
      throws Exception {
    long before = staged(cluster);
    List<String> preserving = new ArrayList<>(options);
    preserving.addAll(List.of("--conf", "spark.yarn.preserve.staging.files=true"));
    String output = root + "/prepared-" + System.nanoTime();
    cluster.await(
        cluster.submit(
            "cluster",
            preserving,
            jar,
            "prepare",
            List.of("--format", "image-folder", "--input", root + "/images", "--output", output)));
    return staged(cluster) - before;
  }

  private static long staged(YarnCluster cluster) throws IOException {
    org.apache.hadoop.fs.Path staging =
        new org.apache.hadoop.fs.Path(cluster.files().getHomeDirectory(), ".sparkStaging");
    long bytes = 0;
    if (cluster.files().exists(staging)) {
      for (FileStatus application : cluster.files().listStatus(staging)) {
        bytes += cluster.files().getContentSummary(application.getPath()).getLength();
      }
    }
    return bytes;
  }
}
