package io.semimeta.recordio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.DatasetManifest.Split;
import io.semimeta.data.DecodedImage;
import io.semimeta.data.ImageDecoder;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.TestImages;
import io.semimeta.data.TestSources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrepareIT {
  private static LocalSpark spark;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    spark = new LocalSpark("local[2]");
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  private DatasetManifest prepare(String format, Path input, String output, String... more)
      throws IOException {
    List<String> args = new ArrayList<>(List.of("--format", format, "--input", input.toString()));
    args.addAll(List.of("--output", folder.resolve(output).toString()));
    args.addAll(List.of(more));
    return spark.prepare(folder.resolve(output), args);
  }

  private void assertRefused(String message, String format, Path input, String... more)
      throws IOException {
    UserError error = assertThrows(UserError.class, () -> prepare(format, input, "refused", more));
    assertTrue(error.getMessage().contains(message), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
    Path output = folder.resolve("refused");
    if (Files.exists(output)) {
      List<String> left = new ArrayList<>(bytes(output).keySet());
      left.remove(PrepareJob.QUARANTINE);
      assertEquals(List.of(), left);
    }
  }

  private Map<Long, ImageRecord> records(String output, DatasetManifest manifest, String split) {
    Map<Long, ImageRecord> byId = new TreeMap<>();
    RecordFiles.rdd(spark.context(), folder.resolve(output).toUri(), manifest, split, 3)
        .collect()
        .forEach(record -> byId.put(record.id(), record));
    return byId;
  }

  private static Map<String, String> bytes(Path output) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> list = Files.list(output)) {
      for (Path file : list.toList()) {
        byte[] content = Files.readAllBytes(file);
        files.put(file.getFileName().toString(), new String(content, StandardCharsets.ISO_8859_1));
      }
    }
    return files;
  }

  /** 12 cats and 8 dogs in colour, 5 images of unknown class, of which one is grey. */
  private Path imageFolder() throws IOException {
    Path input = folder.resolve("pets");
    for (int i = 0; i < 12; i++) {
      TestSources.file(input.resolve("cat/" + i + ".png"), TestImages.png(3, 6, 8, i));
    }
    for (int i = 0; i < 8; i++) {
      TestSources.file(input.resolve("dog/" + i + ".JPG"), TestImages.jpeg(9, 7, 0x0a141e * i));
    }
    for (int i = 0; i < 5; i++) {
      byte[] png = TestImages.png(i == 0 ? 1 : 3, 5, 5, 100 + i);
      TestSources.file(input.resolve("unlabelled/" + i + ".png"), png);
    }
    return input;
  }

  @Test
  void imageFolderWithoutTestSplit() throws IOException {
    DatasetManifest manifest = prepare("image-folder", imageFolder(), "out");
    assertEquals("pets", manifest.name());
    assertEquals(List.of("cat", "dog"), manifest.classes());
    assertEquals(3, manifest.channels());
    assertEquals(0, manifest.height());
    Split train = manifest.splits().get("train");
    Split test = manifest.splits().get("test");
    assertEquals(List.of(11L, 7L), train.perClass());
    assertEquals(5, train.unlabelled());
    assertEquals(23, train.records());
    assertEquals(List.of(1L, 1L), test.perClass());
    assertEquals(4, train.shards().size());
    assertEquals(2, test.shards().size());

    Map<Long, ImageRecord> records = records("out", manifest, "train");
    Map<Long, ImageRecord> tested = records("out", manifest, "test");
    assertEquals(23, records.size());
    records.putAll(tested);
    assertEquals(25, records.size());
    assertArrayEquals(TestImages.png(3, 6, 8, 0), records.get(0L).encoded());
    assertEquals(ImageRecord.NO_LABEL, records.get(24L).label());
    tested.keySet().forEach(records::remove);
    assertMoments(manifest, records);
  }

  private static void assertMoments(DatasetManifest manifest, Map<Long, ImageRecord> train)
      throws IOException {
    for (int c = 0; c < 3; c++) {
      List<Double> values = new ArrayList<>();
      for (ImageRecord record : train.values()) {
        DecodedImage image = ImageDecoder.decode(record.encoded(), 3);
        int area = image.height() * image.width();
        for (int i = c * area; i < (c + 1) * area; i++) {
          values.add((image.pixels()[i] & 0xff) / 255.0);
        }
      }
      double mean = values.stream().mapToDouble(v -> v).average().orElseThrow();
      double variance =
          values.stream().mapToDouble(v -> (v - mean) * (v - mean)).average().orElseThrow();
      assertEquals(mean, manifest.mean().get(c), 1e-12);
      assertEquals(Math.sqrt(variance), manifest.std().get(c), 1e-12);
    }
  }

  @Test
  void theSameSourceAndSeedGiveTheSameBytes() throws IOException {
    Path input = imageFolder();
    prepare("image-folder", input, "one", "--seed", "5");
    spark.close();
    spark = new LocalSpark("local[1]");
    prepare("image-folder", input, "two", "--seed", "5");
    spark.close();
    spark = new LocalSpark("local[4]");
    prepare("image-folder", input, "three", "--seed", "5");
    prepare("image-folder", input, "other", "--seed", "6");
    Map<String, String> one = bytes(folder.resolve("one"));
    assertEquals(one, bytes(folder.resolve("two")));
    assertEquals(one, bytes(folder.resolve("three")));
    assertEquals(6 * 2 + 1, one.size(), "records, indices and the manifest, nothing else");
    Map<String, String> other = bytes(folder.resolve("other"));
    String shard = "train-00000-of-00004.rec";
    assertNotEquals(one.get(shard), other.get(shard));
  }

  @Test
  void cifarArchive() throws IOException {
    Path archive = folder.resolve("cifar-10-binary.tar.gz");
    Map<String, byte[]> files = new HashMap<>();
    TestSources.cifar10(20).forEach((name, bytes) -> files.put("batches/" + name, bytes));
    TestSources.tarGz(archive, files);
    DatasetManifest manifest = prepare("cifar10", archive, "out");
    assertEquals("cifar-10-binary", manifest.name());
    assertEquals(32, manifest.height());
    assertEquals(3, manifest.channels());
    assertEquals(100, manifest.splits().get("train").records());
    assertEquals(20, manifest.splits().get("test").records());
    Map<Long, ImageRecord> train = records("out", manifest, "train");
    for (int id : new int[] {0, 37, 99}) {
      byte[] batch = files.get("batches/data_batch_" + (id / 20 + 1) + ".bin");
      byte[] pixels = ImageDecoder.decode(train.get((long) id).encoded()).pixels();
      assertEquals(batch[id % 20 * 3073], train.get((long) id).label());
      assertEquals(batch[id % 20 * 3073 + 1 + 555], pixels[555]);
    }
    // Shuffled: the first shard has images of many batches.
    String index = Files.readString(folder.resolve("out/train-00000-of-00004.idx"));
    List<Long> ids = index.lines().map(line -> Long.valueOf(line.split("\t", 2)[0])).toList();
    assertEquals(25, ids.size());
    assertTrue(ids.stream().map(id -> id / 20).distinct().count() >= 4, ids.toString());
  }

  @Test
  void svhnWithAndWithoutExtra() throws IOException {
    Path input = folder.resolve("svhn");
    TestSources.svhn(input.resolve("train_32x32.mat"), 30, 30);
    TestSources.svhn(input.resolve("test_32x32.mat"), 10, 10);
    TestSources.svhn(input.resolve("extra_32x32.mat"), 20, 20);
    DatasetManifest manifest = prepare("svhn", input, "out");
    assertEquals(30, manifest.splits().get("train").records());
    assertEquals(
        List.of(3L, 3L, 3L, 3L, 3L, 3L, 3L, 3L, 3L, 3L), manifest.splits().get("train").perClass());
    assertEquals(10, manifest.splits().get("test").records());
    assertEquals(32, manifest.width());
    DatasetManifest more = prepare("svhn", input, "more", "--extra");
    assertEquals(50, more.splits().get("train").records());
    ImageRecord extra = records("more", more, "train").get(41L);
    assertEquals(2, extra.label());
    byte[] pixels = ImageDecoder.decode(extra.encoded()).pixels();
    assertEquals(TestSources.svhnPixel(4, 5, 1, 11), pixels[(32 + 4) * 32 + 5]);
    assertRefused("--extra is for --format svhn", "image-folder", input, "--extra");
  }

  @Test
  void idxHalvedAndCutToTheFirstImages() throws IOException {
    Path input = folder.resolve("digits");
    TestSources.idx(input, "train", 30, 28, 3);
    TestSources.idx(input, "t10k", 10, 28, 3);
    DatasetManifest manifest =
        prepare("idx", input, "out", "--image-size", "14", "--num-train", "12");
    assertEquals(1, manifest.channels());
    assertEquals(14, manifest.height());
    assertEquals(14, manifest.width());
    assertEquals(1, manifest.mean().size());
    assertEquals(12, manifest.splits().get("train").records());
    assertEquals(10, manifest.splits().get("test").records());
    Map<Long, ImageRecord> train = records("out", manifest, "train");
    assertEquals(List.of(0L, 1L, 2L), train.keySet().stream().limit(3).toList());
    byte[] whole = TestSources.idxPixels("train", 11, 28);
    byte[] half = ImageDecoder.decode(train.get(11L).encoded()).pixels();
    int sum = (whole[0] & 0xff) + (whole[1] & 0xff) + (whole[28] & 0xff) + (whole[29] & 0xff);
    assertEquals((sum + 2) / 4, half[0] & 0xff);
    assertRefused("--num-train 31: there are 30", "idx", input, "--num-train", "31");
  }

  /** What ImageNet holds beside plain JPEGs: grey ones, CMYK, a PNG by another name. */
  private Path imageNet() throws IOException {
    Path input = folder.resolve("imagenet");
    Map<String, byte[]> images = new TreeMap<>();
    images.put("n01440764_0.JPEG", TestImages.jpeg(40, 60, 0x336699));
    images.put("n01440764_1.JPEG", TestImages.png(1, 50, 30, 1));
    images.put("n01440764_2.JPEG", TestImages.png(3, 33, 44, 2));
    byte[] jpeg = TestImages.jpeg(64, 64, 0x123456);
    images.put("n01440764_3.JPEG", Arrays.copyOf(jpeg, jpeg.length - 60));
    byte[] tench = TestSources.tar(images);
    byte[] fox = TestSources.tar(Map.of("n02119789_0.JPEG", TestImages.jpeg(90, 70, 0xff8000)));
    Map<String, byte[]> classes = new TreeMap<>(Map.of("n01440764.tar", tench));
    classes.put("n02119789.tar", fox);
    TestSources.file(input.resolve("ILSVRC2012_img_train.tar"), TestSources.tar(classes));
    byte[] validation = TestImages.jpeg(30, 31, 0x808080);
    TestSources.file(input.resolve("val/n02119789/v.JPEG"), validation);
    return input;
  }

  @Test
  void imageNetResizedOrAsItIs() throws IOException {
    Path input = imageNet();
    DatasetManifest manifest = prepare("imagenet", input, "out");
    assertEquals(List.of("n01440764", "n02119789"), manifest.classes());
    assertEquals(List.of(3L, 1L), manifest.splits().get("train").perClass());
    assertEquals(List.of(0L, 1L), manifest.splits().get("test").perClass());
    assertTrue(
        Files.readString(folder.resolve("out/quarantine.jsonl")).contains("n01440764_3.JPEG"));
    Map<Long, ImageRecord> stored = records("out", manifest, "train");
    assertEquals(List.of(0L, 1L, 2L, 1_000_000L), List.copyOf(stored.keySet()));
    assertArrayEquals(TestImages.jpeg(40, 60, 0x336699), stored.get(0L).encoded());

    DatasetManifest small =
        prepare("imagenet", input, "small", "--resize", "20", "--quality", "90");
    Map<Long, ImageRecord> resized = records("small", small, "train");
    assertEquals(stored.keySet(), resized.keySet());
    int[][] sizes = {{20, 30, 3}, {33, 20, 1}, {20, 27, 3}};
    for (int i = 0; i < 3; i++) {
      byte[] encoded = resized.get((long) i).encoded();
      assertEquals((byte) 0xd8, encoded[1]);
      DecodedImage image = ImageDecoder.decode(encoded);
      assertArrayEquals(sizes[i], new int[] {image.height(), image.width(), image.channels()});
    }
    assertMoments(small, resized);
    prepare("imagenet", input, "again", "--resize", "20", "--quality", "90");
    assertEquals(bytes(folder.resolve("small")), bytes(folder.resolve("again")));
    DatasetManifest worse = prepare("imagenet", input, "worse", "--resize", "20", "--quality", "9");
    assertTrue(
        records("worse", worse, "train").get(2L).encoded().length
            < resized.get(2L).encoded().length);
    assertRefused("--quality 0: must be 1 to 100", "imagenet", input, "--quality", "0");
    assertRefused("give one of them", "imagenet", input, "--resize", "9", "--image-size", "9");
  }

  @Test
  void whatCannotBeDecodedIsQuarantined() throws IOException {
    Path input = imageFolder();
    TestSources.file(input.resolve("cat/zz.png"), new byte[0]);
    TestSources.file(input.resolve("unlabelled/a \"b\".jpg"), new byte[] {1, 2, 3});
    DatasetManifest manifest =
        prepare("image-folder", input, "out", "--max-bad", "2", "--test-fraction", "0");
    assertEquals(List.of(12L, 8L), manifest.splits().get("train").perClass());
    assertFalse(manifest.splits().containsKey("test"));
    List<String> lines = Files.readAllLines(folder.resolve("out/quarantine.jsonl"));
    assertEquals(2, lines.size());
    JsonNode first = new JsonMapper().readTree(lines.get(0));
    assertEquals(12, first.get("id").asLong());
    assertEquals("empty file", first.get("reason").asText());
    assertTrue(new JsonMapper().readTree(lines.get(1)).get("path").asText().contains("a \"b\""));
    assertRefused("2 images cannot be decoded", "image-folder", input, "--max-bad", "1");
    assertEquals(
        List.of("quarantine.jsonl"), List.copyOf(bytes(folder.resolve("refused")).keySet()));
    // The failed one's folder can be used again.
    prepare("image-folder", input, "refused");
  }

  @Test
  void badInputIsRefused() throws IOException {
    Path input = imageFolder();
    prepare("image-folder", input, "out");
    Map<String, String> before = bytes(folder.resolve("out"));
    UserError error = assertThrows(UserError.class, () -> prepare("image-folder", input, "out"));
    assertTrue(error.getMessage().contains("holds a prepared data set already"));
    assertEquals(before, bytes(folder.resolve("out")));
    assertRefused("no such file or folder", "image-folder", folder.resolve("none"));
    assertRefused("--test-fraction 1.0: must be", "image-folder", input, "--test-fraction", "1");
    Path idx = folder.resolve("idx");
    TestSources.idx(idx, "train", 5, 4, 2);
    byte[] images = new byte[16 + 79];
    java.nio.ByteBuffer.wrap(images).putInt(0x803).putInt(5).putInt(4).putInt(4);
    Files.delete(idx.resolve("train-images-idx3-ubyte.gz"));
    Files.write(idx.resolve("train-images-idx3-ubyte"), images);
    // Found by an executor, in the middle of the job.
    assertRefused("truncated within image 4", "idx", idx);
  }
}
