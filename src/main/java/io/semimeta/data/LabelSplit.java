package io.semimeta.data;

import io.semimeta.UserError;
import java.math.BigDecimal;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * Divides the training images into parts. Every image is in one of them, in the order of the record
 * files. The draw depends on ids, labels and seed alone, not on how the records lie in their files.
 *
 * @param labelled images whose labels are trained on
 * @param validation images: labelled ones, which serve model selection alone
 * @param unlabelled all other images, with or without a known label
 */
public record LabelSplit(
    List<RecordPosition> labelled,
    List<RecordPosition> validation,
    List<RecordPosition> unlabelled) {
  private static final String NUM_VALID = "--num-valid";
  private static final String PROPORTIONAL =
      "; --label-balance proportional draws more, by the sizes of the classes";

  /**
   * Says how images are drawn.
   *
   * @param classes class names, for messages
   * @param numValid number of labelled images drawn for validation, or 0
   * @param balance how a draw is divided among the classes
   * @param seed seed of the draw
   */
  public record Rules(List<String> classes, int numValid, LabelBalance balance, long seed) {
    public Rules {
      if (numValid < 0) {
        throw new UserError(NUM_VALID + " " + numValid + ": must not be negative");
      }
    }
  }

  /**
   * Draws the labelled images.
   *
   * @param train all training records
   * @param numLabel number of labelled images in all
   * @throws UserError when the numbers cannot be had
   */
  public static LabelSplit draw(List<RecordPosition> train, int numLabel, Rules rules) {
    Pools pools = new Pools(train, train, rules);
    return split(train, pools.take(labelled(numLabel), true), pools, rules);
  }

  private static ClassShares.Wanted labelled(int numLabel) {
    return new ClassShares.Wanted("--num-label " + numLabel, numLabel, 1, PROPORTIONAL);
  }

  private static ClassShares.Wanted validation(int numValid) {
    return new ClassShares.Wanted(NUM_VALID + " " + numValid, numValid, 0, PROPORTIONAL);
  }

  /**
   * Checks, by the numbers alone, that {@link #draw} can succeed.
   *
   * @param perClass images of each class
   * @throws UserError when the numbers cannot be had
   */
  public static void requireDraw(List<Long> perClass, int numLabel, Rules rules) {
    ClassShares shares = new ClassShares(rules.classes, perClass, rules.balance, rules.seed);
    List<Integer> sizes = perClass.stream().map(Math::toIntExact).toList();
    int[] labelled = shares.of(labelled(numLabel), sizes);
    List<Integer> left =
        IntStream.range(0, labelled.length).mapToObj(c -> sizes.get(c) - labelled[c]).toList();
    shares.of(validation(rules.numValid), left);
  }

  /**
   * Takes every image that has a label as labelled, except the validation images.
   *
   * @throws UserError when no image has a label, or too few have one for the validation images
   */
  public static LabelSplit all(List<RecordPosition> train, Rules rules) {
    List<RecordPosition> known = known(train);
    LabelSplit split = split(train, List.of(), new Pools(train, train, rules), rules);
    Set<RecordPosition> validation = new HashSet<>(split.validation);
    List<RecordPosition> labelled =
        known.stream().filter(position -> !validation.contains(position)).toList();
    if (labelled.isEmpty()) {
      throw new UserError(
          known.isEmpty()
              ? "No training image has a label; put labelled images into a folder for each class"
              : NUM_VALID + " " + rules.numValid + ": no labelled image is left to train on");
    }
    List<RecordPosition> unlabelled =
        train.stream().filter(position -> position.label() == ImageRecord.NO_LABEL).toList();
    return new LabelSplit(labelled, split.validation, unlabelled);
  }

  private static List<RecordPosition> known(List<RecordPosition> train) {
    return train.stream().filter(position -> position.label() != ImageRecord.NO_LABEL).toList();
  }

  /**
   * Draws a share of the images with a label, as {@link #draw} does, but exactly as many of each
   * class: the share divided by the number of classes, without its fraction. A share of 1 takes all
   * of them, whatever the classes' sizes.
   *
   * @param share share of the images with a label, above 0 and at most 1
   * @throws UserError when that is less than one image of each class, or some class has fewer
   */
  public static List<RecordPosition> drawShare(
      List<RecordPosition> train, List<String> classes, double share, long seed) {
    List<RecordPosition> known = known(train);
    if (known.isEmpty()) {
      throw new UserError("--label-fraction " + share + ": no training image has a label");
    }
    if (share == 1) {
      return known;
    }
    long used = known.stream().mapToInt(RecordPosition::label).distinct().count();
    int each = // exact: 0.29 of 100 images is 29 of them, not 28.999…
        BigDecimal.valueOf(share)
            .multiply(BigDecimal.valueOf(known.size()))
            .divideToIntegralValue(BigDecimal.valueOf(used))
            .intValueExact();
    String request = "--label-fraction " + share + " of " + known.size() + " images with a label";
    if (each == 0) {
      throw new UserError(request + ": is less than one of each of the " + used + " classes");
    }
    String remedy =
        "; or leave the choice to 'train' with --num-label N --label-balance proportional";
    int count = each * (int) used;
    return new Pools(train, train, new Rules(classes, 0, LabelBalance.EQUAL, seed))
        .take(new ClassShares.Wanted(request, count, 1, remedy), true);
  }

  /**
   * Takes the labelled images from a file of their ids.
   *
   * @param labelIndices file as written by {@link LabelIndices#write}
   * @throws UserError that names a line whose id is unknown, repeated or without a label
   */
  public static LabelSplit read(
      List<RecordPosition> train, URI labelIndices, Configuration conf, Rules rules) {
    Map<Long, RecordPosition> byId = new HashMap<>();
    train.forEach(position -> byId.put(position.id(), position));
    Set<Long> taken = new HashSet<>();
    List<RecordPosition> labelled = new ArrayList<>();
    for (LabelIndices.Entry entry : LabelIndices.read(labelIndices, conf)) {
      RecordPosition position = byId.get(entry.id());
      String problem =
          position == null
              ? "is no training image"
              : position.label() == ImageRecord.NO_LABEL
                  ? "has no label"
                  : taken.add(entry.id()) ? null : "is there twice";
      if (problem != null) {
        throw new UserError(
            labelIndices + " line " + entry.line() + ": image " + entry.id() + " " + problem);
      }
      labelled.add(position);
    }
    if (labelled.isEmpty()) {
      throw new UserError(labelIndices + " holds no image's id");
    }
    List<RecordPosition> rest =
        train.stream().filter(position -> !taken.contains(position.id())).toList();
    return split(train, labelled, new Pools(train, rest, rules), rules);
  }

  private static LabelSplit split(
      List<RecordPosition> train, List<RecordPosition> labelled, Pools pools, Rules rules) {
    Set<RecordPosition> labelledSet = new HashSet<>(labelled);
    Set<RecordPosition> validationSet =
        new HashSet<>(pools.take(validation(rules.numValid), false));
    List<List<RecordPosition>> parts = new ArrayList<>();
    IntStream.range(0, 3).forEach(part -> parts.add(new ArrayList<>()));
    for (RecordPosition position : train) {
      int part = labelledSet.contains(position) ? 0 : validationSet.contains(position) ? 1 : 2;
      parts.get(part).add(position);
    }
    return new LabelSplit(parts.get(0), parts.get(1), parts.get(2));
  }

  /** Holds the images of each class that can still be drawn, shuffled. */
  private static final class Pools {
    private final ClassShares shares;
    private final List<List<RecordPosition>> byClass = new ArrayList<>();

    /**
     * Makes the pools.
     *
     * @param all all training images, which say how large the classes are
     * @param left images that can be drawn
     */
    Pools(List<RecordPosition> all, List<RecordPosition> left, Rules rules) {
      long[] sizes = new long[rules.classes.size()];
      known(all).forEach(position -> sizes[position.label()]++);
      shares =
          new ClassShares(
              rules.classes, Arrays.stream(sizes).boxed().toList(), rules.balance, rules.seed);
      rules.classes.forEach(name -> byClass.add(new ArrayList<>()));
      List<RecordPosition> order =
          SeededOrder.shuffled(left, rules.seed, SeededOrder.Purpose.LABELS, RecordPosition::id);
      known(order).forEach(position -> byClass.get(position.label()).add(position));
    }

    /**
     * Removes and returns a draw.
     *
     * @param front whether to draw from the front of the order or from its end; labelled images
     *     come from the front and validation images from the end, and so do not depend on how many
     *     are labelled
     */
    List<RecordPosition> take(ClassShares.Wanted request, boolean front) {
      int[] counts = shares.of(request, byClass.stream().map(List::size).toList());
      List<RecordPosition> drawn = new ArrayList<>();
      for (int label = 0; label < counts.length; label++) {
        List<RecordPosition> pool = byClass.get(label);
        int size = pool.size();
        List<RecordPosition> own =
            front ? pool.subList(0, counts[label]) : pool.subList(size - counts[label], size);
        drawn.addAll(own);
        own.clear();
      }
      return drawn;
    }
  }
}
