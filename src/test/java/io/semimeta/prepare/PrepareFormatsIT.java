package io.semimeta.prepare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.Orientation;
import io.semimeta.image.DecodedImage;
import io.semimeta.image.ImageDecoder;
import io.semimeta.image.TestImages;
import io.semimeta.source.TestSources;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Each format that has files of its own, from the command line to the records. */
class PrepareFormatsIT extends PrepareRun {
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
      byte[] pixels = TestImages.decode(train.get((long) id).encoded()).pixels();
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
    byte[] pixels = TestImages.decode(extra.encoded()).pixels();
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
    byte[] half = TestImages.decode(train.get(11L).encoded()).pixels();
    int sum = (whole[0] & 0xff) + (whole[1] & 0xff) + (whole[28] & 0xff) + (whole[29] & 0xff);
    assertEquals((sum + 2) / 4, half[0] & 0xff);
    assertRefused("--num-train 31: there are 30", "idx", input, "--num-train", "31");
    assertRefused(
        "--num-train 2: the first 2 training images have none of 1 classes",
        "idx",
        input,
        "--num-train",
        "2");
  }

  /** The authors' ImageNet script has the labelled images in a file of their own. */
  @Test
  void mxnetsRecordFilesOfLabelledAndUnlabelledImages() throws IOException {
    Path packed = Path.of("src/test/resources/io/semimeta/recordio");
    Path input = Files.createDirectories(folder.resolve("packed"));
    for (String suffix : new String[] {".rec", ".idx", ".lst"}) {
      Files.copy(packed.resolve("val" + suffix), input.resolve("train_label" + suffix));
      Files.copy(packed.resolve("train" + suffix), input.resolve("train_unlabel" + suffix));
      Files.copy(packed.resolve("val" + suffix), input.resolve("val" + suffix));
    }
    DatasetManifest manifest = prepare("mxnet", input, "out");
    assertEquals(List.of("n01440764", "n02119789"), manifest.classes());
    assertEquals(List.of(7L, 7L), manifest.splits().get("train").perClass());
    assertEquals(4, manifest.splits().get("test").records());
    assertEquals(4, manifest.labelled().images());
    assertEquals("0\n1\n2\n3\n", bytes(folder.resolve("out")).get("labelled.txt"));
    ImageRecord first = records("out", manifest, "train").get(4L);
    assertArrayEquals(
        Files.readAllBytes(packed.resolve("images/n01440764/n01440764_0.JPEG")), first.encoded());
    DatasetManifest whole =
        prepare("mxnet", packed.resolve("train.rec"), "whole", "--test-fraction", "0");
    assertEquals("train", whole.name());
    assertEquals(10, whole.splits().get("train").records());
    assertNull(whole.labelled());

    Path empty = Files.createFile(input.resolve("empty.rec"));
    Files.createFile(input.resolve("empty.idx"));
    String names = Files.writeString(folder.resolve("names.txt"), "tench\n").toString();
    assertRefused("empty.rec holds no images;", "mxnet", empty, "--class-names", names);
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
      DecodedImage image = TestImages.decode(encoded);
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

  private static byte[] fromPillow(String name) throws IOException {
    try (InputStream in = ImageDecoder.class.getResourceAsStream("pillow.json")) {
      for (JsonNode image : new JsonMapper().readTree(in).get("intact")) {
        if (image.get("name").asText().equals(name)) {
          return Base64.getDecoder().decode(image.get("file").asText());
        }
      }
    }
    throw new IllegalArgumentException(name);
  }

  /**
   * Images of 13x9, one of them turned by its tag, and two that are no JPEG in spite of their
   * names.
   */
  @Test
  void photographsStandUprightAndOtherFormatsBecomePng() throws IOException {
    Path input = folder.resolve("photographs");
    List<String> kinds = List.of("rgb.jpg", "exif6.jpg", "exif6.webp", "gif.jpg");
    for (int i = 0; i < kinds.size(); i++) {
      TestSources.file(input.resolve("train/a/" + i + ".jpg"), fromPillow(kinds.get(i)));
    }
    DatasetManifest upright = prepare("image-folder", input, "out", "--test-fraction", "0");
    assertEquals(Orientation.EXIF, upright.orientation());
    assertEquals(0, upright.height());
    Map<Long, ImageRecord> records = records("out", upright, "train");
    assertArrayEquals(fromPillow("exif6.jpg"), records.get(1L).encoded());
    int[] heights = {9, 13, 13, 9};
    for (int i = 0; i < heights.length; i++) {
      byte[] encoded = records.get((long) i).encoded();
      assertEquals(i < 2 ? (byte) 0xff : (byte) 0x89, encoded[0]);
      assertEquals(heights[i], ImageDecoder.decode(encoded, 3, upright.orientation()).height());
    }
    assertMoments(upright, records);

    DatasetManifest stored =
        prepare("image-folder", input, "stored", "--orientation", "stored", "--test-fraction", "0");
    assertEquals(Orientation.STORED, stored.orientation());
    assertEquals(9, stored.height());
    assertEquals(13, stored.width());
    assertMoments(stored, records("stored", stored, "train"));
  }
}
