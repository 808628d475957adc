package io.semimeta.prepare;

import io.semimeta.Shown;
import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.SeededOrder;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Decides which image goes where. The driver decides from the survey alone, so that neither the
 * number of executors nor the order of their work changes a byte.
 *
 * @param images the images of each split, training first
 * @param places where each image goes; images that are left out are missing
 * @param shardFiles the file names of all shards of all splits
 * @param shardRecords how many records each shard has
 * @param shardsBySplit the indices of each split's shards among all shards
 */
record DatasetLayout(
    Map<String, List<SurveyedImage>> images,
    Map<Key, Place> places,
    List<String> shardFiles,
    List<Integer> shardRecords,
    Map<String, List<Integer>> shardsBySplit) {
  /** Gives a small data set several shards too, so that they can be read in parallel. */
  private static final int MIN_SHARDS = 4;

  /**
   * Says where a record goes among all shards of all splits.
   *
   * @param shard index of the shard, over all splits
   * @param index index of the record within the shard
   * @param label label that the survey found; a record with another one is not the surveyed image
   */
  record Place(int shard, int index, int label) implements Serializable, Comparable<Place> {
    private static final Comparator<Place> ORDER =
        Comparator.comparingInt(Place::shard).thenComparingInt(Place::index);

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * Identifies an image as the source knows it.
   *
   * @param split split of the source, not always the one that the image goes into
   * @param id the image's id, unique within that split
   */
  record Key(String split, long id) implements Serializable {}

  /**
   * Lays out the images.
   *
   * @param good all images that could be decoded; some are training images
   */
  DatasetLayout(Collection<SurveyedImage> good, PrepareRequest options) {
    this(
        new LinkedHashMap<>(),
        new HashMap<>(),
        new ArrayList<>(),
        new ArrayList<>(),
        new HashMap<>());
    List<SurveyedImage> train = ofSplit(DatasetManifest.TRAIN, good);
    List<SurveyedImage> test = ofSplit(DatasetManifest.TEST, good);
    List<SurveyedImage> val = ofSplit(DatasetManifest.VAL, good);
    if (test.isEmpty() && options.testFraction() > 0) {
      test = drawTest(train, options);
      Set<SurveyedImage> drawn = new HashSet<>(test);
      train.removeIf(drawn::contains);
    }
    if (options.numTrain() > 0) {
      train = first(train, options.numTrain());
    }
    place(DatasetManifest.TRAIN, train, options);
    if (!test.isEmpty()) {
      place(DatasetManifest.TEST, test, options);
    }
    if (!val.isEmpty()) {
      place(DatasetManifest.VAL, val, options);
    }
  }

  private static List<SurveyedImage> ofSplit(String split, Collection<SurveyedImage> images) {
    return new ArrayList<>(
        images.stream()
            .filter(image -> image.split().equals(split))
            .sorted(Comparator.comparingLong(SurveyedImage::id))
            .toList());
  }

  /**
   * Returns the first images, in the order of their ids.
   *
   * @throws UserError where there are fewer, or a class is lost, as images of class folders come
   *     class by class
   */
  private static List<SurveyedImage> first(List<SurveyedImage> train, long count) {
    if (count > train.size()) {
      throw new UserError(
          "--num-train %s: there are %s training images".formatted(count, train.size()));
    }
    List<SurveyedImage> kept = train.subList(0, (int) count);
    Set<Integer> lost = labels(train);
    lost.removeAll(labels(kept));
    if (!lost.isEmpty()) {
      throw new UserError(
          ("--num-train %s: the first %<s training images have none of %s classes; keep more,"
                  + " or give --input a folder with some images of each class")
              .formatted(count, lost.size()));
    }
    return kept;
  }

  private static Set<Integer> labels(List<SurveyedImage> images) {
    Set<Integer> labels = new HashSet<>();
    images.forEach(image -> labels.add(image.label()));
    labels.remove(ImageRecord.NO_LABEL);
    return labels;
  }

  /** Draws test images: at least one of each class, and never its last one. */
  private static List<SurveyedImage> drawTest(List<SurveyedImage> train, PrepareRequest options) {
    Map<Integer, List<SurveyedImage>> byClass = new TreeMap<>();
    for (SurveyedImage image : train) {
      if (image.label() != ImageRecord.NO_LABEL) {
        byClass.computeIfAbsent(image.label(), label -> new ArrayList<>()).add(image);
      }
    }
    List<SurveyedImage> test = new ArrayList<>();
    for (List<SurveyedImage> ofClass : byClass.values()) {
      long share = Math.round(options.testFraction() * ofClass.size());
      int count = (int) Math.min(Math.max(share, 1), ofClass.size() - 1);
      test.addAll(
          SeededOrder.shuffled(
                  ofClass, options.seed(), SeededOrder.Purpose.TEST_FRACTION, SurveyedImage::id)
              .subList(0, count));
    }
    return test;
  }

  private void place(String split, List<SurveyedImage> ofSplit, PrepareRequest options) {
    images.put(split, ofSplit);
    long bytes = ofSplit.stream().mapToLong(SurveyedImage::bytes).sum();
    long wanted = Math.max(MIN_SHARDS, (bytes + options.shardBytes() - 1) / options.shardBytes());
    int shards = (int) Math.min(wanted, ofSplit.size());
    List<SurveyedImage> order =
        SeededOrder.shuffled(
            ofSplit, options.seed(), SeededOrder.Purpose.RECORDS, SurveyedImage::id);
    List<Integer> own = new ArrayList<>();
    for (int s = 0; s < shards; s++) {
      int shard = shardFiles.size();
      own.add(shard);
      shardFiles.add(Shown.format("%s-%05d-of-%05d.rec", split, s, shards));
      int from = (int) ((long) s * order.size() / shards);
      int to = (int) ((s + 1L) * order.size() / shards);
      shardRecords.add(to - from);
      for (int i = from; i < to; i++) {
        SurveyedImage image = order.get(i);
        places.put(new Key(image.split(), image.id()), new Place(shard, i - from, image.label()));
      }
    }
    shardsBySplit.put(split, own);
  }
}
