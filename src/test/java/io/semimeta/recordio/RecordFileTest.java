package io.semimeta.recordio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.data.ImageRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordFileTest {
  private static final String MAGIC = "0a23d7ce";

  @TempDir private Path folder;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Written(byte[] records, String index, List<Long> offsets) {}

  private static Written write(ImageRecord... images) throws IOException {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    ByteArrayOutputStream index = new ByteArrayOutputStream();
    List<Long> offsets = new ArrayList<>();
    try (RecordWriter writer = new RecordWriter(records, index)) {
      for (ImageRecord image : images) {
        offsets.add(writer.write(image.id(), RecordWriter.payload(image)));
      }
    }
    return new Written(records.toByteArray(), index.toString(StandardCharsets.US_ASCII), offsets);
  }

  private RecordReader open(byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("some.rec"), content);
    return RecordReader.open(new org.apache.hadoop.fs.Path(file.toUri()), new Configuration());
  }

  private List<ImageRecord> readAll(byte[] content) throws IOException {
    List<ImageRecord> images = new ArrayList<>();
    try (RecordReader reader = open(content)) {
      for (ImageRecord image; (image = reader.next()) != null; ) {
        images.add(image);
      }
    }
    return images;
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  @Test
  void writesTheBytesThatMxnetWrites() throws IOException {
    Written written = write(new ImageRecord(5, 2, new byte[] {1, 2, 3}));
    String expected =
        MAGIC + "1b000000" + "00000000 00000040 0500000000000000 0000000000000000" + "010203 00";
    assertArrayEquals(hex(expected), written.records);
    assertEquals("5\t0\n", written.index);
  }

  @Test
  void splitsAtAnAlignedMagicNumberAsDmlcCoreDoes() throws IOException {
    byte[] encoded = hex("11111111" + MAGIC + MAGIC + "22" + MAGIC + "33");
    Written written = write(new ImageRecord(1, 0, encoded));
    String header = "00000000 00000000 0100000000000000 0000000000000000";
    String expected =
        // 28 bytes with flag 1, none with flag 2, six with flag 3: the last magic is not aligned.
        (MAGIC + "1c000020" + header + "11111111")
            + (MAGIC + "00000040")
            + (MAGIC + "06000060" + "22" + MAGIC + "33" + "0000");
    assertArrayEquals(hex(expected), written.records);
    assertArrayEquals(encoded, readAll(written.records).get(0).encoded());
  }

  @Test
  void readsBackWhatWasWritten() throws IOException {
    Random random = new Random(7);
    ImageRecord[] images = new ImageRecord[200];
    for (int i = 0; i < images.length; i++) {
      byte[] encoded = new byte[random.nextInt(300)];
      random.nextBytes(encoded);
      for (int at = 0; at + 4 <= encoded.length && i % 3 == 0; at += 1 + random.nextInt(40)) {
        System.arraycopy(hex(MAGIC), 0, encoded, at, 4);
        at += 4;
      }
      // Ids with the magic number in them put a cut into the header itself.
      long id = i % 5 == 0 ? 0xced7230aL << 32 | i : i;
      images[i] = new ImageRecord(id, i % 4 - 1, encoded);
    }
    Written written = write(images);
    List<ImageRecord> read = readAll(written.records);
    assertEquals(images.length, read.size());
    for (int i = 0; i < images.length; i++) {
      assertEquals(images[i].id(), read.get(i).id());
      assertEquals(images[i].label(), read.get(i).label());
      assertArrayEquals(images[i].encoded(), read.get(i).encoded());
    }
    try (RecordReader reader = open(written.records)) {
      for (int i = 0; i < images.length; i++) {
        RecordHeader header = reader.nextHeader();
        assertEquals(
            new RecordHeader(written.offsets.get(i), images[i].id(), images[i].label()), header);
      }
      assertNull(reader.nextHeader());
      reader.seek(written.offsets.get(77));
      assertArrayEquals(images[77].encoded(), reader.next().encoded());
      assertEquals(images[78].id(), reader.next().id());
    }
  }

  @Test
  void takesTheFirstOfSeveralLabels() throws IOException {
    ByteBuffer record = ByteBuffer.allocate(8 + 24 + 8 + 4).order(ByteOrder.LITTLE_ENDIAN);
    record.putInt(0xced7230a).putInt(36).putInt(2).putFloat(99).putLong(3).putLong(0);
    record.putFloat(4).putFloat(5).put(new byte[] {9, 8, 7, 6});
    ImageRecord image = readAll(record.array()).get(0);
    assertEquals(4, image.label());
    assertArrayEquals(new byte[] {9, 8, 7, 6}, image.encoded());
    try (RecordReader reader = open(record.array())) {
      assertEquals(new RecordHeader(0, 3, 4), reader.nextHeader());
    }
  }

  @Test
  void everyTruncationIsNamed() throws IOException {
    byte[] second = hex(MAGIC + "0102030405" + MAGIC);
    Written written = write(new ImageRecord(1, 0, new byte[9]), new ImageRecord(2, 1, second));
    long boundary = written.offsets.get(1);
    for (int length = 1; length < written.records.length; length++) {
      byte[] cut = Arrays.copyOf(written.records, length);
      if (length == boundary) {
        assertEquals(1, readAll(cut).size());
        continue;
      }
      UserError error = assertThrows(UserError.class, () -> readAll(cut), "cut at " + length);
      String place = "some.rec: broken record at byte " + (length < boundary ? 0 : boundary);
      assertTrue(error.getMessage().contains(place), error.getMessage());
      assertThrows(UserError.class, () -> readHeaders(cut), "cut at " + length);
    }
  }

  private int readHeaders(byte[] content) throws IOException {
    int headers = 0;
    try (RecordReader reader = open(content)) {
      while (reader.nextHeader() != null) {
        headers++;
      }
    }
    return headers;
  }

  @Test
  void brokenFramesAndLabelsAreNamed() throws IOException {
    byte[] good = write(new ImageRecord(1, 0, new byte[8])).records;
    assertBroken(good, 0, 1, "no magic number");
    assertBroken(good, 7, 0x1f, "the file ends within it"); // 2^29 - 1 - ... bytes claimed
    assertBroken(good, 7, 0x60, "it starts with part 3");
    assertBroken(good, 4, 20, "too short for a header");
    assertBroken(good, 8, 9, "too short for 9 labels");
    assertBroken(good, 15, 0x3f, "label 0.5"); // 0x3f000000
    assertBroken(good, 15, 0x7f, "label"); // 1.7e38
    assertBroken(good, 15, 0xc0, "label -2"); // 0xc0000000
  }

  private void assertBroken(byte[] good, int at, int value, String reason) {
    byte[] bad = good.clone();
    bad[at] = (byte) value;
    UserError error = assertThrows(UserError.class, () -> readAll(bad));
    assertTrue(error.getMessage().contains(reason), error.getMessage());
  }

  @Test
  void aMissingFileIsNamed() {
    var missing = new org.apache.hadoop.fs.Path(folder.resolve("none.rec").toUri());
    UserError error =
        assertThrows(UserError.class, () -> RecordReader.open(missing, new Configuration()));
    assertTrue(error.getMessage().contains("none.rec: no such file"), error.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1\t0\nx\t64\n", "1\t0\n2\t0\n", "1\t0\n2 64\n"})
  void aLineThatIsNoEntryOfAnIndexIsNamed(String index) throws IOException {
    Files.writeString(folder.resolve("some.idx"), index);
    var file = new org.apache.hadoop.fs.Path(folder.resolve("some.rec").toUri());
    UserError error =
        assertThrows(UserError.class, () -> RecordIndex.entries(file, new Configuration()));
    assertTrue(error.getMessage().contains("some.idx line 2: no key"), error.getMessage());
  }

  @Test
  void aBlankLineOfAnIndexIsNoEntry() throws IOException {
    Files.writeString(folder.resolve("some.idx"), "1\t0\n\n2\t64\n\n");
    var file = new org.apache.hadoop.fs.Path(folder.resolve("some.rec").toUri());
    assertEquals(
        List.of(new RecordIndex.Entry(1, 0), new RecordIndex.Entry(2, 64)),
        RecordIndex.entries(file, new Configuration()));
  }

  @Test
  void aLabelBeyondTheClassesIsNamedWithItsPlace() {
    var file = new org.apache.hadoop.fs.Path("data/train.rec");
    RecordHeader last = new RecordHeader(640, 7, 9);
    assertDoesNotThrow(() -> last.checkLabel(file, 10));
    UserError error = assertThrows(UserError.class, () -> last.checkLabel(file, 9));
    assertTrue(
        error
            .getMessage()
            .startsWith("data/train.rec: the record at byte 640 has label 9, but there are 9"),
        error.getMessage());
  }

  /** A run that streams begins anew after the first kind, and ends at once after the second. */
  @Test
  void whatMayPassIsNoErrorOfTheUsers() throws IOException {
    Written written = write(new ImageRecord(5, 2, new byte[] {1, 2, 3}));
    Files.write(folder.resolve("some.rec"), written.records);
    Files.writeString(folder.resolve("some.idx"), written.index);
    Configuration conf = FaultyFileSystem.configure(new Configuration());
    var data = new org.apache.hadoop.fs.Path("faulty:" + folder);
    var file = new org.apache.hadoop.fs.Path(data, "some.rec");
    ShardFiles shards = new ShardFiles(data, conf, false);
    IndexedRecords records = new IndexedRecords(shards, List.of("some.rec"), new long[] {0});
    List<Executable> reads =
        List.of(
            () -> records.read(0, 1),
            () -> RecordIndex.offsets(file, conf),
            () -> RecordReader.open(file, conf).close());
    for (Executable read : reads) {
      FaultyFileSystem.failNext(".*", new IOException("503 Slow Down"));
      UncheckedIOException passing = assertThrows(UncheckedIOException.class, read);
      assertTrue(
          passing.getMessage().matches("Cannot read .*some.(rec|idx): 503 Slow Down"),
          passing.getMessage());
      assertTrue(UserError.messageIn(passing).isEmpty());
      FaultyFileSystem.failNext(".*", new AccessDeniedException("some"));
      assertThrows(UserError.class, read);
      FaultyFileSystem.failNext(".*", new AccessControlException("some"));
      assertThrows(UserError.class, read);
      assertDoesNotThrow(read);
    }
  }
}
