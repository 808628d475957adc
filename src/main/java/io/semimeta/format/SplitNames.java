package io.semimeta.format;

import io.semimeta.data.DatasetManifest;
import java.util.Locale;
import java.util.Map;

/** Knows the usual names of the folders of splits, in upper or lower case. */
final class SplitNames {
  static final String UNLABELLED = "unlabelled";

  private static final Map<String, String> SPLITS =
      Map.of(
          "train", DatasetManifest.TRAIN,
          "training", DatasetManifest.TRAIN,
          "test", DatasetManifest.TEST,
          "testing", DatasetManifest.TEST,
          "val", DatasetManifest.VAL,
          "valid", DatasetManifest.VAL,
          "validation", DatasetManifest.VAL,
          "unlabelled", UNLABELLED,
          "unlabeled", UNLABELLED);

  private SplitNames() {}

  /** Returns the split that a folder of this name is, or {@link #UNLABELLED}, or null. */
  static String of(String folder) {
    return SPLITS.get(folder.toLowerCase(Locale.ROOT));
  }
}
