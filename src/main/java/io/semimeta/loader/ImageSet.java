package io.semimeta.loader;

import io.semimeta.data.ImageRecord;
import io.semimeta.image.DecodedImage;
import io.semimeta.image.ImageInput;
import io.semimeta.model.Placement;
import io.semimeta.model.TensorBytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Holds decoded images of one kind on the training device.
 *
 * @param images uint8 (count, channels, height, width)
 * @param labels int64 (count), {@link ImageRecord#NO_LABEL} where unknown
 */
public record ImageSet(Tensor images, Tensor labels) implements AutoCloseable {

  /** Returns how many images there are. */
  public int size() {
    return Math.toIntExact(labels.numel());
  }

  @Override
  public void close() {
    images.close();
    labels.close();
  }

  /** Joins decoded images of the input's size, whose classes nobody asks for. */
  public static ImageSet of(Iterable<DecodedImage> images, ImageInput input, Placement placement) {
    Builder builder = new Builder(input);
    images.forEach(image -> builder.add(ImageRecord.NO_LABEL, image));
    return builder.build(placement);
  }

  /** Moves images (count, channels, height, width) and their labels to the device. */
  static ImageSet of(Tensor images, long[] labels, Placement placement) {
    Tensor classes =
        labels.length == 0
            ? torch.zeros(new long[] {0}, new TensorOptions(ScalarType.Long))
            : Tensor.create(labels, labels.length);
    return new ImageSet(placement.place(images), placement.place(classes));
  }

  /** Collects images of equal size; decoded bytes move off the heap as they come. */
  static final class Builder {
    /** Bounds a chunk: it is large enough to be worth a tensor, and small enough for any heap. */
    private static final long CHUNK_BYTES = 16 << 20;

    private final List<DecodedImage> pending = new ArrayList<>();
    private final List<Tensor> chunks = new ArrayList<>();
    private final List<Long> labels = new ArrayList<>();
    private final long[] shape;

    Builder(ImageInput input) {
      shape = new long[] {0, input.channels(), input.height(), input.width()};
    }

    void add(int label, DecodedImage image) {
      pending.add(image);
      labels.add((long) label);
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
      return of(all, labels.stream().mapToLong(Long::longValue).toArray(), placement);
    }
  }
}
