package io.semimeta.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.data.ImageRecord;
import io.semimeta.recordio.RecordWriter;
import io.semimeta.source.ImageSource;
import io.semimeta.source.InputFiles;
import io.semimeta.source.TestSources;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Record files that MXNet 1.9.1's im2rec made: check_mxnet.py --make. */
class MxnetSourceTest {
  private static final Configuration CONF = new Configuration();
  private static final Path PACKED = Path.of("src/test/resources/io/semimeta/recordio");
  private static final List<String> CLASSES = List.of("n01440764", "n02119789");

  @TempDir private Path folder;

  @BeforeEach
  void copyFiles() throws IOException {
    copy("train", "train");
    copy("val", "val");
  }

  private void copy(String from, String to) throws IOException {
    for (String suffix : new String[] {".rec", ".idx", ".lst"}) {
      Files.copy(PACKED.resolve(from + suffix), folder.resolve(to + suffix));
    }
  }

  private static ImageSource open(Path input, Path test, Path names) {
    return SourceFormat.MXNET.open(
        new SourceOptions(hadoop(input), hadoop(test), hadoop(names), false), new InputFiles(CONF));
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return path == null ? null : new org.apache.hadoop.fs.Path(path.toUri());
  }

  private static Map<Long, ImageSource.Image> read(ImageSource source, String split)
      throws IOException {
    Map<Long, ImageSource.Image> images = new TreeMap<>();
    TestSources.read(source, split, CONF).forEach(image -> images.put(image.record().id(), image));
    return images;
  }

