package io.semimeta.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  private static final Map<String, String> PT = Map.of("format", "pt");

  @Test
  void roundTripKeepsNamesInOrder() throws IOException {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    tensors.put("z\"ü", new StoredTensor("U8", new long[] {1, 3}, ByteBuffer.wrap(new byte[3])));
    tensors.put("a", Checkpoints.floats(1.5f, Float.NaN));
    tensors.put("empty", new StoredTensor("F64", new long[] {0, 9}, ByteBuffer.allocate(0)));
    tensors.put("steps", Checkpoints.scalar(1L << 40));
    StoredTensor direct =
        new StoredTensor("I16", new long[] {1}, ByteBuffer.allocateDirect(2).put(0, (byte) 4));
    tensors.put("direct", direct);

    Map<String, StoredTensor> read = read(write(tensors));
    assertEquals(tensors, read);
    assertEquals(List.copyOf(tensors.keySet()), List.copyOf(read.keySet()));
    assertEquals(Map.of(), read(write(Map.of())));
  }

  @Test
  void readsWhatPythonWrote() throws IOException {
    byte[] file;
    try (InputStream in = SafetensorsTest.class.getResourceAsStream("python.safetensors")) {
      file = in.readAllBytes();
    }
    Map<String, StoredTensor> tensors = read(file);
    assertEquals(6, tensors.size());
    StoredTensor weight = tensors.get("fc.weight");
    assertArrayEquals(new long[] {2, 3}, weight.shape());
    float[] values = new float[6];
    weight.data().asFloatBuffer().get(values);
    assertArrayEquals(new float[] {0, 0.25f, 0.5f, 0.75f, 1, 1.25f}, values);
    assertEquals(7, tensors.get("steps").data().getLong());
    assertEquals(1 / 3.0, tensors.get("d").data().getDouble());
    assertEquals("BF16[1]", tensors.get("half").toString());
    assertEquals("BOOL[3]", tensors.get("flag").toString());
    assertArrayEquals(new long[] {0, 3}, tensors.get("empty").shape());
  }

  /** Python's views of a tensor fail on data that is not aligned to its elements. */
  @Test
  void everyTensorIsAligned() throws IOException {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    tensors.put("bytes", new StoredTensor("U8", new long[] {3}, ByteBuffer.allocate(3)));
    tensors.put("floats", Checkpoints.floats(1));
    tensors.put("count", Checkpoints.scalar(2));
    byte[] file = write(tensors);
    long headerBytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertEquals(0, headerBytes % 8);
    SafetensorsHeader header =
        SafetensorsHeader.read(new ByteArrayInputStream(file), file.length, "f");
    for (SafetensorsHeader.Entry entry : header.tensors()) {
      assertEquals(0, entry.begin() % StoredTensor.elementBytes(entry.dtype()), entry.name());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "overlaps     | {`a':{`dtype':`U8',`shape':[4],`data_offsets':[0,4]},"
            + "`b':{`dtype':`U8',`shape':[5],`data_offsets':[3,8]}}",
        "hole         | {`a':{`dtype':`U8',`shape':[4],`data_offsets':[4,8]}}",
        "after the last | {`a':{`dtype':`U8',`shape':[4],`data_offsets':[0,4]}}",
        "cut short    | {`a':{`dtype':`U8',`shape':[9],`data_offsets':[0,9]}}",
        "span         | {`a':{`dtype':`F32',`shape':[3],`data_offsets':[0,8]}}",
        "unknown dtype | {`a':{`dtype':`F33',`shape':[2],`data_offsets':[0,8]}}",
        "negative     | {`a':{`dtype':`U8',`shape':[-2,-4],`data_offsets':[0,8]}}",
        "too large    | {`a':{`dtype':`F64',`shape':[4611686018427387905],`data_offsets':[0,8]}}",
        "too large | {`a':{`dtype':`U8',`shape':[4294967296,4294967296,0],`data_offsets':[0,0]}}",
        "its begin and end | {`a':{`dtype':`U8',`shape':[8],`data_offsets':[8,0]}}",
        "its begin and end | {`a':{`dtype':`U8',`shape':[8],`data_offsets':[-8,0]}}",
        "its begin and end | {`a':{`dtype':`U8',`shape':[8],`data_offsets':[0]}}",
        "integers     | {`a':{`dtype':`U8',`shape':[8.0],`data_offsets':[0,8]}}",
        "integers     | {`a':{`dtype':`U8',`shape':[8],`data_offsets':[0,18446744073709551624]}}",
        "must be a list | {`a':{`dtype':`U8',`shape':8,`data_offsets':[0,8]}}",
        "needs dtype  | {`a':{`shape':[8],`data_offsets':[0,8]}}",
        "needs dtype  | {`a':{`dtype':`U8',`shape':[8],`data_offsets':[0,8],`x':1}}",
        "must be a list | {`a':7}",
        "Duplicate    | {`a':{`dtype':`U8',`shape':[4],`data_offsets':[0,4]},"
            + "`a':{`dtype':`U8',`shape':[4],`data_offsets':[4,8]}}",
        "Trailing     | {} {}",
        "no JSON object | []",
        "damaged      | {`a':",
      })
  void refusesHostileHeaders(String reason, String header) {
    refused(reason, file(header.replace('`', '"').replace('\'', '"'), 8));
  }

  @Test
  void refusesImpossibleLengths() {
    refused("only 3 bytes", new byte[3]);
    for (long length : new long[] {0, -1, 9, Long.MAX_VALUE, Long.MIN_VALUE}) {
      refused("header of " + length, prefixed(length, new byte[8]));
    }
    // As many as the file has, but more than any sound header.
    byte[] large = new byte[(16 << 20) + 1];
    refused("header of", prefixed(large.length, large));
    // A list of tensors that claims more than the file has must not be allocated for.
    refused(
        "cut short",
        file(
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[2000000000],\"data_offsets\":[0,2000000000]}}",
            8));
  }

  /** Damaged at random, a file is read, or refused by one clear line; nothing else happens. */
  @Test
  void survivesRandomDamage() throws IOException {
    long seed = 20210413;
    Random random = new Random(seed);
    byte[] sound = write(Checkpoints.of(5).model());
    int headerEnd = sound.length - 20;
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] file = sound.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        file[random.nextInt(headerEnd)] ^= (byte) (1 << random.nextInt(8));
      }
      if (random.nextInt(4) == 0) {
        file = Arrays.copyOf(file, random.nextInt(file.length));
      }
      try {
        read(file);
      } catch (UserError e) {
        refused++;
        assertTrue(e.getMessage().startsWith("f: "), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
      } catch (IOException | RuntimeException e) {
        throw new AssertionError(
            "seed " + seed + ", round " + i + ": " + new String(file, UTF_8), e);
      }
    }
    assertTrue(refused > 15_000, "seed " + seed + ": only " + refused + " refused");
  }

  private static void refused(String reason, byte[] file) {
    String message = assertThrows(UserError.class, () -> read(file)).getMessage();
    assertTrue(message.startsWith("f: ") && message.contains(reason), message);
  }

  private static byte[] file(String header, int dataBytes) {
    byte[] text = header.getBytes(UTF_8);
    return prefixed(text.length, Arrays.copyOf(text, text.length + dataBytes));
  }

  private static byte[] prefixed(long headerBytes, byte[] rest) {
    return ByteBuffer.allocate(Long.BYTES + rest.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(headerBytes)
        .put(rest)
        .array();
  }

  private static byte[] write(Map<String, StoredTensor> tensors) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Safetensors.write(out, tensors, PT);
    return out.toByteArray();
  }

  private static Map<String, StoredTensor> read(byte[] file) throws IOException {
    return Safetensors.read(new ByteArrayInputStream(file), file.length, "f");
  }
}
