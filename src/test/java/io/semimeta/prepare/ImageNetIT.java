package io.semimeta.prepare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.semimeta.data.DatasetManifest;
import io.semimeta.data.DatasetManifest.Shard;
import io.semimeta.image.DecodedImage;
import io.semimeta.image.TestImages;
import io.semimeta.recordio.LocalSpark;
import io.semimeta.recordio.NamedRecord;
import io.semimeta.recordio.RecordFiles;
import io.semimeta.source.TestSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real photographs of full size, in colour and grey. */
class ImageNetIT {
  private static final String DATA = System.getProperty("semimeta.imagenet", "");

  @TempDir private Path folder;

  @Test
  void foldersAndArchivesGiveTheSameBytes() throws IOException {
    Path train = Path.of(DATA, "train");
    assumeTrue(
        !DATA.isEmpty() && Files.isDirectory(train),
        "skipped: -Dsemimeta.imagenet=DIR names no folder with ImageNet's train/<wnid>/*.JPEG");
    Path archive = folder.resolve("ILSVRC2012_img_train.tar");
    Map<String, byte[]> classes = new TreeMap<>();
    for (Path named : listed(train)) {
      Map<String, byte[]> images = new TreeMap<>();
      for (Path image : listed(named)) {
        images.put(image.getFileName().toString(), Files.readAllBytes(image));
      }
      classes.put(named.getFileName() + ".tar", TestSources.tar(images));
    }
    TestSources.file(archive, TestSources.tar(classes));
    try (LocalSpark spark = new LocalSpark("local[2]")) {
      DatasetManifest manifest = prepare(spark, Path.of(DATA), "one");
      DatasetManifest packed = prepare(spark, folder, "two");
      assertEquals(classes.size(), manifest.classes().size());
      assertEquals(sums(manifest), sums(packed));
      assertFalse(Files.exists(folder.resolve("one/quarantine.jsonl")));
      for (int c = 0; c < 3; c++) { // natural images, not noise nor black
        assertEquals(0.45, manifest.mean().get(c), 0.08);
        assertEquals(0.27, manifest.std().get(c), 0.05);
      }
      List<NamedRecord> records =
          RecordFiles.rdd(
                  spark.context(), folder.resolve("one").toUri(), manifest, "train", 2, 1, false)
              .collect();
      int grey = 0;
      for (NamedRecord stored : records) {
        DecodedImage image = TestImages.decode(stored.record().encoded());
        assertEquals(96, Math.min(image.height(), image.width()));
        grey += image.channels() == 1 ? 1 : 0;
      }
      assertTrue(grey > 0 && grey < records.size() / 4, "grey: " + grey);
    }
  }

  private DatasetManifest prepare(LocalSpark spark, Path input, String output) throws IOException {
    Path to = folder.resolve(output);
    return spark.prepare(
        to,
        List.of(
            "--format",
            "imagenet",
            "--input",
            input.toString(),
            "--output",
            to.toString(),
            "--resize",
            "96",
            "--test-fraction",
            "0"));
  }

  private static List<String> sums(DatasetManifest manifest) {
    return manifest.splits().get("train").shards().stream().map(Shard::sha256).toList();
  }

  private static List<Path> listed(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
