package io.semimeta.data;

import io.semimeta.UserError;
import io.semimeta.model.Placement;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Decoded images of one kind on the training device.
 *
 * @param images uint8 (count, channels, height, width)
 * @param labels int64 (count), {@link ImageRecord#NO_LABEL} where unknown
 */
public record ImageSet(Tensor images, Tensor labels) implements AutoCloseable {

  /** How many images. */
  public int size() {
    return Math.toIntExact(labels.numel());
  }

  @Override
  public void close() {
    images.close();
    labels.close();
  }

  /**
   * Decodes a few images, one after the other: for tasks that share a machine.
   *
   * @throws UserError where one cannot be decoded or has another shape than the given one
   */
  public static ImageSet of(
      List<ImageRecord> records, int channels, int height, int width, Placement placement) {
    Builder builder = new Builder(channels, height, width);
    for (ImageRecord record : records) {
      builder.add(record, decode(record, channels));
    }
    return builder.build(placement);
  }

  static DecodedImage decode(ImageRecord record, int channels) {
    try {
      return ImageDecoder.decode(record.encoded(), channels);
    } catch (IOException e) {
      throw new UserError(
          "image %d cannot be decoded (%s); run prepare again"
              .formatted(record.id(), e.getMessage()),
          e);
    }
  }

  /** Collects images of equal size; decoded bytes move off the heap as they come. */
  static final class Builder {
    /** Enough images to be worth a tensor, small enough for any heap. */
    private static final long CHUNK_BYTES = 16 << 20;

    private final List<DecodedImage> pending = new ArrayList<>();
    private final List<Tensor> chunks = new ArrayList<>();
    private final List<Long> labels = new ArrayList<>();
    private final long[] shape;

    /** For images of the given shape, known from the manifest. */
    Builder(int channels, int height, int width) {
      shape = new long[] {0, channels, height, width};
    }

    void add(ImageRecord record, DecodedImage image) {
      if (image.height() != shape[2] || image.width() != shape[3]) {
        throw new UserError(
            "image %d is %dx%d pixels, but the manifest says %dx%d; run prepare again"
                .formatted(record.id(), image.width(), image.height(), shape[3], shape[2]));
      }
      pending.add(image);
      labels.add((long) record.label());
      if (pending.size() * imageBytes() >= CHUNK_BYTES) {
        flush();
      }
    }

    private long imageBytes() {
      return shape[1] * shape[2] * shape[3];
    }

    private void flush() {
      long[] chunk = shape.clone();
      chunk[0] = pending.size();
      ByteBuffer pixels = ByteBuffer.allocate(Math.toIntExact(pending.size() * imageBytes()));
      pending.forEach(image -> pixels.put(image.pixels()));
      chunks.add(TensorBytes.tensor(pixels.flip(), ScalarType.Byte, chunk));
      pending.clear();
    }

    ImageSet build(Placement placement) {
      flush();
      Tensor all = torch.cat(new TensorVector(chunks.toArray(Tensor[]::new)));
      chunks.forEach(Tensor::close);
      long[] values = labels.stream().mapToLong(Long::longValue).toArray();
      Tensor classes =
          values.length == 0
              ? torch.zeros(new long[] {0}, placement.options(ScalarType.Long))
              : Tensor.create(values, values.length);
      return new ImageSet(placement.place(all), placement.place(classes));
    }
  }
}
