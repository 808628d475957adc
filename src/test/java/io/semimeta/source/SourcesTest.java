package io.semimeta.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.format.SourceFormat;
import io.semimeta.format.SourceOptions;
import io.semimeta.image.DecodedImage;
import io.semimeta.image.TestImages;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcesTest {
  private static final Configuration CONF = new Configuration();

  @TempDir private Path folder;

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return path == null ? null : new org.apache.hadoop.fs.Path(path.toUri());
  }

  private static ImageSource open(SourceFormat format, Path input, Path testInput) {
    return format.open(
        new SourceOptions(hadoop(input), hadoop(testInput), null, false), new InputFiles(CONF));
  }

  private static List<ImageSource.Image> read(ImageSource source, String split) throws IOException {
    List<ImageSource.Image> images = TestSources.read(source, split, CONF);
    for (int i = 0; i < images.size(); i++) {
      assertEquals(i, images.get(i).record().id());
    }
    return images;
  }

  private static void assertRefused(SourceFormat format, Path input, Path test, String message) {
    UserError error = assertThrows(UserError.class, () -> readAll(format, input, test));
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }

  private static void readAll(SourceFormat format, Path input, Path test) throws IOException {
    ImageSource source = open(format, input, test);
    read(source, DatasetManifest.TRAIN);
    read(source, DatasetManifest.TEST);
  }

  private void images(String... paths) throws IOException {
    for (String path : paths) {
      TestSources.file(folder.resolve(path), path.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static List<String> describe(List<ImageSource.Image> images) {
    return images.stream()
        .map(
            image -> {
              String path = new String(image.record().encoded(), StandardCharsets.UTF_8);
              return path + "=" + image.record().label();
            })
        .toList();
  }

  @Test
  void foldersHaveOneClassListAndUnlabelledImagesLast() throws IOException {
    images("train/dog/2.PNG", "train/dog/1.jpeg", "train/cat/a b.JPG", "train/owl/deep/1.jpg");
    images("train/unlabelled/u.jpg", "unlabeled/v.png", "test/owl/t.jpg", "test/cat/t.jpg");
    images("train/dog/.hidden.jpg", "train/dog/notes.txt", "train/.cache/x.jpg", "readme.txt");
    ImageSource source = open(SourceFormat.IMAGE_FOLDER, folder, null);
    assertEquals(List.of("cat", "dog", "owl"), source.classes());
    assertEquals(
        List.of(
            "train/cat/a b.JPG=0",
            "train/dog/1.jpeg=1",
            "train/dog/2.PNG=1",
            "train/owl/deep/1.jpg=2",
            "train/unlabelled/u.jpg=-1",
            "unlabeled/v.png=-1"),
        describe(read(source, DatasetManifest.TRAIN)));
    // No dog among the test images: the owl keeps its index.
    assertEquals(
        List.of("test/cat/t.jpg=0", "test/owl/t.jpg=2"),
        describe(read(source, DatasetManifest.TEST)));
  }

  @Test
  void foldersWithoutSplitsAreTrainingImages() throws IOException {
    images("in/b/1.jpg", "in/a/1.jpg", "in/unlabelled/1.jpg", "other/val/b/2.jpg");
    ImageSource source = open(SourceFormat.IMAGE_FOLDER, folder.resolve("in"), null);
    assertEquals(
        List.of("in/a/1.jpg=0", "in/b/1.jpg=1", "in/unlabelled/1.jpg=-1"),
        describe(read(source, DatasetManifest.TRAIN)));
    assertEquals(List.of(), read(source, DatasetManifest.TEST));
    ImageSource tested =
        open(SourceFormat.IMAGE_FOLDER, folder.resolve("in"), folder.resolve("other"));
    assertEquals(List.of("other/val/b/2.jpg=1"), describe(read(tested, DatasetManifest.TEST)));
  }

  @Test
  void anImageThatGrewSinceItWasListedIsNotCut() throws IOException {
    TestSources.file(folder.resolve("train/a/1.png"), new byte[] {1, 2});
    TestSources.file(folder.resolve("train/b/2.png"), new byte[] {3, 4});
    ImageSource source = open(SourceFormat.IMAGE_FOLDER, folder, null);
    TestSources.file(folder.resolve("train/a/1.png"), new byte[] {1, 2, 3});
    UserError error = assertThrows(UserError.class, () -> TestSources.read(source, "train", CONF));
    assertTrue(error.getMessage().contains("1.png: longer than when it was listed"));
  }

  @Test
  void faultyFoldersAreNamed() throws IOException {
    assertRefused(SourceFormat.IMAGE_FOLDER, folder.resolve("none"), null, "none: no such file");
    assertRefused(SourceFormat.IMAGE_FOLDER, folder, null, "holds no class folders");
    images("train/cat/1.jpg");
    Files.createDirectories(folder.resolve("train/dog"));
    assertRefused(SourceFormat.IMAGE_FOLDER, folder, null, "dog holds no image (jpg, png");
    assertRefused(
        SourceFormat.IMAGE_FOLDER, folder.resolve("train/cat/1.jpg"), null, "is not a folder");
  }

  @Test
  void cifar10KeepsTheOrderOfTheBatches() throws IOException {
    Map<String, byte[]> files = TestSources.cifar10(7);
    Path archive = folder.resolve("cifar-10-binary.tar.gz");
    Map<String, byte[]> inFolder = new LinkedHashMap<>();
    // Backwards, so that the archive's order would give other ids.
    List<String> names = new ArrayList<>(files.keySet());
    java.util.Collections.reverse(names);
    names.forEach(name -> inFolder.put("cifar-10-batches-bin/" + name, files.get(name)));
    TestSources.tarGz(archive, inFolder);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      TestSources.file(folder.resolve("unpacked/" + file.getKey()), file.getValue());
    }
    for (Path input : List.of(archive, folder.resolve("unpacked"))) {
      ImageSource source = open(SourceFormat.CIFAR10, input, null);
      assertEquals(10, source.classes().size());
      assertEquals("class9", source.classes().get(9));
      List<ImageSource.Image> train = read(source, DatasetManifest.TRAIN);
      assertEquals(35, train.size());
      assertEquals("data_batch_3.bin#2", train.get(16).path());
      assertEquals(2, train.get(16).record().label());
      byte[] batch = files.get("data_batch_3.bin");
      byte[] expected = Arrays.copyOfRange(batch, 2 * 3073 + 1, 3 * 3073);
      DecodedImage decoded = TestImages.decode(train.get(16).record().encoded());
      assertArrayEquals(expected, decoded.pixels());
      assertEquals(7, read(source, DatasetManifest.TEST).size());
    }
  }

  @Test
  void cifar100HasFineLabels() throws IOException {
    TestSources.file(folder.resolve("train.bin"), TestSources.cifarBatch(12, 2, new Random(1)));
    String names = "fine".repeat(10).replace("fine", "fine\n");
    TestSources.file(
        folder.resolve("fine_label_names.txt"), names.getBytes(StandardCharsets.UTF_8));
    ImageSource source = open(SourceFormat.CIFAR100, folder, null);
    List<ImageSource.Image> train = read(source, DatasetManifest.TRAIN);
    assertEquals(1, train.get(11).record().label());
    assertEquals(List.of(), read(source, DatasetManifest.TEST));
    assertRefused(SourceFormat.CIFAR10, folder, null, "data_batch_1.bin is missing");
  }

  @Test
  void faultyCifarFilesAreNamed() throws IOException {
    Map<String, byte[]> files = TestSources.cifar10(3);
    Path archive = folder.resolve("c.tar.gz");
    files.put("data_batch_2.bin", new byte[3072]);
    TestSources.tarGz(archive, files);
    assertRefused(SourceFormat.CIFAR10, archive, null, "data_batch_2.bin in");
    byte[] wrongLabel = new byte[3073];
    wrongLabel[0] = 10;
    files.put("data_batch_2.bin", wrongLabel);
    TestSources.tarGz(archive, files);
    assertRefused(SourceFormat.CIFAR10, archive, null, "data_batch_2.bin#0");
    files.remove("data_batch_2.bin");
    TestSources.tarGz(archive, files);
    assertRefused(SourceFormat.CIFAR10, archive, null, "data_batch_2.bin is missing");
    byte[] whole = Files.readAllBytes(archive);
    Files.write(archive, Arrays.copyOf(whole, whole.length / 2));
    assertRefused(SourceFormat.CIFAR10, archive, null, "c.tar.gz");
    TestSources.tarGz(archive, Map.of("../data_batch_1.bin", new byte[3073]));
    assertRefused(SourceFormat.CIFAR10, archive, null, "path that leaves it");
    try (OutputStream out = Files.newOutputStream(archive);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      TarArchiveEntry link = new TarArchiveEntry("data_batch_1.bin", TarConstants.LF_SYMLINK);
      link.setLinkName("elsewhere");
      tar.putArchiveEntry(link);
      tar.closeArchiveEntry();
    }
    assertRefused(SourceFormat.CIFAR10, archive, null, "holds a link");
  }

  @Test
  void idxFilesAreReadGzippedAndTogetherWithNames() throws IOException {
    TestSources.idx(folder, "train", 25, 5, 3);
    TestSources.idx(folder, "t10k", 4, 5, 3);
    ImageSource source = open(SourceFormat.IDX, folder, null);
    assertEquals(List.of("0", "1", "2"), source.classes());
    List<ImageSource.Image> train = read(source, DatasetManifest.TRAIN);
    assertEquals(25, train.size());
    assertEquals(2, train.get(20).record().label());
    DecodedImage decoded = TestImages.decode(train.get(20).record().encoded());
    assertEquals(1, decoded.channels());
    assertArrayEquals(TestSources.idxPixels("train", 20, 5), decoded.pixels());
    assertEquals(4, read(source, DatasetManifest.TEST).size());

    Path names = folder.resolve("names.txt");
    Files.writeString(names, "shirt\ntrouser\n\nbag\n");
    SourceOptions named = new SourceOptions(hadoop(folder), null, hadoop(names), false);
    ImageSource withNames = SourceFormat.IDX.open(named, new InputFiles(CONF));
    assertEquals(List.of("shirt", "trouser", "bag"), withNames.classes());
    Files.writeString(names, "shirt\ntrouser\n");
    UserError error =
        assertThrows(UserError.class, () -> SourceFormat.IDX.open(named, new InputFiles(CONF)));
    String told = "image 2 has label 2, but there are 2 names in --class-names";
    assertTrue(error.getMessage().contains(told), error.getMessage());
    assertThrows(UserError.class, () -> SourceFormat.CIFAR10.open(named, new InputFiles(CONF)));
  }

  @Test
  void faultyIdxFilesAreNamed() throws IOException {
    assertRefused(SourceFormat.IDX, folder, null, "train-images-idx3-ubyte (or .gz) is missing");
    TestSources.idx(folder, "train", 5, 4, 2);
    TestSources.idx(folder, "t10k", 5, 4, 3);
    assertRefused(SourceFormat.IDX, folder, null, "image 2 has label 2, but there are 2 classes");
    TestSources.idx(folder, "t10k", 5, 4, 2);
    Path labels = folder.resolve("train-labels-idx1-ubyte.gz");
    byte[] good = Files.readAllBytes(labels);
    Files.delete(labels);
    assertRefused(SourceFormat.IDX, folder, null, "train-labels-idx1-ubyte.gz is missing");
    Files.write(labels, Files.readAllBytes(folder.resolve("train-images-idx3-ubyte.gz")));
    assertRefused(SourceFormat.IDX, folder, null, "not an IDX file of labels");
    Files.write(folder.resolve("train-labels-idx1-ubyte"), new byte[] {0, 0, 8, 1, 0, 0, 0, 9, 1});
    assertRefused(SourceFormat.IDX, folder, null, "truncated: 1 of 9 labels");
    Files.delete(folder.resolve("train-labels-idx1-ubyte"));
    Files.write(labels, good);
    byte[] images = new byte[16 + 79];
    java.nio.ByteBuffer.wrap(images).putInt(0x803).putInt(5).putInt(4).putInt(4);
    Files.delete(folder.resolve("train-images-idx3-ubyte.gz"));
    Files.write(folder.resolve("train-images-idx3-ubyte"), images);
    assertRefused(SourceFormat.IDX, folder, null, "truncated within image 4");
    java.nio.ByteBuffer.wrap(images).putInt(4, 6);
    Files.write(folder.resolve("train-images-idx3-ubyte"), images);
    assertRefused(SourceFormat.IDX, folder, null, "6 images, but 5 labels");
  }
}
