package io.semimeta.prepare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.data.ImageRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelListTest {
  @TempDir private Path folder;

  private static SurveyedImage image(long id, String split, int label, String path, String bad) {
    return new SurveyedImage(split, id, label, path, 1, 1, 1, 1, new long[1], new long[1], bad);
  }

  /** Two of the same name, one in an archive, one with a blank, one broken, one without label. */
  private static List<SurveyedImage> surveyed() {
    return List.of(
        image(0, "train", 0, "file:/in/cat/1.jpg", null),
        image(1, "train", 1, "file:/in/dog/1.jpg", null),
        image(2, "train", 1, "hdfs:/in/all.tar#n02.tar#n02_7.JPEG", null),
        image(3, "train", 0, "file:/in/cat/a b.jpg", null),
        image(4, "train", 0, "file:/in/cat/broken.jpg", "truncated"),
        image(5, "train", ImageRecord.NO_LABEL, "file:/in/unlabelled/u.jpg", null),
        image(6, "train", 1, "data_batch_1.bin#37", null),
        image(0, "test", 1, "file:/in/test/t.jpg", null));
  }

  private List<Long> ids(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("list.txt"), text);
    List<SurveyedImage> train = new ArrayList<>(surveyed());
    train.removeIf(image -> image.problem() != null || image.id() == 6);
    return LabelList.read(file.toUri(), new Configuration()).images(surveyed(), train).stream()
        .map(SurveyedImage::id)
        .sorted()
        .toList();
  }

  private void assertRefused(String message, String text) {
    UserError error = assertThrows(UserError.class, () -> ids(text));
    assertTrue(error.getMessage().contains("list.txt " + message), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }

  @Test
  void linesAreIdsNamesOrPaths() throws IOException {
    assertEquals(List.of(0L, 1L), ids("1\n\n0\n"));
    assertEquals(List.of(0L, 1L), ids("dog/1.jpg\nin/cat/1.jpg\n"));
    assertEquals(List.of(2L), ids("n02_7.JPEG\n"));
    assertEquals(List.of(2L, 3L), ids("n02/n02_7.JPEG 1\na b.jpg\n"));
    assertEquals(List.of(1L), ids("dog/1.jpg\t1.000000\n"));
    assertEquals(List.of(0L, 1L), ids("\ufeffdog/1.jpg\r\n\r\n0\r\n"));
  }

  @Test
  void whatCannotBeDecodedIsLeftOut() throws IOException {
    assertEquals(List.of(0L), ids("cat/broken.jpg\n0\n"));
  }

  @Test
  void faultyLinesAreNamed() {
    assertRefused("line 2: '1.jpg' is the name of 2 images", "0\n1.jpg\n");
    assertRefused("line 1: 't.jpg' is no training image", "t.jpg\n");
    assertRefused("line 1: 'g/1.jpg' is no training image", "g/1.jpg\n");
    assertRefused("line 1: '77' is no training image", "77\n");
    assertRefused("line 1: 'u.jpg' has no label", "u.jpg\n");
    assertRefused("line 3: 'cat/1.jpg' is there twice", "0\n1\ncat/1.jpg\n");
    assertRefused("line 1: '6' was left out of the training images by --test-fraction", "6\n");
    assertRefused("names no image; put one on each line", "\n\n");
  }
}
