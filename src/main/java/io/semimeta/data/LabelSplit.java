package io.semimeta.data;

import io.semimeta.UserError;
import java.math.BigDecimal;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * The training images' parts. Every image is in one of them, in the order of the record files. What
 * is drawn depends on ids, labels and seed alone, not on how the records lie in their files.
 *
 * @param labelled whose labels are trained on
 * @param valid labelled, set aside for model selection
 * @param unlabelled all others, with or without a known label
 */
public record LabelSplit(
    List<RecordPosition> labelled, List<RecordPosition> valid, List<RecordPosition> unlabelled) {
  private static final String LABELLED_OPTION = "--num-label";
  private static final String VALID_OPTION = "--num-valid";

  /**
   * Draws the labelled images, balanced by class: as many of each, and one more of some where the
   * number is no multiple of the number of classes.
   *
   * @param train all training records
   * @param classes names, for messages
   * @param numLabel labelled images in all
   * @param numValid images set aside in all, balanced likewise, or 0
   * @throws UserError when the numbers cannot be had
   */
  public static LabelSplit draw(
      List<RecordPosition> train, List<String> classes, int numLabel, int numValid, long seed) {
    if (numLabel < classes.size()) {
      throw new UserError(
          LABELLED_OPTION
              + " "
              + numLabel
              + ": at least one image of each of the "
              + classes.size()
              + " classes is needed");
    }
    Pools pools = new Pools(train, classes, seed);
    String request = LABELLED_OPTION + " " + numLabel;
    pools.checkTotal(request, numLabel);
    List<RecordPosition> labelled = pools.take(request, numLabel, true);
    return split(train, labelled, pools, numValid);
  }

  /**
   * Draws a share of the images with a label, as {@link #draw} does, but exactly as many of each
   * class: the share divided by the number of classes, without its fraction.
   *
   * @param share between 0 and 1
   * @throws UserError when that is not one image of each class, or some class has fewer
   */
  public static List<RecordPosition> drawShare(
      List<RecordPosition> train, List<String> classes, double share, long seed) {
    long known = train.stream().filter(p -> p.label() != ImageRecord.NO_LABEL).count();
    int each = // exact: 0.29 of 100 images is 29 of them, not 28.999…
        BigDecimal.valueOf(share)
            .multiply(BigDecimal.valueOf(known))
            .divideToIntegralValue(BigDecimal.valueOf(classes.size()))
            .intValueExact();
    String request = "--label-fraction " + share + " of " + known + " images with a label";
    if (each == 0) {
      throw new UserError(
          request + ": is less than one of each of the " + classes.size() + " classes");
    }
    return new Pools(train, classes, seed).take(request, each * classes.size(), true);
  }

  /**
   * Takes the labelled images from a file of their ids.
   *
   * @param labelIndices as written by {@link LabelIndices#write}
   * @throws UserError with the line at fault: an id that is unknown, repeated or without a label
   */
  public static LabelSplit read(
      List<RecordPosition> train,
      List<String> classes,
      URI labelIndices,
      Configuration conf,
      int numValid,
      long seed) {
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
    return split(train, labelled, new Pools(rest, classes, seed), numValid);
  }

  private static LabelSplit split(
      List<RecordPosition> train, List<RecordPosition> labelled, Pools pools, int numValid) {
    if (numValid < 0) {
      throw new UserError(VALID_OPTION + " " + numValid + ": must not be negative");
    }
    String request = VALID_OPTION + " " + numValid;
    pools.checkTotal(request, numValid);
    Set<RecordPosition> labelledSet = new HashSet<>(labelled);
    Set<RecordPosition> validSet = new HashSet<>(pools.take(request, numValid, false));
    List<List<RecordPosition>> parts = new ArrayList<>();
    IntStream.range(0, 3).forEach(part -> parts.add(new ArrayList<>()));
    for (RecordPosition position : train) {
      int part = labelledSet.contains(position) ? 0 : validSet.contains(position) ? 1 : 2;
      parts.get(part).add(position);
    }
    return new LabelSplit(parts.get(0), parts.get(1), parts.get(2));
  }

  /** The images of each class that can still be drawn, shuffled. */
  private static final class Pools {
    private final List<String> classes;
    private final long seed;
    private final List<List<RecordPosition>> byClass = new ArrayList<>();

    Pools(List<RecordPosition> positions, List<String> classes, long seed) {
      this.classes = classes;
      this.seed = seed;
      classes.forEach(name -> byClass.add(new ArrayList<>()));
      List<RecordPosition> order =
          SeededOrder.shuffled(positions, seed, SeededOrder.Purpose.LABELS, RecordPosition::id);
      for (RecordPosition position : order) {
        if (position.label() != ImageRecord.NO_LABEL) {
          byClass.get(position.label()).add(position);
        }
      }
    }

    void checkTotal(String request, int count) {
      int available = byClass.stream().mapToInt(List::size).sum();
      if (count > available) {
        throw new UserError(request + ": only " + available + " labelled training images are left");
      }
    }

    /**
     * Removes and returns a balanced draw.
     *
     * @param request what the user asked for, as messages begin
     * @param front from which end of the order: as the labelled come from one and the validation
     *     images from the other, the latter stay the same when the number of the former changes
     */
    List<RecordPosition> take(String request, int count, boolean front) {
      List<Integer> order =
          SeededOrder.shuffled(
              IntStream.range(0, classes.size()).boxed().toList(),
              seed,
              SeededOrder.Purpose.REMAINDER,
              Integer::longValue);
      List<RecordPosition> drawn = new ArrayList<>();
      for (int rank = 0; rank < order.size(); rank++) {
        int label = order.get(rank);
        List<RecordPosition> pool = byClass.get(label);
        int share = count / classes.size() + (rank < count % classes.size() ? 1 : 0);
        if (share > pool.size()) {
          throw new UserError(
              request
                  + " needs "
                  + share
                  + " images of class '"
                  + classes.get(label)
                  + "', which has "
                  + pool.size()
                  + " left");
        }
        List<RecordPosition> own =
            front ? pool.subList(0, share) : pool.subList(pool.size() - share, pool.size());
        drawn.addAll(own);
        own.clear();
      }
      return drawn;
    }
  }
}
