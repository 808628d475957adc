package io.semimeta.training;

import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.loader.ShardCache;
import io.semimeta.loader.TestCaches;
import io.semimeta.model.Placement;
import io.semimeta.plan.TestPlans;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Trains without Spark, on few images in memory, into outputs in a folder of the test's own. */
abstract class CachedTraining {
  static ShardCache cache;

  @TempDir Path folder;

  @BeforeAll
  static void load() {
    cache = TestCaches.of(TestPlans.MANIFEST, 9, 20, 30, 1, Placement.CPU);
  }

  @AfterAll
  static void close() {
    cache.close();
  }

  final CheckpointStore store(String output) throws IOException {
    return new CheckpointStore(path(output), new Configuration());
  }

  final org.apache.hadoop.fs.Path path(String output) {
    return new org.apache.hadoop.fs.Path(folder.resolve(output).toUri());
  }
}
