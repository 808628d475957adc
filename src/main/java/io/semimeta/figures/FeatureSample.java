package io.semimeta.figures;

import io.semimeta.data.DatasetManifest;
import io.semimeta.data.LabelSplit;
import io.semimeta.data.RecordPosition;
import io.semimeta.data.SeededOrder;
import io.semimeta.plot.PlottedImage;
import io.semimeta.plot.PlottedImage.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses the images of a figure as the authors' script does: all labelled ones, and so many each
 * of the unlabelled and of the test images, or all where there are fewer. The choice depends on ids
 * and seed alone.
 *
 * @param images the images in the order of kinds and ids
 * @param positions where those of each split lie, in the order of the record files
 */
record FeatureSample(List<PlottedImage> images, Map<String, List<RecordPosition>> positions) {

  static FeatureSample draw(LabelSplit train, List<RecordPosition> test, int number, long seed) {
    List<RecordPosition> rest = new ArrayList<>(train.validation());
    rest.addAll(train.unlabelled());
    Map<Kind, List<RecordPosition>> chosen = new LinkedHashMap<>();
    chosen.put(Kind.LABELLED, train.labelled());
    chosen.put(Kind.UNLABELLED, some(rest, number, seed));
    chosen.put(Kind.TEST, some(test, number, seed));
    List<PlottedImage> images = new ArrayList<>();
    Map<String, List<RecordPosition>> positions = new LinkedHashMap<>();
    chosen.forEach(
        (kind, of) -> {
          of.stream()
              .sorted(Comparator.comparingLong(RecordPosition::id))
              .forEach(at -> images.add(new PlottedImage(at.id(), kind, at.label())));
          positions.computeIfAbsent(split(kind), name -> new ArrayList<>()).addAll(of);
        });
    positions.values().removeIf(List::isEmpty);
    positions.values().forEach(of -> of.sort(RecordPosition.ORDER));
    return new FeatureSample(images, positions);
  }

  private static List<RecordPosition> some(List<RecordPosition> from, int number, long seed) {
    List<RecordPosition> order =
        SeededOrder.shuffled(from, seed, SeededOrder.Purpose.FIGURE, RecordPosition::id);
    return order.subList(0, Math.min(number, order.size()));
  }

  /** Returns the split that images of a kind are in; an id is unique within one. */
  static String split(Kind kind) {
    return kind == Kind.TEST ? DatasetManifest.TEST : DatasetManifest.TRAIN;
  }
}
