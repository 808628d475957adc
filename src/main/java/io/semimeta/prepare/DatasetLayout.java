package io.semimeta.prepare;

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
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which image goes where. The driver decides from the survey alone; so neither the number of
 * executors nor the order of their work changes a byte.
 */
final class DatasetLayout {
  /** A small set has several shards too, so that they can be read in parallel. */
  private static final int MIN_SHARDS = 4;

  /**
   * A record's place in all shards of all splits.
   *
   * @param shard index over all shards
   * @param index within the shard
   * @param label that the survey found; a record with another one is not the surveyed image
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
   * An image as the source knows it.
   *
   * @param split the source's, not always the one it goes into
   */
  record Key(String split, long id) implements Serializable {}

  private final Map<String, List<SurveyedImage>> images = new LinkedHashMap<>();
  private final Map<Key, Place> places = new HashMap<>();
  private final List<String> shardFiles = new ArrayList<>();
  private final List<Integer> shardRecords = new ArrayList<>();
  private final Map<String, List<Integer>> shardsBySplit = new HashMap<>();

  /**
   * @param good all images that could be decoded; some are training images
   */
  DatasetLayout(Collection<SurveyedImage> good, PrepareOptions options) {
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
   * So many images.
   *
   * @throws UserError where there are fewer, or a class is lost: those of class folders come class
   *     by class
   */
  private static List<SurveyedImage> first(List<SurveyedImage> train, long count) {
    if (count > train.size()) {
      throw new UserError(
          String.format(
              Locale.ROOT, "--num-train %d: there are %d training images", count, train.size()));
    }
    List<SurveyedImage> kept = train.subList(0, (int) count);
    Set<Integer> lost = labels(train);
    lost.removeAll(labels(kept));
    if (!lost.isEmpty()) {
      throw new UserError(
          String.format(
              Locale.ROOT,
              ("--num-train %d: the first %<d training images have none of %d classes; keep more,"
                  + " or give --input a folder with some images of each class"),
              count,
              lost.size()));
    }
    return kept;
  }

  private static Set<Integer> labels(List<SurveyedImage> images) {
    Set<Integer> labels = new HashSet<>();
    images.forEach(image -> labels.add(image.label()));
    labels.remove(ImageRecord.NO_LABEL);
    return labels;
  }

  /** The images of each split, training first. */
  Map<String, List<SurveyedImage>> images() {
    return images;
  }

  /** Where each image goes; those that are left out are not there. */
  Map<Key, Place> places() {
    return places;
  }

  /** File names of all shards of all splits. */
  List<String> shardFiles() {
    return shardFiles;
  }

  /** How many records each of them has. */
  List<Integer> shardRecords() {
    return shardRecords;
  }

  /** Which of all shards are a split's. */
  List<Integer> shards(String split) {
    return shardsBySplit.get(split);
  }

  /** At least one image of each class, and never its last one. */
  private static List<SurveyedImage> drawTest(List<SurveyedImage> train, PrepareOptions options) {
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

  private void place(String split, List<SurveyedImage> ofSplit, PrepareOptions options) {
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
      shardFiles.add(String.format(Locale.ROOT, "%s-%05d-of-%05d.rec", split, s, shards));
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
