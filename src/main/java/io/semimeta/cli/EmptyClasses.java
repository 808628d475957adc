package io.semimeta.cli;

import io.semimeta.Shown;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.DatasetManifest.Split;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Finds the classes that have no training image, as where labels start at 1 or have gaps. */
final class EmptyClasses {
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
    long others = 0; // in the splits that are tested on
    for (Split split : manifest.splits().values()) {
      for (int c : empty) {
        others += split.perClass().get(c);
      }
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "No training image of %d of %d classes: %s%s; they are left out of the draw of"
                + " labels%s",
            empty.length,
            train.size(),
            names,
            empty.length > SHOWN ? ", …" : "",
            others == 0
                ? ""
                : String.format(Locale.ROOT, ", but %,d test images are theirs", others)));
  }
}
