package io.semimeta.prepare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.Orientation;
import io.semimeta.image.TestImages;
import io.semimeta.source.ImageSource;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.junit.jupiter.api.Test;

/** Images that come as an RDD; negative ids are broken images, the others cats and dogs. */
class TablePrepareIT extends PrepareRun {
  private static final int VAL_FROM = 10;

  private static JavaRDD<SplitImage> images(List<Integer> ids) {
    return spark
        .context()
        .parallelize(ids, 2)
        .map(
            id -> {
              byte[] bytes = id < 0 ? new byte[] {1} : TestImages.png(3, 4, 4, id);
              String split = id >= VAL_FROM ? DatasetManifest.VAL : DatasetManifest.TRAIN;
              ImageRecord record = new ImageRecord(id % 10, Math.floorMod(id, 2), bytes);
              return new SplitImage(split, new ImageSource.Image(record, "row " + id));
            });
  }

  private PrepareJob.Result prepare(List<Integer> ids, long rows, int maxBad) throws IOException {
    PrepareRequest request =
        new PrepareRequest(
            "table",
            folder.resolve("out").toUri(),
            new Resizing(0, 0, 95, Orientation.EXIF),
            0,
            0,
            1_000_000,
            maxBad,
            0,
            Optional.empty(),
            0);
    TableSource table = new TableSource(images(ids), rows, List.of("cat", "dog"), "ab12");
    return PrepareJob.run(spark.context(), table, request);
  }

  private void assertRefused(String words, List<Integer> ids, long rows, int maxBad)
      throws IOException {
    UserError error = assertThrows(UserError.class, () -> prepare(ids, rows, maxBad));
    assertTrue(error.getMessage().contains(words), error.getMessage());
    assertFalse(Files.exists(folder.resolve("out/manifest.json")));
  }

  @Test
  void aTablesImagesAreADataSet() throws IOException {
    PrepareJob.Result result = prepare(List.of(1, 2, 3, 4, 5, 16, -7), 7, 1);
    assertEquals(1, result.quarantined());
    assertEquals(List.of("cat", "dog"), result.manifest().classes());
    assertEquals(List.of(2L, 3L), result.manifest().splits().get("train").perClass());
    assertEquals(List.of(1L, 0L), result.manifest().splits().get("val").perClass());
    assertEquals(5, records("out", result.manifest(), "train").size());
  }

  @Test
  void twoImagesOfOneIdAreRefusedInAnySplit() throws IOException {
    assertRefused("Two images have the id 3;", List.of(1, 2, 3, 3), 4, 0);
    assertRefused("Two images have the id 3;", List.of(1, 2, 3, 13), 4, 0);
    assertEquals(Map.of(), bytes(folder.resolve("out")), "nothing is written");
  }

  /** The first time before, the second time after the images were surveyed. */
  @Test
  void otherRowsThanBeforeAreRefused() throws IOException {
    assertRefused("other rows when it is computed again: it has 3 inst", List.of(1, 2, 3), 4, 0);
    assertRefused("Image -9 (row -9): ", List.of(1, 2, -9, -8, 5, 6), 6, 1); // its survey is kept
    assertRefused("other rows when it is computed again: train-0", List.of(1, 2, 5), 6, 2);
  }
}
