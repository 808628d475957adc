package io.semimeta.training;

import java.io.Serializable;

/**
 * Holds the errors after a number of steps.
 *
 * @param step the number of updates made
 * @param examples the number of images
 * @param top1Error the top-1 error, a share in [0, 1]
 * @param top5Error the top-5 error, a share in [0, 1]
 */
public record Validation(long step, long examples, double top1Error, double top5Error)
    implements Serializable {
  static final int LONGS = 4;

  long[] toLongs() {
    return new long[] {
      step, examples, Double.doubleToLongBits(top1Error), Double.doubleToLongBits(top5Error)
    };
  }

  static Validation fromLongs(long[] numbers) {
    return new Validation(
        numbers[0],
        numbers[1],
        Double.longBitsToDouble(numbers[2]),
        Double.longBitsToDouble(numbers[3]));
  }
}
