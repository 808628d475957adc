package io.semimeta.prepare;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.files.DataFiles;
import io.semimeta.prepare.Unfinished.Receipt;
import io.semimeta.recordio.RecordIndex;
import io.semimeta.recordio.Sidecar;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Knows the folder that a data set is made in, and which files in it are {@code prepare}'s.
 *
 * @param unfinished the part that is kept for the next run
 */
record OutputFolder(Path path, Unfinished unfinished) {
  private static final Pattern OWN_FILES =
      Pattern.compile(
          "_?(train|test|val)-\\d{5}-of-\\d{5}\\.(rec|idx|meta)(\\.\\d+)?|_?quarantine\\.jsonl"
              + "|_manifest\\.json|labelled\\.txt|"
              + DatasetManifest.UNFINISHED
              + "[0-9a-f]+");

  /** Removes whatever an unfinished earlier run left behind. */
  void clear(Configuration conf) throws IOException {
    removeOwnFiles(Set.of(), conf);
  }

  /** Does the same, but keeps these shards, the quarantine, and what the next run needs. */
  void clearBut(List<String> shards, Configuration conf) throws IOException {
    Set<String> kept = new HashSet<>(List.of(Quarantine.FILE_NAME, unfinished.name()));
    for (String shard : shards) {
      kept.add(shard);
      kept.add(RecordIndex.of(new Path(path, shard)).getName());
      kept.add(Sidecar.of(new Path(path, shard)).getName());
    }
    removeOwnFiles(kept, conf);
  }

  /**
   * Checks that each shard is there, with its index and sidecar, before a manifest says so.
   *
   * @throws UserError when one is missing or has another size than was written
   */
  void requireWhole(Collection<Receipt> shards, Configuration conf) throws IOException {
    Map<String, FileStatus> files = DataFiles.inFolder(DataFiles.fileSystem(path, conf), path);
    for (Receipt receipt : shards) {
      Path records = new Path(path, receipt.shard().file());
      requireWhole(records, receipt.shard().bytes(), files);
      requireWhole(RecordIndex.of(records), receipt.indexBytes(), files);
      requireWhole(Sidecar.of(records), receipt.shard().sidecar().bytes(), files);
    }
  }

  private static void requireWhole(Path file, long bytes, Map<String, FileStatus> files) {
    FileStatus status = files.get(file.getName());
    if (status == null || status.getLen() != bytes) {
      throw new UserError(
          ("%s %s although %s bytes of it were written; does another program use the folder? Run"
                  + " prepare again")
              .formatted(
                  file, status == null ? "is gone" : "has " + status.getLen() + " bytes", bytes));
    }
  }

  private void removeOwnFiles(Set<String> except, Configuration conf) throws IOException {
    FileSystem fileSystem = DataFiles.fileSystem(path, conf);
    for (FileStatus file : fileSystem.listStatus(path)) {
      String name = file.getPath().getName();
      if (OWN_FILES.matcher(name).matches() && !except.contains(name)) {
        fileSystem.delete(file.getPath(), true);
      }
    }
  }
}
