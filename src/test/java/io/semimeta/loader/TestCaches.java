package io.semimeta.loader;

import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.Role;
import io.semimeta.data.RoleRecord;
import io.semimeta.image.ImageInput;
import io.semimeta.image.TestImages;
import io.semimeta.model.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Images in a rank's memory, without record files or Spark. */
public final class TestCaches {
  private TestCaches() {}

  /**
   * Random images; the pixels of image i depend on the seed and i, its label is i % classes, and an
   * unlabelled one's is not known.
   */
  public static ShardCache of(
      DatasetManifest manifest,
      int labelled,
      int unlabelled,
      int evaluated,
      long seed,
      Placement placement) {
    List<RoleRecord> records = new ArrayList<>();
    add(records, manifest, Role.LABELLED, labelled, seed);
    add(records, manifest, Role.UNLABELLED, unlabelled, seed);
    add(records, manifest, Role.VALIDATION, evaluated, seed);
    return ShardCache.load(
        records.iterator(), ImageInput.of(manifest, OptionalInt.empty()), placement);
  }

  private static void add(
      List<RoleRecord> records, DatasetManifest manifest, Role role, int count, long seed) {
    for (int i = 0; i < count; i++) {
      long id = records.size();
      byte[] png =
          TestImages.png(
              manifest.channels(), manifest.height(), manifest.width(), seed * 1_000_003 + id);
      int label =
          role == Role.UNLABELLED ? ImageRecord.NO_LABEL : (int) id % manifest.classes().size();
      records.add(new RoleRecord(role, new ImageRecord(id, label, png)));
    }
  }
}
