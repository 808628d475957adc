package io.semimeta.checkpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of PyTorch 2.13, made by {@code src/test/python/state_dicts.py}. */
class PyTorchFileTest {
  private static final Configuration CONF = new Configuration();

  @TempDir private Path folder;

  static Path resource(String name) {
    try {
      return Path.of(PyTorchFileTest.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<String, StoredTensor> read(Path file) throws IOException {
    return CheckpointStore.readWeights(new org.apache.hadoop.fs.Path(file.toUri()), CONF);
  }

  private static void assertRefused(Path file, String what) {
    UserError error = assertThrows(UserError.class, () -> read(file));
    assertTrue(error.getMessage().contains(file.getFileName() + ": "), error.getMessage());
    assertTrue(error.getMessage().contains(what), error.getMessage());
    assertFalse(error.getMessage().contains("\n"), error.getMessage());
  }

  private static void assertElements(StoredTensor tensor, float... expected) {
    assertEquals("F32", tensor.dtype());
    float[] elements = new float[tensor.data().remaining() / Float.BYTES];
    tensor.data().asFloatBuffer().get(elements);
    assertArrayEquals(expected, elements);
  }

  /** Eighths from 0. */
  private static float[] eighths(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = i / 8f;
    }
    return numbers;
  }

  @Test
  void aModulesStateDict() throws IOException {
    Map<String, StoredTensor> tensors = read(resource("module.pth"));
    assertEquals(
        List.of(
            "0.weight",
            "0.bias",
            "1.weight",
            "1.bias",
            "1.running_mean",
            "1.running_var",
            "1.num_batches_tracked"),
        List.copyOf(tensors.keySet()));
    assertArrayEquals(new long[] {3, 2, 3, 3}, tensors.get("0.weight").shape());
    assertElements(tensors.get("0.weight"), eighths(54));
    assertElements(tensors.get("1.running_var"), eighths(3));
    assertEquals("I64[]", tensors.get("1.num_batches_tracked").toString());
  }

  @Test
  void viewsOfStorages() throws IOException {
    Map<String, StoredTensor> tensors = read(resource("views.pth"));
    assertArrayEquals(new long[] {2, 3, 4, 5}, tensors.get("channels_last").shape());
    assertElements(tensors.get("channels_last"), eighths(120));
    assertArrayEquals(new long[] {6, 4}, tensors.get("transposed").shape());
    assertElements(tensors.get("transposed"), eighths(24));
    assertElements(tensors.get("whole"), eighths(24));
    assertElements(tensors.get("part"), Arrays.copyOfRange(eighths(24), 6, 18));
    assertElements(
        tensors.get("every_second"),
        0,
        0.25f,
        0.5f,
        0.75f,
        1,
        1.25f,
        1.5f,
        1.75f,
        2,
        2.25f,
        2.5f,
        2.75f);
    assertElements(tensors.get("scalar"), 0.5f);
    assertEquals("F32[0, 3]", tensors.get("empty").toString());
    assertElements(tensors.get("parameter"), eighths(5));
  }

  @ParameterizedTest
  @CsvSource({
    "float64, F64, 0000000000000000000000000000c03f",
    "float16, F16, 00000030",
    "bfloat16, BF16, 0000003e",
    "int64, I64, 00000000000000000100000000000000",
    "int32, I32, 0000000001000000",
    "int16, I16, 00000100",
    "int8, I8, 0001",
    "uint8, U8, 0001",
    "bool, BOOL, 0001"
  })
  void elementTypes(String name, String dtype, String bytes) throws IOException {
    StoredTensor tensor = read(resource("views.pth")).get(name);
    ByteBuffer expected = ByteBuffer.wrap(HexFormat.of().parseHex(bytes));
    assertEquals(new StoredTensor(dtype, new long[] {2}, expected), tensor);
  }

  @ParameterizedTest
  @CsvSource({
    "bad-nested.pth, 'epoch' is no tensor; save a state dict alone",
    "bad-list.pth, it holds more than tensors (pickle's instruction 0x5d)",
    "bad-module.pth, it holds more than tensors (torch.nn.modules.linear.Linear)",
    "bad-harm.pth, it holds more than tensors (posix.system)",
    "bad-expanded.pth, tensor 'weight' is damaged: more elements than the file has",
    "bad-old.pth, is in PyTorch's format before 1.6",
    "bad-script.pth, is a TorchScript file; give it as --architecture torchscript:URI"
  })
  void anythingElse(String file, String what) {
    assertRefused(resource(file), what);
  }

  /** An archive as torch.save makes them, of this pickle and the bytes of the storage '0'. */
  private Path archive(byte[] pickle, int method, byte[] storage) throws IOException {
    Path file = folder.resolve("weights.pth");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      add(zip, "w/data.pkl", pickle, ZipEntry.STORED);
      add(zip, "w/data/0", storage, method);
    }
    return file;
  }

  private static void add(ZipOutputStream zip, String name, byte[] bytes, int method)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    entry.setMethod(method);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
  }

  /** A pickle in which {@code text} stands for instructions and their arguments. */
  private static byte[] pickle(String text) {
    return ("\u0080\u0002" + text).getBytes(ISO_8859_1);
  }

  private static String string(String text) {
    return "X" + (char) text.length() + "\0\0\0" + text;
  }

