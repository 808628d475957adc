package io.semimeta.training.metrics;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.semimeta.Shown;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.commons.lang3.function.FailableConsumer;

/**
 * Encodes TensorBoard's event file: {@code Event} messages in TFRecord frames.
 *
 * @see <a
 *     href="https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/event.proto">
 *     The fields' numbers</a>
 */
final class EventFile {
  /** TensorBoard looks for {@code tfevents} in the name. */
  static final String FILE_NAME = "events.out.tfevents.semimeta";

  private static final int CRC_MASK_DELTA = 0xa282ead8;

  private EventFile() {}

  /** Encodes the whole file; its start does not change when rows are added. */
  static byte[] encode(List<MetricsRow> rows) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    Instant start = rows.isEmpty() ? Instant.EPOCH : rows.get(0).time();
    frame(file, event(start, out -> out.writeString(3, "brain.Event:2")));
    for (MetricsRow row : rows) {
      frame(
          file,
          event(
              row.time(),
              out -> {
                out.writeInt64(2, row.step());
                out.writeBytes(5, summary(row));
              }));
    }
    return file.toByteArray();
  }

  private static ByteString event(
      Instant time, FailableConsumer<CodedOutputStream, IOException> rest) {
    return message(
        out -> {
          out.writeDouble(1, time.toEpochMilli() / 1e3);
          rest.accept(out);
        });
  }

  private static ByteString summary(MetricsRow row) {
    return message(
        out -> {
          for (var value : row.values().entrySet()) {
            out.writeBytes(
                1,
                message(
                    scalar -> {
                      scalar.writeString(1, Shown.text(row.kind() + "/" + value.getKey()));
                      scalar.writeFloat(2, value.getValue().floatValue());
                    }));
          }
        });
  }

  private static ByteString message(FailableConsumer<CodedOutputStream, IOException> fields) {
    ByteString.Output bytes = ByteString.newOutput();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.accept(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteString();
  }

  private static void frame(ByteArrayOutputStream file, ByteString data) {
    ByteBuffer frame =
        ByteBuffer.allocate(Long.BYTES + 2 * Integer.BYTES + data.size())
            .order(ByteOrder.LITTLE_ENDIAN);
    frame.putLong(data.size());
    frame.putInt(maskedCrc(frame.array(), 0, Long.BYTES));
    frame.put(data.asReadOnlyByteBuffer());
    frame.putInt(maskedCrc(frame.array(), Long.BYTES + Integer.BYTES, data.size()));
    file.writeBytes(frame.array());
  }

  private static int maskedCrc(byte[] bytes, int offset, int count) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, count);
    return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK_DELTA;
  }
}
