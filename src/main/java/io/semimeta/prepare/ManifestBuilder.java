package io.semimeta.prepare;

import io.semimeta.data.DatasetManifest;
import io.semimeta.data.DatasetManifest.Labelled;
import io.semimeta.data.DatasetManifest.Shard;
import io.semimeta.data.DatasetManifest.Split;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.Orientation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes the manifest from the survey and the shards. */
final class ManifestBuilder {
  /** Bounds a standard deviation; less is rounding, and the channel is only moved to zero. */
  private static final double LEAST_DEVIATION = 1e-7;

  private ManifestBuilder() {}

  /**
   * Builds the manifest.
   *
   * @param shards shards of all splits, in the layout's order
   * @param labelled the labelled split, or null where there is none
   * @param passedOver how many files of the source were passed over, by kind
   */
  static DatasetManifest build(
      String name,
      List<String> classes,
      Orientation orientation,
      DatasetLayout layout,
      List<Shard> shards,
      Labelled labelled,
      Map<String, Long> passedOver) {
    List<SurveyedImage> all = layout.images().values().stream().flatMap(List::stream).toList();
    int channels = all.stream().allMatch(image -> image.channels() == 1) ? 1 : 3;
    boolean same =
        all.stream().map(image -> List.of(image.height(), image.width())).distinct().count() == 1;
    List<SurveyedImage> train = layout.images().get(DatasetManifest.TRAIN);
    List<Double> mean = new ArrayList<>();
    List<Double> std = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      addMoments(train, c, mean, std);
    }
    Map<String, Split> splits = new LinkedHashMap<>();
    layout
        .images()
        .forEach(
            (split, images) -> {
              List<Shard> own =
                  layout.shardsBySplit().get(split).stream().map(shards::get).toList();
              splits.put(split, split(images, classes.size(), own));
            });
    return new DatasetManifest(
        DatasetManifest.SCHEMA_VERSION,
        name,
        classes,
        channels,
        same ? all.get(0).height() : 0,
        same ? all.get(0).width() : 0,
        orientation,
        mean,
        std,
        splits,
        labelled,
        passedOver.isEmpty() ? null : passedOver);
  }

  private static void addMoments(
      List<SurveyedImage> train, int channel, List<Double> mean, List<Double> std) {
    long pixels = 0;
    long sum = 0;
    long squares = 0;
    for (SurveyedImage image : train) {
      // A grey image counts for every channel, as it does when it is replicated.
      int c = image.channels() == 1 ? 0 : channel;
      pixels += (long) image.height() * image.width();
      sum += image.sum()[c];
      squares += image.squares()[c];
    }
    double first = (double) sum / pixels / 255;
    double second = (double) squares / pixels / (255 * 255);
    mean.add(first);
    double deviation = Math.sqrt(Math.max(0, second - first * first));
    std.add(deviation < LEAST_DEVIATION ? 1 : deviation);
  }

  private static Split split(List<SurveyedImage> images, int classCount, List<Shard> shards) {
    long[] perClass = new long[classCount];
    long unlabelled = 0;
    for (SurveyedImage image : images) {
      if (image.label() == ImageRecord.NO_LABEL) {
        unlabelled++;
      } else {
        perClass[image.label()]++;
      }
    }
    List<Long> counts = Arrays.stream(perClass).boxed().toList();
    return new Split(images.size(), unlabelled, counts, shards);
  }
}
