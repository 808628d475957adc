package io.semimeta.recordio;

import io.semimeta.UserError;
import io.semimeta.console.StageProgress;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.DatasetManifest.Shard;
import io.semimeta.data.Role;
import io.semimeta.files.DataFiles;
import io.semimeta.files.FileReading;
import io.semimeta.jobs.JobNames;
import io.semimeta.jobs.TaskErrors;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Compares a data set's record files and sidecars, whole, with the SHA-256 of each in the manifest.
 * Only this finds a damaged record in data sets without sidecars.
 */
public final class Verification {
  private static final int NAMED = 3;

  private Verification() {}

  /**
   * Reads the shards of some splits, one Spark task a shard, where their bytes are.
   *
   * @param data the data set's folder
   * @throws UserError naming the files that differ from the manifest
   */
  public static void require(
      JavaSparkContext spark, URI data, DatasetManifest manifest, Collection<String> splits) {
    List<Shard> shards =
        splits.stream().flatMap(name -> manifest.split(name, data).shards().stream()).toList();
    List<List<RecordRange>> whole =
        shards.stream()
            .map(s -> List.of(new RecordRange(Role.TEST, s.file(), 0, s.bytes(), 0, List.of())))
            .toList();
    Path folder = new Path(data);
    Broadcast<SerializableConfiguration> conf =
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    List<String> damaged;
    String group = "semimeta verify " + folder;
    try (JobNames names = JobNames.grouped(spark, group, "verify record files", false);
        StageProgress progress = new StageProgress(spark, "Verifying")) {
      damaged =
          TaskErrors.unwrapped(
              () ->
                  PartitionedRecords.read(spark, data, manifest, whole)
                      .mapPartitionsWithIndex(
                          (i, range) ->
                              damaged(folder, shards.get(i), conf.value().value()).iterator(),
                          true)
                      .collect());
    } finally {
      conf.destroy();
    }
    if (!damaged.isEmpty()) {
      throw new UserError(message(damaged));
    }
  }

  private static String message(List<String> damaged) {
    boolean one = damaged.size() == 1;
    String named = String.join(", ", damaged.subList(0, Math.min(NAMED, damaged.size())));
    if (damaged.size() > NAMED) {
      named += String.format(Locale.ROOT, " and %d others", damaged.size() - NAMED);
    }
    return "%s %s from what prepare wrote, by the SHA-256 in %s; copy %s again or prepare the data"
            .formatted(
                named, one ? "differs" : "differ", DatasetManifest.FILE_NAME, one ? "it" : "them")
        + " set again";
  }

  private static List<String> damaged(Path folder, Shard shard, Configuration conf) {
    Path records = new Path(folder, shard.file());
    FileSystem fileSystem = DataFiles.fileSystem(folder, conf);
    List<String> damaged = new ArrayList<>();
    if (differs(fileSystem, records, shard.sha256())) {
      damaged.add(records.toString());
    }
    if (shard.sidecar() != null) {
      Path sidecar = Sidecar.of(records);
      if (differs(fileSystem, sidecar, shard.sidecar().sha256())) {
        damaged.add(sidecar.toString());
      }
    }
    return damaged;
  }

  private static boolean differs(FileSystem fileSystem, Path file, String expected) {
    try {
      return !Objects.equals(sha256(fileSystem, file), expected);
    } catch (IOException e) {
      throw RecordReader.unreadable(file, e);
    }
  }

  /** Returns a file's SHA-256 in hexadecimal. */
  public static String sha256(FileSystem fileSystem, Path file) throws IOException {
    try (InputStream in = FileReading.open(fileSystem, file)) {
      return DigestUtils.sha256Hex(in);
    }
  }
}
