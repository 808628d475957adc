package io.semimeta.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.data.ImageRecord;
import io.semimeta.source.ImageSource;
import io.semimeta.source.InputFiles;
import io.semimeta.source.TestSources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.Struct;

/** The images are texts: their own names, and sometimes more, so that tar's blocks are of use. */
class ImageNetSourceTest {
  private static final Configuration CONF = new Configuration();
  private static final String TENCH = "n01440764";
  private static final String CRANE = "n02012849";
  private static final String KIT_FOX = "n02119789";
  private static final String TRUTH = "ILSVRC2012_validation_ground_truth.txt";

  /** Names as in the original; the last one of a class is longer than a tar block. */
  private final Map<String, List<String>> train = new LinkedHashMap<>();

  @TempDir private Path folder;

  @BeforeEach
  void fill() {
    train.put(KIT_FOX, names(KIT_FOX, 3));
    train.put(TENCH, names(TENCH, 2));
    train.put(CRANE, names(CRANE, 4));
  }

  private static List<String> names(String synset, int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(synset + "_" + i + ".JPEG");
    }
    return names;
  }

  private static byte[] content(String name) {
    return (name + " ".repeat(name.contains("_1.") ? 700 : 0)).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] tar(List<String> names) throws IOException {
    return tar(names, "");
  }

  private static byte[] tar(List<String> names, String prefix) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    names.forEach(name -> files.put(prefix + name, content(name)));
    return TestSources.tar(files);
  }

  private void file(String path, byte[] content) throws IOException {
    TestSources.file(folder.resolve(path), content);
  }

  private void text(String path, String content) throws IOException {
    file(path, content.getBytes(StandardCharsets.UTF_8));
  }

  private void trainFolders() throws IOException {
    for (Map.Entry<String, List<String>> entry : train.entrySet()) {
      for (String name : entry.getValue()) {
        file("train/" + entry.getKey() + "/" + name, content(name));
      }
    }
  }

  private void validationFolder() throws IOException {
    for (int i = 1; i <= 4; i++) {
      String name = String.format(Locale.ROOT, "ILSVRC2012_val_0000000%d.JPEG", i);
      file("val/" + name, content(name));
    }
  }

  private ImageSource open(String classNames) {
    org.apache.hadoop.fs.Path input = new org.apache.hadoop.fs.Path(folder.toUri());
    org.apache.hadoop.fs.Path names =
        classNames == null ? null : new org.apache.hadoop.fs.Path(input, classNames);
    return SourceFormat.IMAGENET.open(
        new SourceOptions(input, null, names, false), new InputFiles(CONF));
  }

  /** id, label and content of each image. */
  private static List<String> describe(ImageSource source, String split) throws IOException {
    return TestSources.read(source, split, CONF).stream()
        .map(
            image -> {
              ImageRecord record = image.record();
              String text = new String(record.encoded(), StandardCharsets.UTF_8);
              String name = text.strip();
              assertEquals(content(name).length, record.encoded().length);
              // --label-list finds an image by the class's folder or archive and its name.
              assertTrue(image.path().matches(".*[^.][/#]" + name), image.path());
              return record.id() + " " + record.label() + " " + name;
            })
        .toList();
  }

  private void assertRefused(String message) {
    UserError error =
        assertThrows(
            UserError.class,
            () -> {
              ImageSource source = open(null);
              describe(source, "train");
              describe(source, "test");
            });
    assertTrue(error.getMessage().contains(message), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }

  @Test
  void archiveOfArchivesClassArchivesAndFoldersAreTheSame() throws IOException {
    List<String> expected = new ArrayList<>();
    List<String> synsets = List.of(TENCH, CRANE, KIT_FOX);
    for (int label = 0; label < 3; label++) {
      List<String> names = train.get(synsets.get(label));
      for (int i = 0; i < names.size(); i++) {
        expected.add((label * 1_000_000 + i) + " " + label + " " + names.get(i));
      }
    }
    trainFolders();
    assertEquals(synsets, open(null).classes());
    assertEquals(expected, describe(open(null), "train"));
    assertEquals(List.of(), describe(open(null), "test"));

    Files.move(folder.resolve("train"), folder.resolve("other"));
    Map<String, byte[]> archives = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> entry : train.entrySet()) {
      archives.put(entry.getKey() + ".tar", tar(entry.getValue()));
      file("train/" + entry.getKey() + ".tar", tar(entry.getValue()));
    }
    assertEquals(expected, describe(open(null), "train"));

    byte[] all = TestSources.tar(archives);
    file("ILSVRC2012_img_train.tar", all);
    assertRefused("holds both train and ILSVRC2012_img_train.tar");
    Files.move(folder.resolve("train"), folder.resolve("another"));
    ImageSource source = open(null);
    assertEquals(3, source.parts().size());
    assertEquals(expected, describe(source, "train"));

    file("ILSVRC2012_img_train.tar", Arrays.copyOf(all, all.length / 2));
    assertRefused("truncated within");
    Files.delete(folder.resolve("ILSVRC2012_img_train.tar"));
    // As by tar -cf n01440764.tar -C n01440764 .
    for (Map.Entry<String, List<String>> entry : train.entrySet()) {
      archives.put(entry.getKey() + ".tar", tar(entry.getValue(), "./"));
      file("train/" + entry.getKey() + ".tar", archives.get(entry.getKey() + ".tar"));
    }
    assertEquals(expected, describe(open(null), "train"));
    Files.move(folder.resolve("train"), folder.resolve("third"));
    file("ILSVRC2012_img_train.tar", TestSources.tar(archives));
    assertEquals(expected, describe(open(null), "train"));
  }

  @Test
  void aClassWithoutImagesIsRefused() throws IOException {
    trainFolders();
    file("train/" + TENCH + "/readme.txt", new byte[1]);
    for (String name : train.get(TENCH)) {
      Files.delete(folder.resolve("train").resolve(TENCH).resolve(name));
    }
    assertRefused(TENCH + " holds no image (jpg, png, webp, …); remove it or add images");
    Files.move(folder.resolve("train").resolve(TENCH), folder.resolve("other"));
    file("train/" + TENCH + ".tar", tar(List.of("readme.txt")));
    assertRefused(TENCH + ".tar holds no image (jpg, png, webp, …); remove it or add images");
  }

  @Test
  void anImageThatGrewSinceItWasListedIsNotCut() throws IOException {
    trainFolders();
    ImageSource source = open(null);
    text("train/" + CRANE + "/" + CRANE + "_2.JPEG", "longer".repeat(10));
    UserError error = assertThrows(UserError.class, () -> describe(source, "train"));
    assertTrue(error.getMessage().contains(CRANE + "_2.JPEG: longer than when it was listed"));
  }

  @Test
  void aListGivesTheOrderOfTheClasses() throws IOException {
    trainFolders();
    String more = "n00000001 nothing\n";
    text(
        "synset_words.txt",
        "\ufeff" + KIT_FOX + " kit fox, Vulpes\n" + more + CRANE + " crane\n" + TENCH);
    ImageSource source = open("synset_words.txt");
    assertEquals(
        List.of(KIT_FOX + " kit fox", "n00000001 nothing", CRANE + " crane", TENCH),
        source.classes());
    // Parts are in the order of the synsets; ids and labels follow the list.
    assertEquals("3000000 3 " + TENCH + "_0.JPEG", describe(source, "train").get(0));
    text("synset_words.txt", KIT_FOX + " kit fox\n" + CRANE);
    UserError error = assertThrows(UserError.class, () -> open("synset_words.txt"));
    assertTrue(error.getMessage().contains("class '" + TENCH + "' is neither"));
    text("synset_words.txt", KIT_FOX + "\n" + KIT_FOX);
    assertThrows(UserError.class, () -> open("synset_words.txt"));

    String first = KIT_FOX + "\n" + TENCH + "\n" + CRANE + "\n";
    text("synset_words.txt", first + " ".repeat(2 << 20) + more);
    assertEquals(4, open("synset_words.txt").classes().size());
    text("synset_words.txt", first + " ".repeat(32 << 20) + more);
    error = assertThrows(UserError.class, () -> open("synset_words.txt"));
    assertTrue(error.getMessage().contains("synset_words.txt line 4 is longer than 32 MiB"));
  }

  /** In the development kit's numbers the kit fox is first, not the tench. */
  private void meta() throws IOException {
    List<String> synsets = List.of(KIT_FOX, CRANE, TENCH, "n00001740");
    Struct struct = Mat5.newStruct(4, 1);
    for (int i = 0; i < 4; i++) {
      struct.set("ILSVRC2012_ID", i, Mat5.newScalar(i + 1));
      struct.set("WNID", i, Mat5.newString(synsets.get(i)));
    }
    Path file = folder.resolve("meta.mat");
    Mat5.writeToFile(Mat5.newMatFile().addArray("synsets", struct), file.toFile());
  }

  @Test
  void validationImagesGetTheirClassesFromAList() throws IOException {
    trainFolders();
    validationFolder();
    List<String> expected =
        List.of(
            "0 2 ILSVRC2012_val_00000001.JPEG",
            "1 0 ILSVRC2012_val_00000002.JPEG",
            "2 0 ILSVRC2012_val_00000003.JPEG",
            "3 1 ILSVRC2012_val_00000004.JPEG");
    assertRefused("needs a list of the validation images' classes");
    text(TRUTH, "1\n3\n3\n2\n");
    assertRefused("meta.mat beside it");
    meta();
    assertEquals(expected, describe(open(null), "test"));
    text(TRUTH, "\ufeff" + KIT_FOX + "\r\n" + TENCH + "\r\n" + TENCH + "\r\n" + CRANE);
    assertEquals(expected, describe(open(null), "test"));
    text(TRUTH, "1\n3\n3\n");
    assertRefused("has 3 lines for 4 images");
    text(TRUTH, "1\n3\n3\n9\n");
    assertRefused("class '9'");

    Files.delete(folder.resolve(TRUTH));
    String name = "ILSVRC2012_val_0000000%d.JPEG %s\n";
    text("val.txt", name.formatted(4, "1") + name.formatted(2, "0") + name.formatted(1, "2"));
    assertRefused("has no line for ILSVRC2012_val_00000003.JPEG");
    text("val.txt", Files.readString(folder.resolve("val.txt")) + name.formatted(3, TENCH));
    assertEquals(expected, describe(open(null), "test"));
    text("val.txt", name.formatted(1, "3").repeat(4));
    assertRefused("val.txt line 4: class 3, but there are 3, counted from 0");
    text("val.txt", name.formatted(1, "0") + "a:b 0\n" + name.formatted(2, "n0:1"));
    assertRefused("val.txt line 3: class 'n0:1' is neither");

    Files.delete(folder.resolve("val.txt"));
    String row = "ILSVRC2012_val_0000000%d,%s 85 1 499 272\n";
    text(
        "LOC_val_solution.csv",
        "ImageId,PredictionString\n"
            + row.formatted(3, TENCH)
            + row.formatted(2, TENCH)
            + row.formatted(1, KIT_FOX)
            + row.formatted(4, CRANE));
    assertEquals(expected, describe(open(null), "test"));

    // The archive has them in another order.
    List<String> names = new ArrayList<>();
    for (int i : new int[] {3, 1, 4, 2}) {
      names.add(String.format(Locale.ROOT, "ILSVRC2012_val_0000000%d.JPEG", i));
    }
    file("ILSVRC2012_img_val.tar", tar(names));
    assertRefused("holds both val and ILSVRC2012_img_val.tar");
    Files.move(folder.resolve("val"), folder.resolve("other"));
    assertEquals(expected, describe(open(null), "test"));
  }

  @Test
  void validationImagesInClassFolders() throws IOException {
    trainFolders();
    file("val/" + CRANE + "/b.JPEG", content("b.JPEG"));
    file("val/" + CRANE + "/a.JPEG", content("a.JPEG"));
    file("val/" + KIT_FOX + "/c.JPEG", content("c.JPEG"));
    assertEquals(
        List.of("1000000 1 a.JPEG", "1000001 1 b.JPEG", "2000000 2 c.JPEG"),
        describe(open(null), "test"));
    file("val/n99999999/c.JPEG", content("c.JPEG"));
    assertRefused("class 'n99999999' is neither");
  }

  @Test
  void faultyFoldersAreNamed() throws IOException {
    assertRefused("holds neither ILSVRC2012_img_train.tar nor train/");
    Files.createDirectories(folder.resolve("train"));
    assertRefused("holds no classes");
    byte[] archive = tar(train.get(TENCH));
    // Within an image, within a header, between two images, and after the last one.
    for (int length : new int[] {520, 1500, 1024, 3072}) {
      file("train/" + TENCH + ".tar", Arrays.copyOf(archive, length));
      assertRefused(TENCH + ".tar: ");
    }
  }
}
