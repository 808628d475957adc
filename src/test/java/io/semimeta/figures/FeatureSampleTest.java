package io.semimeta.figures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.semimeta.data.ImageRecord;
import io.semimeta.data.LabelSplit;
import io.semimeta.data.RecordPosition;
import io.semimeta.plot.PlottedImage;
import io.semimeta.plot.PlottedImage.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Looks at the choice of images for a figure. */
class FeatureSampleTest {
  private static final LabelSplit TRAIN =
      new LabelSplit(positions(0, 30, true), positions(30, 40, true), positions(40, 100, false));
  private static final List<RecordPosition> TEST = positions(0, 50, true);

  private static List<RecordPosition> positions(int from, int to, boolean labelled) {
    List<RecordPosition> positions = new ArrayList<>();
    for (int i = from; i < to; i++) {
      int label = labelled ? i % 3 : ImageRecord.NO_LABEL;
      positions.add(new RecordPosition(i % 2, 1000 - i, i, label));
    }
    return positions;
  }

  private static List<Long> ids(FeatureSample sample, Kind kind) {
    return sample.images().stream()
        .filter(image -> image.kind() == kind)
        .map(PlottedImage::id)
        .toList();
  }

  @Test
  void allLabelledImagesAndSoManyEachOfTheOthers() {
    FeatureSample sample = FeatureSample.draw(TRAIN, TEST, 20, 7);
    assertEquals(LongStream.range(0, 30).boxed().toList(), ids(sample, Kind.LABELLED));
    List<Long> unlabelled = ids(sample, Kind.UNLABELLED);
    assertEquals(20, unlabelled.size());
    assertEquals(unlabelled.stream().sorted().distinct().toList(), unlabelled);
    assertEquals(30, Math.min(30, unlabelled.get(0)), "none is labelled");
    assertEquals(20, ids(sample, Kind.TEST).size());
    assertEquals(70, sample.images().size());
  }

  @Test
  void positionsAreThoseOfTheImagesInTheOrderOfTheFiles() {
    FeatureSample sample = FeatureSample.draw(TRAIN, TEST, 20, 7);
    assertEquals(Set.of("train", "test"), sample.positions().keySet());
    List<RecordPosition> train = sample.positions().get("train");
    List<Long> expected = new ArrayList<>(ids(sample, Kind.LABELLED));
    expected.addAll(ids(sample, Kind.UNLABELLED));
    assertEquals(expected, train.stream().map(RecordPosition::id).sorted().toList());
    IntStream.range(1, train.size())
        .forEach(
            i -> {
              RecordPosition a = train.get(i - 1);
              RecordPosition b = train.get(i);
              assertEquals(
                  true,
                  a.shard() < b.shard() || (a.shard() == b.shard() && a.offset() < b.offset()),
                  "at " + i);
            });
  }

  @Test
  void theChoiceDependsOnSeedAndIdsAlone() {
    List<RecordPosition> mixed = new ArrayList<>(TRAIN.unlabelled());
    Collections.shuffle(mixed, new Random(3));
    LabelSplit other = new LabelSplit(TRAIN.labelled(), TRAIN.validation(), mixed);
    FeatureSample sample = FeatureSample.draw(TRAIN, TEST, 20, 7);
    assertEquals(sample, FeatureSample.draw(other, TEST, 20, 7));
    assertNotEquals(sample.images(), FeatureSample.draw(TRAIN, TEST, 20, 8).images());
  }

  @Test
  void fewerImagesAreAllTaken() {
    FeatureSample sample = FeatureSample.draw(TRAIN, List.of(), 1000, 7);
    assertEquals(70, ids(sample, Kind.UNLABELLED).size());
    assertEquals(Set.of("train"), sample.positions().keySet());
  }
}