  private void assertRefused(String message) {
    UserError error = assertThrows(UserError.class, () -> read(open(folder, null, null), "train"));
    assertTrue(error.getMessage().contains(message), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }

  private void edit(String file, String from, String to) throws IOException {
    String text = Files.readString(folder.resolve(file));
    assertTrue(text.contains(from), text);
    Files.writeString(folder.resolve(file), text.replace(from, to));
  }

  @Test
  void imagesHaveTheListsIdsNamesAndClasses() throws IOException {
    ImageSource source = open(folder, null, null);
    assertEquals(CLASSES, source.classes());
    Map<Long, ImageSource.Image> train = read(source, "train");
    assertEquals(10, train.size());
    for (long id = 0; id < 10; id++) {
      int label = id < 5 ? 0 : 1;
      String path =
          String.format(
              Locale.ROOT, "%s/%s_%d.JPEG", CLASSES.get(label), CLASSES.get(label), id % 5);
      ImageSource.Image image = train.get(id);
      assertEquals(label, image.record().label());
      assertTrue(image.path().endsWith("train.rec#" + path), image.path());
      assertArrayEquals(
          Files.readAllBytes(PACKED.resolve("images").resolve(path)), image.record().encoded());
    }
    assertEquals(4, read(source, "test").size());
    assertFalse(source.isLabelled(0));
  }

  /** So MXNet reads what is written here. */
  @Test
  void theSameRecordsAreTheSameBytes() throws IOException {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    ByteArrayOutputStream index = new ByteArrayOutputStream();
    try (RecordWriter writer = new RecordWriter(records, index)) {
      for (ImageSource.Image image : TestSources.read(open(folder, null, null), "train", CONF)) {
        writer.write(image.record().id(), RecordWriter.payload(image.record()));
      }
    }
    assertArrayEquals(Files.readAllBytes(folder.resolve("train.rec")), records.toByteArray());
    assertArrayEquals(Files.readAllBytes(folder.resolve("train.idx")), index.toByteArray());
  }

  @Test
  void marksAndOtherLineEndsAreNoPartOfIndexAndList() throws IOException {
    Map<Long, ImageSource.Image> expected = read(open(folder, null, null), "train");
    for (String file : List.of("train.idx", "train.lst")) {
      Path path = folder.resolve(file);
      Files.writeString(path, "\ufeff" + Files.readString(path).replace("\n", "\r\n"));
    }
    Map<Long, ImageSource.Image> read = read(open(folder, null, null), "train");
    assertEquals(expected.keySet(), read.keySet());
    expected.forEach((id, image) -> assertEquals(image.path(), read.get(id).path()));
    Files.write(folder.resolve("train.lst"), "0\t0\ta/b".getBytes(StandardCharsets.UTF_16));
    assertRefused("train.lst is UTF-16; save it as UTF-8");
  }

  @Test
  void severalLabelsAndOneFile() throws IOException {
    copy("pairs", "pairs");
    ImageSource source = open(folder.resolve("pairs.rec"), null, null);
    assertEquals(CLASSES, source.classes());
    Map<Long, ImageSource.Image> pairs = read(source, "train");
    assertEquals(List.of(6L, 7L), List.copyOf(pairs.keySet()));
    ImageRecord second = pairs.get(6L).record();
    assertEquals(1, second.label());
    assertArrayEquals(
        Files.readAllBytes(PACKED.resolve("images/n02119789/n02119789_1.JPEG")), second.encoded());
    assertEquals(0, pairs.get(7L).record().label());
    assertTrue(read(source, "test").isEmpty());
    Path test = folder.resolve("val.rec");
    assertEquals(4, read(open(folder.resolve("pairs.rec"), test, null), "test").size());
  }

  @Test
  void withoutAListNamesAreNeeded() throws IOException {
    Files.delete(folder.resolve("val.lst"));
    assertRefused("val.lst is missing; give the classes with --class-names FILE");
    Path names = Files.writeString(folder.resolve("names.txt"), "tench\nred fox\n");
    ImageSource source = open(folder, null, names);
    assertEquals(List.of("tench", "red fox"), source.classes());
    assertTrue(read(source, "test").get(3L).path().endsWith("val.rec#3"));
    Files.writeString(names, "tench\n");
    UserError error = assertThrows(UserError.class, () -> read(open(folder, null, names), "train"));
    assertTrue(error.getMessage().contains("has label 1, but there are 1 classes"));
  }

  @Test
  void foldersThatTellNoClassesLeaveTheLabels() throws IOException {
    for (String list : new String[] {"train.lst", "val.lst"}) {
      edit(list, "n01440764/", "all/");
      edit(list, "n02119789/", "all/");
    }
    assertEquals(List.of("0", "1"), open(folder, null, null).classes());
  }

  /** The records after the last line used to be lost. */
  @Test
  void anIndexThatWasCutIsNoShorterOne() throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve("train.idx"));
    Files.write(folder.resolve("train.idx"), lines.subList(0, lines.size() - 1));
    assertRefused("train.idx: records follow its last key");
  }

  /** They took half a minute. */
  @Test
  @Timeout(30)
  void linesOfBlanksInAList() throws IOException {
    Path list = folder.resolve("train.lst");
    Files.writeString(list, Files.readString(list) + "99\t0" + " ".repeat(1_000_000) + "x\ty\n");
    assertEquals(CLASSES, open(folder, null, null).classes());
  }

  @Test
  void filesThatDoNotFitAreNamed() throws IOException {
    edit("val.lst", "n01440764/", "n01443537/");
    assertRefused("val.lst: label 0 is class 'n01443537', but 'n01440764' in the list before it");
    edit("val.lst", "n01443537/", "n01440764/");
    edit("train.lst", "3\t0.000000", "3\t1.000000");
    edit("train.lst", "n01440764/n01440764_3", "n02119789/n01440764_3");
    assertRefused("train.rec: key 3 has label 0, but 1 in the list beside it");
    edit("train.lst", "3\t1.000000", "3\t0.5");
    assertRefused("train.lst line 5: not a key");
    edit("train.idx", "4\t0\n0\t664\n", "4\t0\n4\t664\n");
    assertRefused("train.idx: key 4 is negative or there twice");
    edit("train.idx", "4\t664\n", "4\n");
    assertRefused("train.idx line 2: no key and offset with a tab between");
    Files.delete(folder.resolve("train.idx"));
    assertRefused("train.idx is missing");
    Files.copy(folder.resolve("val.rec"), folder.resolve("train_label.rec"));
    assertRefused("holds both train.rec and train_label.rec");
    Files.delete(folder.resolve("train.rec"));
    assertRefused("holds neither train.rec nor train_label.rec and train_unlabel.rec");
  }
}
