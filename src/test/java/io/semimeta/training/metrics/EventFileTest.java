package io.semimeta.training.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventFileTest {
  static List<MetricsRow> rows() {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss", 1.25);
    values.put("error", 0.1);
    return List.of(
        new MetricsRow(10, "train", Instant.ofEpochMilli(1_700_000_000_500L), values),
        new MetricsRow(
            3_000_000_000L,
            "validation",
            Instant.ofEpochMilli(1_700_000_001_000L),
            Map.of("error", Double.NaN)));
  }

  /** Bytes that TensorBoard 2.21 was seen to read as these rows. */
  @Test
  void bytesAreWhatTensorBoardReads() {
    assertEquals(
        "1800000000000000a37f4b220900002040fc54d9411a0d627261696e2e457665"
            + "6e743a322b353110"
            + "34000000000000005e33175c0900002040fc54d941100a2a270a110a0a747261"
            + "696e2f6c6f7373150000a03f0a120a0b747261696e2f6572726f7215cdcccc3d"
            + "2038a897"
            + "2a00000000000000ae8d91f50900004040fc54d9411080bcc1960b2a190a170a"
            + "1076616c69646174696f6e2f6572726f72150000c07f740c210a",
        HexFormat.of().formatHex(EventFile.encode(rows())));
  }

  @Test
  void addedRowsLeaveTheStartAsItWas() {
    byte[] one = EventFile.encode(rows().subList(0, 1));
    byte[] two = EventFile.encode(rows());
    assertArrayEquals(one, Arrays.copyOf(two, one.length));
  }
}
