package io.semimeta.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.semimeta.data.Orientation;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Files of every kind against the pixels that Pillow sees in them, stored as data; see {@code
 * src/test/python/pillow_images.py}.
 */
class PillowImagesTest {
  private static JsonNode cases(String list) throws IOException {
    try (InputStream in = PillowImagesTest.class.getResourceAsStream("pillow.json")) {
      return new JsonMapper().readTree(in).get(list);
    }
  }

  private static Stream<DynamicTest> tests(String list, Check check) throws IOException {
    return StreamSupport.stream(cases(list).spliterator(), false)
        .map(
            image -> {
              String name = image.get("name").asText();
              byte[] file = bytes(image.get("file"));
              return DynamicTest.dynamicTest(name, () -> check.of(name, file, image));
            });
  }

  @FunctionalInterface
  private interface Check {
    void of(String name, byte[] file, JsonNode image) throws IOException;
  }

  private static byte[] bytes(JsonNode base64) {
    return Base64.getDecoder().decode(base64.asText());
  }

  /** CMYK is rounded twice. */
  private static int tolerance(String name) {
    return name.matches("(cmyk|ycck).*jpg") ? 2 : 0;
  }

  private static void assertPixels(JsonNode expected, DecodedImage image, int tolerance) {
    assertEquals(expected.get("height").asInt(), image.height());
    assertEquals(expected.get("width").asInt(), image.width());
    byte[] rgb = bytes(expected.get("rgb"));
    int area = image.height() * image.width();
    for (int i = 0; i < rgb.length; i++) {
      int channel = image.channels() == 1 ? 0 : i % 3;
      int value = image.pixels()[channel * area + i / 3] & 0xff;
      assertEquals(rgb[i] & 0xff, value, tolerance, "value " + i);
    }
  }

  private static JsonNode turned(JsonNode image) {
    return image.has("turned") ? image.get("turned") : image.get("stored");
  }

  @TestFactory
  Stream<DynamicTest> everyKindHasPillowsPixelsEitherWayUp() throws IOException {
    return tests(
        "intact",
        (name, file, image) -> {
          for (Orientation orientation : Orientation.values()) {
            JsonNode expected =
                orientation == Orientation.EXIF ? turned(image) : image.get("stored");
            StoredImage stored = StoredImage.of(file, orientation);
            if (ImageFormat.of(file).isStored()) {
              assertSame(file, stored.encoded());
            } else {
              assertSame(ImageFormat.PNG, ImageFormat.of(stored.encoded()));
            }
            DecodedImage decoded = ImageDecoder.decode(stored.encoded(), 3, orientation);
            assertPixels(expected, decoded, tolerance(name));
            assertEquals(expected.get("height").asInt(), stored.sums().height());
            assertEquals(expected.get("width").asInt(), stored.sums().width());
            assertSums(stored);
          }
        });
  }

  private static void assertSums(StoredImage stored) throws IOException {
    DecodedImage own = TestImages.decode(stored.encoded());
    long[] sum = new long[own.channels()];
    for (int i = 0; i < own.pixels().length; i++) {
      sum[i / (own.height() * own.width())] += own.pixels()[i] & 0xff;
    }
    assertArrayEquals(sum, stored.sums().sum());
  }

  /** Two channels fewer are a third of a data set's memory. */
  @TestFactory
  Stream<DynamicTest> whatIsGreyHasOneChannel() throws IOException {
    return tests(
        "intact",
        (name, file, image) -> {
          boolean grey =
              name.matches(
                      "(grey|palette-grey|palette-short|one-bit|fax|white-is-zero|exif6-grey).*")
                  && !name.equals("palette-short.png");
          byte[] stored = StoredImage.of(file, Orientation.EXIF).encoded();
          assertEquals(grey ? 1 : 3, TestImages.decode(stored).channels());
        });
  }

  /** Resized images are turned once, and have no tag that would turn them again. */
  @TestFactory
  Stream<DynamicTest> whatIsEncodedAnewIsTheRightWayUp() throws IOException {
    return tests(
            "intact",
            (name, file, image) -> {
              JsonNode expected = turned(image);
              int shorter = Math.min(expected.get("height").asInt(), expected.get("width").asInt());
              byte[] jpeg = StoredImage.resized(file, shorter, 100, Orientation.EXIF).encoded();
              byte[] square = StoredImage.square(file, shorter, Orientation.EXIF).encoded();
              for (Orientation orientation : Orientation.values()) {
                assertPixels(expected, ImageDecoder.decode(jpeg, 3, orientation), 60);
                DecodedImage centre = ImageDecoder.decode(square, 3, orientation);
                assertPixels(middle(expected, shorter), centre, tolerance(name));
              }
            })
        .filter(test -> test.getDisplayName().matches("exif.*|lossless.webp"));
  }

  private static JsonNode middle(JsonNode image, int side) {
    int height = image.get("height").asInt();
    int width = image.get("width").asInt();
    byte[] rgb = bytes(image.get("rgb"));
    byte[] middle = new byte[3 * side * side];
    int top = (height - side) / 2;
    int left = (width - side) / 2;
    for (int i = 0; i < middle.length; i++) {
      int y = top + i / 3 / side;
      int x = left + i / 3 % side;
      middle[i] = rgb[3 * (y * width + x) + i % 3];
    }
    return new JsonMapper()
        .createObjectNode()
        .put("height", side)
        .put("width", side)
        .put("rgb", Base64.getEncoder().encodeToString(middle));
  }

  /** A crop of everything, and the centre, of the image as it is looked at. */
  @TestFactory
  Stream<DynamicTest> theLoaderSeesImagesTheRightWayUp() throws IOException {
    return tests(
            "intact",
            (name, file, image) -> {
              JsonNode expected = turned(image);
              int shorter = Math.min(expected.get("height").asInt(), expected.get("width").asInt());
              byte[] stored = StoredImage.of(file, Orientation.EXIF).encoded();
              ImageInput input = new ImageInput(3, shorter, shorter, true, Orientation.EXIF);
              DecodedImage centre = ImageDecoder.centre(stored, shorter, input);
              assertPixels(middle(expected, shorter), centre, tolerance(name));
              DecodedImage all = ImageDecoder.decode(stored, 3, Orientation.EXIF);
              DecodedImage crop = ImageDecoder.crop(stored, input, true, new SplittableRandom(3));
              RandomResizedCrop same =
                  RandomResizedCrop.draw(all.width(), all.height(), true, new SplittableRandom(3));
              assertArrayEquals(
                  NativeImages.crop(NativeImages.mat(all), 1, same, input).pixels(), crop.pixels());
            })
        .filter(test -> test.getDisplayName().matches("exif.*|cmyk.jpg|rgb.*"));
  }

  @TestFactory
  Stream<DynamicTest> whatIsDamagedIsReadAsPillowDoesOrRefused() throws IOException {
    return tests(
        "damaged",
        (name, file, image) -> {
          if (!image.has("refused")) {
            byte[] stored = StoredImage.of(file, Orientation.STORED).encoded();
            assertPixels(
                image.get("stored"), ImageDecoder.decode(stored, 3, Orientation.STORED), 0);
            return;
          }
          IOException error =
              assertThrows(IOException.class, () -> StoredImage.of(file, Orientation.STORED));
          assertTrue(
              error
                  .getMessage()
                  .matches("truncated file|(broken|damaged) .*|JPEG whose .*|.*cut short.*"),
              error.getMessage());
        });
  }
}
