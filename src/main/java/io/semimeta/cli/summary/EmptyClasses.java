package io.semimeta.cli.summary;

import io.semimeta.Shown;
import io.semimeta.data.DatasetManifest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Finds the classes that have no training image, as where labels start at 1 or have gaps. */
public final class EmptyClasses {
  private static final int SHOWN = 10;

  private EmptyClasses() {}

  /** Returns one line that names these classes, or nothing where there are none. */
  static Optional<String> line(DatasetManifest manifest) {
    List<Long> train = manifest.splits().get(DatasetManifest.TRAIN).perClass();
    int[] empty = IntStream.range(0, train.size()).filter(c -> train.get(c) == 0).toArray();
    if (empty.length == 0) {
      return Optional.empty();
    }
    String names =
        IntStream.of(empty)
            .limit(SHOWN)
            .mapToObj(c -> Shown.text(manifest.classes().get(c)))
            .collect(Collectors.joining(", "));
    String others =
        Stream.of(
                images(manifest, DatasetManifest.TEST, "test", empty),
                images(manifest, DatasetManifest.VAL, "validation", empty))
            .flatMap(Optional::stream)
            .collect(Collectors.joining(" and "));
    return Optional.of(
        ("No training image of %s of %s classes: %s%s; they are left out of the draw of"
                + " labels%s")
            .formatted(
                empty.length,
                train.size(),
                names,
                empty.length > SHOWN ? ", …" : "",
                others.isEmpty() ? "" : ", but " + others + " images are theirs"));
  }

  /** Counts a split's images of some classes, or returns nothing where there are none. */
  private static Optional<String> images(
      DatasetManifest manifest, String split, String name, int[] classes) {
    if (!manifest.splits().containsKey(split)) {
      return Optional.empty();
    }
    List<Long> perClass = manifest.splits().get(split).perClass();
    long count = IntStream.of(classes).mapToLong(perClass::get).sum();
    return count == 0 ? Optional.empty() : Optional.of(Shown.format("%,d %s", count, name));
  }
}
