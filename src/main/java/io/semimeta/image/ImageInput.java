package io.semimeta.image;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.Orientation;
import java.io.IOException;
import java.io.Serializable;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.apache.commons.lang3.function.FailableSupplier;

/**
 * Says what the network gets to see of a stored image.
 *
 * @param channels 1 or 3
 * @param height in pixels
 * @param width in pixels
 * @param cropped whether stored images are of any size: then training sees random resized crops,
 *     and evaluation the centre of an image whose shorter side was made 8/7 of the input's (256 to
 *     224 pixels); else they are stored in the input's size
 * @param orientation which way up the data set's images are decoded
 */
public record ImageInput(
    int channels, int height, int width, boolean cropped, Orientation orientation)
    implements Serializable {

  /** Makes an input that has no data set yet and takes pixels as they are stored. */
  public ImageInput(int channels, int height, int width, boolean cropped) {
    this(channels, height, width, cropped, Orientation.STORED);
  }

  /** Returns the same input for a data set of the given orientation. */
  public ImageInput of(Orientation dataSet) {
    return new ImageInput(channels, height, width, cropped, dataSet);
  }

  /**
   * Returns the input for a data set.
   *
   * @param imageSize side of the crops in pixels; empty for no crops
   * @throws UserError where the images differ in size and no size is given
   */
  public static ImageInput of(DatasetManifest manifest, OptionalInt imageSize) {
    if (imageSize.isPresent()) {
      int side = imageSize.getAsInt();
      return new ImageInput(manifest.channels(), side, side, true, manifest.orientation());
    }
    if (manifest.height() == 0) {
      throw new UserError(
          "--data: its images differ in size; train with --image-size 224 (or another), or run"
              + " prepare with --image-size");
    }
    return new ImageInput(
        manifest.channels(), manifest.height(), manifest.width(), false, manifest.orientation());
  }

  /** Returns the number of bytes of one image's pixels. */
  public int bytes() {
    return channels * height * width;
  }

  /**
   * Decodes the image as it is evaluated.
   *
   * @throws UserError where it cannot be decoded or has another size than it should
   */
  public DecodedImage evaluated(ImageRecord record) {
    if (cropped) {
      return readable(record, () -> ImageDecoder.centre(record.encoded(), resizedSide(), this));
    }
    return stored(record);
  }

  /**
   * Decodes any image that {@code prepare} reads, as it would be evaluated if it had been prepared
   * for this input: one of another size is resized by its shorter side, and its centre cropped.
   *
   * @throws IOException with a reason for people, where that cannot be done
   */
  public DecodedImage fitted(byte[] encoded) throws IOException {
    ImageHeader header = ImageHeader.of(encoded);
    if (header.channels() > channels) {
      throw new IOException("in colour, and the network takes grey images");
    }
    boolean fits = header.height(orientation) == height && header.width(orientation) == width;
    if (!cropped && !fits && height != width) {
      throw new IOException(
          "is %sx%s pixels, and the network takes %sx%s"
              .formatted(header.width(orientation), header.height(orientation), width, height));
    }
    if (!cropped && !fits) {
      byte[] square = StoredImage.square(encoded, height, orientation).encoded();
      return ImageDecoder.decode(square, channels, Orientation.STORED);
    }
    if (!header.format().isStored()) {
      byte[] stored = StoredImage.of(encoded, orientation).encoded();
      return new ImageInput(channels, height, width, cropped).fitted(stored);
    }
    return cropped
        ? ImageDecoder.centre(encoded, resizedSide(), this)
        : ImageDecoder.decode(encoded, channels, orientation);
  }

  /**
   * Decodes the image as training sees it: cropped at random and resized, or else as it is stored.
   *
   * @param flip whether crops are mirrored at random
   * @throws UserError where it cannot be decoded or has another size than it should
   */
  public DecodedImage trained(ImageRecord record, boolean flip, SplittableRandom random) {
    if (!cropped) {
      return stored(record);
    }
    return readable(record, () -> ImageDecoder.crop(record.encoded(), this, flip, random));
  }

  /** Returns the length of the resized shorter side, in pixels, before the centre is cropped. */
  int resizedSide() {
    return Math.round(height * 8 / 7f);
  }

  /**
   * Decodes the image as it is stored.
   *
   * @throws UserError where it cannot be decoded or has another size than it should
   */
  public DecodedImage stored(ImageRecord record) {
    DecodedImage image = decode(record);
    if (image.height() != height || image.width() != width) {
      throw new UserError(
          "--data: image %s is %sx%s pixels, but the manifest says %sx%s; run prepare again"
              .formatted(record.id(), image.width(), image.height(), width, height));
    }
    return image;
  }

  private DecodedImage decode(ImageRecord record) {
    return readable(record, () -> ImageDecoder.decode(record.encoded(), channels, orientation));
  }

  private static DecodedImage readable(
      ImageRecord record, FailableSupplier<DecodedImage, IOException> decoding) {
    try {
      return decoding.get();
    } catch (IOException e) {
      throw new UserError(
          ("--data: image %1$s cannot be decoded (%2$s); copy the record file whose .idx lists"
                  + " %1$s again, or run prepare again")
              .formatted(record.id(), e.getMessage()),
          e);
    }
  }
}
