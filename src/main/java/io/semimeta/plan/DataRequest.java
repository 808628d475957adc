package io.semimeta.plan;

import io.semimeta.UserError;
import io.semimeta.data.LabelBalance;
import io.semimeta.data.LabelSplit;
import io.semimeta.image.ImageInput;
import io.semimeta.plan.TrainingPlan.Loader;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which images to train on.
 *
 * @param data folder of a prepared data set, a URI
 * @param numLabel labelled images to draw, or empty
 * @param labelIndices file of the labelled images' ids, or empty; without both, the data set's own,
 *     or all that have a label
 * @param numValid labelled images to set aside
 * @param labelBalance how a draw is divided among the classes
 * @param imageSize side of the random crops that are trained on, in pixels, or empty for images as
 *     they are stored
 * @param loader where images are while they are trained on, or empty for what their size suggests
 */
public record DataRequest(
    String data,
    OptionalInt numLabel,
    Optional<String> labelIndices,
    int numValid,
    LabelBalance labelBalance,
    OptionalInt imageSize,
    Optional<Loader> loader) {
  /** Decoded images of one rank that are kept in memory without being asked for. */
  private static final long MAX_CACHED_BYTES = 2L << 30;

  /** How labelled images are drawn. */
  public LabelSplit.Rules rules(List<String> classes, long seed) {
    return new LabelSplit.Rules(classes, numValid, labelBalance, seed);
  }

  /** Images as they are stored, with the labels that the data set says are to be used. */
  public static DataRequest of(String data) {
    return new DataRequest(
        data,
        OptionalInt.empty(),
        Optional.empty(),
        0,
        LabelBalance.EQUAL,
        OptionalInt.empty(),
        Optional.empty());
  }

  /** Images as they are stored, some of them labelled by a draw. */
  public static DataRequest drawn(String data, int numLabel, int numValid) {
    return new DataRequest(
        data,
        OptionalInt.of(numLabel),
        Optional.empty(),
        numValid,
        LabelBalance.EQUAL,
        OptionalInt.empty(),
        Optional.empty());
  }

  /**
   * Where images are while they are trained on: as asked for, or as their size suggests.
   *
   * @param images of one rank
   * @throws UserError where crops are asked for from a cache
   */
  public Loader loaderFor(ImageInput input, long images) {
    if (input.cropped()) {
      if (loader.equals(Optional.of(Loader.CACHE))) {
        throw new UserError(
            "--loader cache: with --image-size, images are cropped while they are decoded; use"
                + " --loader stream");
      }
      return Loader.STREAM;
    }
    boolean fits = images * input.bytes() <= MAX_CACHED_BYTES;
    return loader.orElse(fits ? Loader.CACHE : Loader.STREAM);
  }
}
