package io.semimeta.cli.summary;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.semimeta.data.DatasetManifest.Split;
import io.semimeta.plan.TestPlans;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EmptyClassesTest {
  private static final String LEFT_OUT =
      "No training image of 2 of 3 classes: a, c; they are left out of the draw of labels";

  private static Split split(Long... perClass) {
    return new Split(0, 0, List.of(perClass), List.of());
  }

  private static Optional<String> line(Map<String, Split> splits) {
    return EmptyClasses.line(TestPlans.manifest(splits));
  }

  @Test
  void eachSplitsImagesAreItsOwn() {
    Split train = split(0L, 7L, 0L);
    assertEquals(Optional.of(LEFT_OUT), line(Map.of("train", train, "test", split(0L, 1L, 0L))));
    assertEquals(
        Optional.of(LEFT_OUT + ", but 5 validation images are theirs"),
        line(Map.of("train", train, "val", split(2L, 1L, 3L))));
    assertEquals(
        Optional.of(LEFT_OUT + ", but 1,002 test and 5 validation images are theirs"),
        line(Map.of("train", train, "val", split(2L, 1L, 3L), "test", split(1000L, 0L, 2L))));
    assertEquals(Optional.empty(), line(Map.of("train", split(1L, 1L, 1L))));
  }
}
