package io.semimeta.recordio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.data.ImageRecord;
import io.semimeta.format.SourceOptions;
import io.semimeta.prepare.RelativePaths;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class SidecarTest {
  private static final Configuration CONF = new Configuration();
  private static final List<String> ODD =
      List.of(
          "cat/a b.png", "", "line\nbreak\ttab", "a,\"b\"", "größe/日本/🐈.jpg", "x".repeat(40_000));

  @TempDir private Path folder;

  private List<Long> write(List<String> paths) throws IOException {
    List<Long> offsets = new ArrayList<>();
    Random random = new Random(3);
    try (RecordWriter writer =
            new RecordWriter(
                Files.newOutputStream(records()), Files.newOutputStream(folder.resolve("a.idx")));
        SidecarWriter sidecar = new SidecarWriter(Files.newOutputStream(sidecar()))) {
      for (int i = 0; i < paths.size(); i++) {
        byte[] encoded = new byte[random.nextInt(40)];
        random.nextBytes(encoded);
        byte[] payload = RecordWriter.payload(new ImageRecord(i, i % 3, encoded));
        offsets.add(writer.write(i, payload));
        sidecar.add(offsets.get(i), payload, paths.get(i));
      }
      sidecar.finish();
    }
    return offsets;
  }

  private Path records() {
    return folder.resolve("a.rec");
  }

  private Path sidecar() {
    return folder.resolve("a.meta");
  }

  private org.apache.hadoop.fs.Path hadoop() {
    return new org.apache.hadoop.fs.Path(records().toUri());
  }

  private List<String> read(List<Long> offsets) throws IOException {
    List<String> paths = new ArrayList<>();
    try (Sidecar.Paths read = Sidecar.read(hadoop(), CONF).paths()) {
      for (long offset : offsets) {
        paths.add(read.of(hadoop(), offset));
      }
    }
    return paths;
  }

  private void readRecords() throws IOException {
    try (RecordReader reader =
        RecordReader.open(hadoop(), CONF).checkedBy(Sidecar.read(hadoop(), CONF))) {
      while (reader.next() != null) {
        assertTrue(reader.position() > 0);
      }
    }
  }

  private void readHeaders() throws IOException {
    try (RecordReader reader =
        RecordReader.openForHeaders(hadoop(), CONF).checkedBy(Sidecar.read(hadoop(), CONF))) {
      while (reader.nextHeader() != null) {
        assertTrue(reader.position() > 0);
      }
    }
  }

  /** Other programs may read the format, too. */
  @Test
  void theFormatIsAsItIsDocumented() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] payload = RecordWriter.payload(new ImageRecord(5, 2, new byte[] {1, 2, 3}));
    try (SidecarWriter writer = new SidecarWriter(out)) {
      writer.add(0, payload, "123456789");
      writer.finish();
    }
    String crc = "839206e3"; // of 123456789, by RFC 3720: 0xe3069283
    byte[] bytes = out.toByteArray();
    String hex = HexFormat.of().formatHex(bytes);
    assertEquals("53534944" + "313233343536373839" + crc, hex.substring(0, 34));
    assertEquals("0000000000000000" + "1100000000000000", hex.substring(34, 66));
    assertEquals(little(Sidecar.crc(payload, 0, 24)), hex.substring(66, 74));
    assertEquals(little(Sidecar.crc(payload, 0, 27)), hex.substring(74, 82));
    assertEquals("0100000000000000" + little(Sidecar.crc(bytes, 17, 24)), hex.substring(82, 106));
    assertEquals("01000000" + "53534944", hex.substring(106));
  }

  private static String little(int value) {
    return HexFormat.of().toHexDigits(Integer.reverseBytes(value));
  }

  @Test
  void pathsOfAnyKindAreReadInAnyOrder() throws IOException {
    List<Long> offsets = write(ODD);
    assertEquals(ODD, read(offsets));
    Collections.reverse(offsets);
    List<String> reversed = new ArrayList<>(ODD);
    Collections.reverse(reversed);
    assertEquals(reversed, read(offsets));
    readRecords();
    readHeaders();
  }

  /** The table does not fit the piece that is read first. */
  @Test
  void aLongTableIsReadToo() throws IOException {
    List<String> paths = IntStream.range(0, 5000).mapToObj(i -> "cat/" + i + ".png").toList();
    List<Long> offsets = write(paths);
    assertTrue(paths.size() * Sidecar.ENTRY_BYTES > 1 << 16);
    assertEquals(paths, read(offsets));
    readRecords();
  }

  @Test
  void aShardWithoutRecordsHasNoPaths() throws IOException {
    write(List.of());
    assertEquals(List.of(), read(List.of()));
    try (RecordReader reader =
        RecordReader.open(hadoop(), CONF).checkedBy(Sidecar.read(hadoop(), CONF))) {
      assertNull(reader.next());
    }
  }

  /** Wherever it is: in frames, headers or images. Only what is skipped is not seen. */
  @Test
  void aByteThatChangedInARecordIsFound() throws IOException {
    List<Long> offsets = write(List.of("a", "b", "c", "d"));
    byte[] good = Files.readAllBytes(records());
    boolean[] padding = padding(good, offsets);
    int skipped = 0;
    for (int at = 0; at < good.length; at++) {
      byte[] bad = good.clone();
      bad[at] ^= 0x10;
      Files.write(records(), bad);
      if (padding[at]) {
        readRecords();
        continue;
      }
      assertNamed("a.rec", at, this::readRecords);
      int inRecord = at - Math.toIntExact(begin(offsets, at));
      if (inRecord < RecordFormat.FRAME_BYTES + RecordFormat.HEADER_BYTES) {
        assertNamed("a.rec", at, this::readHeaders);
      } else {
        readHeaders();
        skipped++;
      }
    }
    assertTrue(skipped > 10, "images of some size");
  }

  private static void assertNamed(String file, int at, Executable read) {
    UserError error = assertThrows(UserError.class, read, "byte " + at);
    assertTrue(error.getMessage().contains(file), error.getMessage());
    assertTrue(error.getMessage().contains("record at byte"), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }

  private static long begin(List<Long> offsets, int at) {
    return offsets.stream().filter(offset -> offset <= at).reduce((a, b) -> b).orElseThrow();
  }

  private static boolean[] padding(byte[] records, List<Long> offsets) {
    boolean[] padding = new boolean[records.length];
    for (int i = 0; i < offsets.size(); i++) {
      int begin = Math.toIntExact(offsets.get(i));
      int end = i + 1 < offsets.size() ? Math.toIntExact(offsets.get(i + 1)) : records.length;
      int length = RecordFormat.wrap(records).getInt(begin + 4) & RecordFormat.MAX_LENGTH;
      Arrays.fill(padding, begin + RecordFormat.FRAME_BYTES + length, end, true);
    }
    return padding;
  }

  @Test
  void recordsOfAnotherShardAreFound() throws IOException {
    write(List.of("a", "b", "c", "d"));
    byte[] other = Files.readAllBytes(records());
    write(List.of("a", "b", "c"));
    Files.write(records(), other);
    assertNamed("a.rec", 0, this::readRecords);
    assertNamed("a.rec", 0, this::readHeaders);
  }

  @Test
  void aDamagedSidecarIsNamed() throws IOException {
    List<Long> offsets = write(List.of("cat/1.png", "cat/2.png"));
    byte[] good = Files.readAllBytes(sidecar());
    for (int at = Sidecar.HEADER_BYTES; at < good.length; at++) {
      byte[] bad = good.clone();
      bad[at] ^= 1;
      assertRefused(bad, offsets);
    }
    for (int length = 0; length < good.length; length++) {
      assertRefused(Arrays.copyOf(good, length), offsets);
    }
    byte[] later = good.clone();
    later[good.length - 8] = 2;
    Files.write(sidecar(), later);
    UserError error = assertThrows(UserError.class, () -> read(offsets));
    assertTrue(error.getMessage().contains("a.meta: version 2"), error.getMessage());
    Files.delete(sidecar());
    error = assertThrows(UserError.class, () -> read(offsets));
    assertTrue(error.getMessage().contains("a.meta: no such file"), error.getMessage());
  }

  private void assertRefused(byte[] bad, List<Long> offsets) throws IOException {
    Files.write(sidecar(), bad);
    UserError error = assertThrows(UserError.class, () -> read(offsets));
    assertTrue(error.getMessage().contains("a.meta"), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }

  /** What a header claims is no reason to take memory. */
  @Test
  void aClaimOfManyRecordsIsRefused() throws IOException {
    List<Long> offsets = write(List.of("a"));
    byte[] bytes = Files.readAllBytes(sidecar());
    RecordFormat.wrap(bytes).putLong(bytes.length - Sidecar.FOOTER_BYTES, Long.MAX_VALUE / 24);
    Files.write(sidecar(), bytes);
    UserError error = assertThrows(UserError.class, () -> read(offsets));
    assertTrue(error.getMessage().contains("too short for"), error.getMessage());
  }

  @Test
  void pathsAreRelativeToTheInputs() {
    var input = new org.apache.hadoop.fs.Path("file:/data/my images");
    var archive = new org.apache.hadoop.fs.Path("file:/data/rec/train.rec");
    RelativePaths paths = RelativePaths.to(new SourceOptions(input, archive, null, false), CONF);
    assertEquals("train/cat/1 2.png", paths.of("file:/data/my images/train/cat/1 2.png"));
    assertEquals("t.tar#n01.tar#1.JPEG", paths.of("file:/data/my images/t.tar#n01.tar#1.JPEG"));
    assertEquals("train.rec#17", paths.of("file:/data/rec/train.rec#17"));
    assertEquals("data_batch_1.bin#3", paths.of("data_batch_1.bin#3"));
    assertEquals("file:/data/my images2/1.png", paths.of("file:/data/my images2/1.png"));
    var relative = new org.apache.hadoop.fs.Path("rec");
    RelativePaths working = RelativePaths.to(new SourceOptions(relative, null, null, false), CONF);
    assertEquals("train.rec#17", working.of("rec/train.rec#17"));
    String here = Path.of("rec").toUri().toString().replaceFirst("/*$", "");
    assertEquals(
        "train.rec#17", working.of(here.replaceFirst("^file:/+", "file:/") + "/train.rec#17"));
  }
}
