package io.semimeta.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.semimeta.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Holds the checked header of a safetensors file.
 *
 * @param tensors tensors in the header's order; together they cover the data exactly
 */
record SafetensorsHeader(List<Entry> tensors) {
  static final String METADATA = "__metadata__";

  /** Bounds the header: the format allows 100 MB; ten thousand tensors need one. */
  private static final long MAX_BYTES = 16L << 20;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Describes one tensor; {@code begin} and {@code end} count bytes after the header. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Entry(String name, String dtype, long[] shape, long begin, long end) {
    long bytes() {
      return end - begin;
    }
  }

  List<Entry> inFileOrder() {
    List<Entry> sorted = new ArrayList<>(tensors);
    sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    return sorted;
  }

  /**
   * Reads the header from the start of a file of {@code length} bytes.
   *
   * @throws UserError when it is not the header of a sound safetensors file
   */
  static SafetensorsHeader read(InputStream in, long length, String file) throws IOException {
    if (length < Long.BYTES) {
      throw new UserError(file + ": not a safetensors file (only " + length + " bytes long)");
    }
    long headerBytes =
        ByteBuffer.wrap(Safetensors.readFully(in, Long.BYTES, file))
            .order(ByteOrder.LITTLE_ENDIAN)
            .getLong();
    if (headerBytes < 2 || headerBytes > Math.min(MAX_BYTES, length - Long.BYTES)) {
      throw new UserError(
          file + ": not a safetensors file, or damaged (header of " + headerBytes + " bytes)");
    }
    byte[] text = Safetensors.readFully(in, (int) headerBytes, file);
    if (text[0] != '{') {
      throw new UserError(file + ": not a safetensors file, or damaged (header is no JSON object)");
    }
    JsonNode json;
    try {
      json = JSON.readTree(new String(text, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new UserError(
          file + ": not a safetensors file, or damaged (" + e.getOriginalMessage() + ")", e);
    }
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      if (!field.getKey().equals(METADATA)) {
        entries.add(entry(file, field.getKey(), field.getValue()));
      }
    }
    SafetensorsHeader header = new SafetensorsHeader(List.copyOf(entries));
    header.checkCover(file, length - Long.BYTES - headerBytes);
    return header;
  }

  private static Entry entry(String file, String name, JsonNode json) {
    JsonNode dtype = json.path("dtype");
    long[] shape = longs(file, name, "shape", json);
    long[] offsets = longs(file, name, "data_offsets", json);
    if (!dtype.isTextual() || json.size() != 3) {
      throw fault(file, name, "needs dtype, shape and data_offsets");
    }
    if (offsets.length != 2 || offsets[0] < 0 || offsets[1] < offsets[0]) {
      throw fault(file, name, "data_offsets must be its begin and end");
    }
    Entry entry = new Entry(name, dtype.textValue(), shape, offsets[0], offsets[1]);
    long expected;
    try {
      expected = StoredTensor.byteCount(entry.dtype, shape);
    } catch (IllegalArgumentException e) {
      throw fault(file, name, e.getMessage());
    }
    if (expected != entry.bytes()) {
      throw fault(file, name, "takes " + expected + " bytes but its offsets span " + entry.bytes());
    }
    return entry;
  }

  private static long[] longs(String file, String name, String field, JsonNode json) {
    JsonNode array = json.path(field);
    long[] values = new long[array.size()];
    for (int i = 0; i < values.length; i++) {
      JsonNode value = array.path(i);
      if (!value.isIntegralNumber() || !value.canConvertToLong()) {
        throw fault(file, name, field + " must hold integers");
      }
      values[i] = value.longValue();
    }
    if (!array.isArray()) {
      throw fault(file, name, field + " must be a list");
    }
    return values;
  }

  /** Checks that the tensors fill the data from first to last byte, without hole or overlap. */
  private void checkCover(String file, long dataBytes) {
    long position = 0;
    for (Entry entry : inFileOrder()) {
      if (entry.begin != position) {
        throw fault(
            file, entry.name, entry.begin < position ? "overlaps another" : "follows a hole");
      }
      if (entry.end > dataBytes) {
        throw fault(file, entry.name, "ends after the file does; the file is cut short or damaged");
      }
      // A Java array holds no more bytes, and no tensor of these networks comes near.
      if (entry.bytes() > Integer.MAX_VALUE - 8) {
        throw fault(file, entry.name, "is larger than 2 GiB, more than this program reads");
      }
      position = entry.end;
    }
    if (position != dataBytes) {
      throw new UserError(
          file + ": " + (dataBytes - position) + " bytes after the last tensor; damaged");
    }
  }

  private static UserError fault(String file, String tensor, String what) {
    return new UserError(file + ": tensor \"" + tensor + "\": " + what);
  }
}
