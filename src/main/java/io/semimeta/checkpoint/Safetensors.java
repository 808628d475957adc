package io.semimeta.checkpoint;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semimeta.UserError;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads and writes the safetensors format: the header's length (8 bytes, little-endian), the header
 * (a JSON object, padded with spaces) and the tensors' bytes. PyTorch reads and writes it with
 * {@code safetensors.torch}.
 *
 * @see <a href="https://github.com/huggingface/safetensors">The format's description</a>
 */
public final class Safetensors {
  private static final JsonMapper JSON = new JsonMapper();

  private Safetensors() {}

  /**
   * Writes the tensors; the stream stays open.
   *
   * @param tensors tensors by name; their order is that of the header
   * @param metadata the header's free text fields; {@code format=pt} says that PyTorch's layouts
   *     and names are meant
   */
  public static void write(
      OutputStream out, Map<String, StoredTensor> tensors, Map<String, String> metadata)
      throws IOException {
    // Largest elements come first, as in the Python writer, so that every tensor is aligned in the
    // file.
    List<String> order = new ArrayList<>(tensors.keySet());
    order.sort(
        Comparator.comparingInt(name -> -StoredTensor.elementBytes(tensors.get(name).dtype())));
    Map<String, Long> offsets = new HashMap<>();
    long end = 0;
    for (String name : order) {
      offsets.put(name, end);
      end += tensors.get(name).data().remaining();
    }
    byte[] header = header(tensors, metadata, offsets);
    out.write(
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .array());
    out.write(header);
    WritableByteChannel channel = Channels.newChannel(out);
    for (String name : order) {
      ByteBuffer data = tensors.get(name).data();
      while (data.hasRemaining()) {
        channel.write(data);
      }
    }
  }

  private static byte[] header(
      Map<String, StoredTensor> tensors, Map<String, String> metadata, Map<String, Long> offsets)
      throws IOException {
    ObjectNode header = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      metadata.forEach(header.putObject(SafetensorsHeader.METADATA)::put);
    }
    tensors.forEach(
        (name, tensor) -> {
          if (name.equals(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException("a tensor cannot be called " + name);
          }
          ObjectNode entry = header.putObject(name).put("dtype", tensor.dtype());
          entry.set("shape", JSON.valueToTree(tensor.shape()));
          long begin = offsets.get(name);
          entry.putArray("data_offsets").add(begin).add(begin + tensor.data().remaining());
        });
    byte[] json = JSON.writeValueAsBytes(header);
    byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }

  /**
   * Reads all tensors of a file that may be damaged or hostile: nothing is allocated that the
   * file's length does not cover.
   *
   * @param in stream of the file from its start; it is left open
   * @param length length of the file in bytes
   * @param file name of the file, for messages
   * @return the tensors by name, in the header's order
   * @throws UserError that names file and tensor, when the file is not a sound safetensors file
   */
  public static Map<String, StoredTensor> read(InputStream in, long length, String file)
      throws IOException {
    SafetensorsHeader header = SafetensorsHeader.read(in, length, file);
    Map<String, StoredTensor> byName = new LinkedHashMap<>();
    header.tensors().forEach(tensor -> byName.put(tensor.name(), null));
    for (SafetensorsHeader.Entry tensor : header.inFileOrder()) {
      ByteBuffer data = ByteBuffer.wrap(readFully(in, (int) tensor.bytes(), file));
      byName.put(tensor.name(), new StoredTensor(tensor.dtype(), tensor.shape(), data));
    }
    return byName;
  }

  static byte[] readFully(InputStream in, int count, String file) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException(file + ": ends before its stated length");
    }
    return bytes;
  }
}
