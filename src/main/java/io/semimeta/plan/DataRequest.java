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
 * Says which images to train on.
 *
 * @param data the URI of the folder of a prepared data set
 * @param numLabel the number of labelled images to draw, or empty
 * @param labelIndices the file of the labelled images' ids, or empty; without both, the data set's
 *     own labelled images, or all that have a label
 * @param numValid the number of validation images to draw
 * @param labelBalance how a draw is divided among the classes
 * @param imageSize the side of the random crops that are trained on, in pixels, or empty for images
 *     as they are stored
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
  /** A rank keeps decoded images of so many bytes in memory without being asked to. */
  private static final long MAX_CACHED_BYTES = 2L << 30;

  /** Returns the rules by which labelled images are drawn. */
  public LabelSplit.Rules rules(List<String> classes, long seed) {
    return new LabelSplit.Rules(classes, numValid, labelBalance, seed);
  }

  /** Asks for images as they are stored, with the labels that the data set says are to be used. */
  public static DataRequest of(String data) {
    return of(data, OptionalInt.empty(), 0);
  }

  /** Asks for images as they are stored, some of them labelled by a draw. */
  public static DataRequest drawn(String data, int numLabel, int numValid) {
    return of(data, OptionalInt.of(numLabel), numValid);
  }

  private static DataRequest of(String data, OptionalInt numLabel, int numValid) {
    return new DataRequest(
        data,
        numLabel,
        Optional.empty(),
        numValid,
        LabelBalance.EQUAL,
        OptionalInt.empty(),
        Optional.empty());
  }

  /**
   * Decides where images are while they are trained on: as asked for, or as their size suggests.
   *
   * @param images the number of one rank's images
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