  /** A dictionary of one tensor with this offset, shape and strides. */
  private static byte[] tensor(String offset, String shape, String strides) {
    return pickle(
        "}"
            + string("weight")
            + "ctorch._utils\n_rebuild_tensor_v2\n(("
            + string("storage")
            + "ctorch\nFloatStorage\n"
            + string("0")
            + string("cpu")
            + "K\4tQ"
            + offset
            + shape
            + strides
            + "\u0089}tRs.");
  }

  @Test
  void handMadeOnesAreReadAlike() throws IOException {
    byte[] four = new byte[16];
    byte[] sound = tensor("K\0", "K\2K\2\u0086", "K\2K\1\u0086");
    Map<String, StoredTensor> tensors = read(archive(sound, ZipEntry.STORED, four));
    assertEquals(Set.of("weight"), tensors.keySet());
    assertElements(tensors.get("weight"), 0, 0, 0, 0);
    assertRefused(archive(sound, ZipEntry.DEFLATED, four), "'data/0' is compressed");
    assertRefused(archive(sound, ZipEntry.STORED, new byte[12]), "larger than its storage");
  }

  /** Its first dimension is no reason to walk through it. */
  @Test
  void anEmptyTensorOfAnyShape() throws IOException {
    String large = "\u008a\6\0\0\0\0\0\1"; // 2^40
    byte[] empty = tensor("K\0", large + "K\0K\3\u0087", "K\0K\0K\5\u0087");
    Map<String, StoredTensor> tensors = read(archive(empty, ZipEntry.STORED, new byte[16]));
    assertEquals("F32[1099511627776, 0, 3]", tensors.get("weight").toString());
  }

  @Test
  void whatIsSharedWithoutEndIsRefused() throws IOException {
    String dimensions = "(" + "K\1".repeat(65) + "t";
    assertRefused(
        archive(tensor("K\0", dimensions, dimensions), ZipEntry.STORED, new byte[4]),
        "holds something");
    assertRefused(archive(new byte[5 << 20], ZipEntry.STORED, new byte[4]), "larger than 4 MiB");
    String one = new String(tensor("K\0", "M\0\20\u0085", "K\1\u0085"), ISO_8859_1);
    StringBuilder many = new StringBuilder("\u0080\2}");
    for (char name = 'A'; name < 'z'; name++) {
      many.append(one.substring(3, one.length() - 1).replace("weight", "weigh" + name));
    }
    byte[] sharing = many.append('.').toString().getBytes(ISO_8859_1);
    assertRefused(
        archive(sharing, ZipEntry.STORED, new byte[4 * 4096]), "more elements than the file has");
  }

  @Test
  void noElementIsOutsideOfItsStorage() throws IOException {
    byte[] four = new byte[16];
    for (byte[] beyond :
        List.of(
            tensor("K\1", "K\2K\2\u0086", "K\2K\1\u0086"),
            tensor("J\u00ff\u00ff\u00ff\u00ff", "K\1\u0085", "K\1\u0085"),
            tensor("K\0", "K\3K\2\u0086", "K\2K\1\u0086"),
            tensor("K\0", "K\2K\2\u0086", "K\2\u0085"),
            tensor("K\0", "K\2\u0085", "J\u00ff\u00ff\u00ff\u00ff\u0085"),
            tensor(
                "K\0", "K\0J\u00ff\u00ff\u00ff\u007f\u0086", "K\0J\u00ff\u00ff\u00ff\u00ff\u0086"),
            tensor(
                "K\0",
                "J\u00ff\u00ff\u00ff\u007fJ\u00ff\u00ff\u00ff\u007f\u0086",
                "K\0K\0\u0086"))) {
      assertRefused(archive(beyond, ZipEntry.STORED, four), "tensor 'weight' is damaged: ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "}X\u00ff\u00ff\u00ff\u007fweight", // two billion letters
        "}X\u00ff\u00ff\u00ff\u00ff",
        "}X\1",
        "K",
        "",
        "}",
        "K\1.",
        ".",
        "tR.",
        "((((.",
        "u.",
        "}(K\1K\1u.", // a number for a key
        "}]K\1s.", // a list for one
        "cos\nsystem\n" + "X\2\0\0\0ls\u0085R.",
        "cbuiltins\neval\n.",
        "cjava.lang\nRuntime\n.",
        "ctorch\nUntypedStorage\n.",
        "ctorch\nStorage\n.",
        "ccollections\nOrderedDict\nK\1\u0085R.",
        "ctorch\nFloatStorage\n)R.",
        "ctorch\nFloatStorage\n)\u0081.", // a new object
        "(ios\nsystem\n.",
        "h\7.",
        "}b.",
        "\u0093.",
        "Q.",
        ")Q.",
        "}K\1K\2sR.",
        "\u0082\1.",
        "B\u00ff\u00ff\u00ff\u007f.",
        "\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f."
      })
  void hostilePickles(String text) throws IOException {
    assertRefused(archive(pickle(text), ZipEntry.STORED, new byte[4]), "weights.pth: ");
  }

  @Test
  void anArchiveOfSomethingElse() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      add(zip, "letter.txt", new byte[3], ZipEntry.STORED);
    }
    Path file = Files.write(folder.resolve("letters.zip"), bytes.toByteArray());
    assertRefused(file, "is a zip archive, but none of torch.save");
    byte[] half = Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2);
    assertRefused(Files.write(folder.resolve("half.zip"), half), "damaged zip archive");
  }
}
