package io.semimeta.loader;

import io.semimeta.image.ImageInput;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Augments images, a whole batch at a time, by a random crop of the image padded with black and a
 * random horizontal flip.
 *
 * @param padding pixels added on each side before the crop; 0 for no crop
 * @param flip whether images are mirrored at random
 */
public record CropFlip(int padding, boolean flip) {

  /** Returns the augmentation of a run's batches, which is none where decoding augments. */
  public static CropFlip of(ImageInput input, BatchOptions options) {
    return input.cropped()
        ? new CropFlip(0, false)
        : new CropFlip(options.cropPadding(), options.flip());
  }

  /** Returns the images randomly cropped and flipped, of the same type and shape. */
  Tensor apply(Tensor images, SplittableRandom random) {
    if (images.size(0) == 0 || (padding == 0 && !flip)) {
      return images;
    }
    long count = images.size(0);
    long channels = images.size(1);
    int height = Math.toIntExact(images.size(2));
    int width = Math.toIntExact(images.size(3));
    Tensor source =
        torch.constant_pad_nd(
            images, new long[] {padding, padding, padding, padding}, new Scalar(0));
    Tensor index =
        sourceIndex(Math.toIntExact(count), height, width, random)
            .to(images.device(), ScalarType.Long);
    return source
        .view(count, channels, source.size(2) * source.size(3))
        .gather(2, index.expand(new long[] {count, channels, (long) height * width}, false))
        .view(count, channels, height, width);
  }

  /** Returns where each output pixel lies in the padded image: int64 (count, 1, height * width). */
  private Tensor sourceIndex(int count, int height, int width, SplittableRandom random) {
    int paddedWidth = width + 2 * padding;
    long[] index = new long[count * height * width];
    int at = 0;
    for (int i = 0; i < count; i++) {
      int top = random.nextInt(2 * padding + 1);
      int left = random.nextInt(2 * padding + 1);
      boolean mirrored = flip && random.nextBoolean();
      for (int row = 0; row < height; row++) {
        for (int column = 0; column < width; column++) {
          int from = mirrored ? width - 1 - column : column;
          index[at++] = (long) (top + row) * paddedWidth + left + from;
        }
      }
    }
    return Tensor.create(index, count, 1, (long) height * width);
  }
}
