package io.semimeta.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.source.ImageSource;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which folders are taken for splits and classes. */
class FolderLayoutTest extends FolderOfImages {
  @ParameterizedTest
  @CsvSource({
    "train,test,val,unlabelled",
    "TRAIN,Test,VAL,Unlabelled",
    "training,testing,valid,unlabeled",
    "Training,TESTING,Validation,UNLABELED"
  })
  void splitsAreFoundByTheirUsualNames(String train, String test, String val, String unlabelled)
      throws IOException {
    files(train + "/a/1.png", train + "/b/1.png", test + "/a/2.png", val + "/b/3.png");
    files(unlabelled + "/4.png");
    ImageSource source = open();
    assertEquals(List.of("a", "b"), source.classes());
    assertEquals(
        List.of(train + "/a/1.png=0", train + "/b/1.png=1", unlabelled + "/4.png=-1"),
        read(source, "train"));
    assertEquals(List.of(test + "/a/2.png=0"), read(source, "test"));
    assertEquals(List.of(val + "/b/3.png=1"), read(source, "val"));
    String root = "file:" + folder + "/";
    assertEquals(
        List.of(
            "train       2 images of 2 classes in " + root + train,
            "unlabelled  1 images in " + root + unlabelled,
            "test        1 images of 1 class in " + root + test,
            "val         1 images of 1 class in " + root + val),
        source.recognised());
  }

  @Test
  void validationImagesAloneAreTheTestSplit() throws IOException {
    files("train/a/1.png", "train/b/1.png", "Valid/a/2.png");
    ImageSource source = open();
    assertEquals(List.of("Valid/a/2.png=0"), read(source, "test"));
    assertEquals(List.of(), read(source, "val"));
    String line = source.recognised().get(1);
    assertTrue(line.endsWith("/Valid, which stands for the test split"), line);
  }

  @Test
  void theTestInputIsTheTestSplit() throws IOException {
    files("train/a/1.png", "train/b/1.png", "test/a/2.png", "val/a/3.png", "held/a/4.png");
    ImageSource elsewhere = open(folder.resolve("held"));
    assertEquals(List.of("held/a/4.png=0"), read(elsewhere, "test"));
    assertEquals(List.of("val/a/3.png=0"), read(elsewhere, "val"));
    assertTrue(elsewhere.recognised().get(3).endsWith("/test is not used: --test-input was given"));
    Files.delete(folder.resolve("held/a/4.png"));
    ImageSource val = open(folder.resolve("val"));
    assertEquals(List.of("val/a/3.png=0"), read(val, "test"));
    assertEquals(List.of(), read(val, "val"));
    assertThrows(UserError.class, () -> open(folder)); // test or val?
    UserError same = assertThrows(UserError.class, () -> open(folder.resolve("train")));
    assertTrue(same.getMessage().contains("are one folder"), same.getMessage());
  }

  static Stream<Arguments> layouts() {
    return Stream.of(
        Arguments.of("a/1.png b/1.png test/1.png", "/test looks like a split, but lies among"),
        Arguments.of("a/1.png b/1.png Valid/a/1.png", "/Valid looks like a split, but lies among"),
        Arguments.of("test/a/1.png", "/test looks like a split, but lies alone in"),
        Arguments.of("train/a/1.png train/test/1.png", "/train/test looks like a split"),
        Arguments.of("train/train/a/1.png", "/train/train looks like a split"),
        Arguments.of("train/a/1.png test/train/a/1.png", "/test/train looks like a split"),
        Arguments.of("train/a/1.png Train/a/1.png", "holds both Train and train; make one"),
        Arguments.of("train/a/1.png test/a/1.png testing/a/1.png", "both test and testing"),
        Arguments.of("Train/a/1.png Train/b/1.png c/1.png", "/c holds images, but lies beside"),
        Arguments.of("train/a/1.png train/b/1.png train/1.png", "images beside its folders"),
        Arguments.of("train/a/1.png 1.png", "holds images beside its folders, such as 1.png"),
        Arguments.of("a/1.png b/1.png 1.png", "holds images beside its folders, such as 1.png"),
        Arguments.of("train/1.png train/2.png", "/train holds images, such as 1.png, but no class"),
        Arguments.of("1.png 2.png", "holds images, such as 1.png, but no class folders"),
        Arguments.of("train/a/1.png test/1.png", "/test holds images, such as 1.png, but no class"),
        Arguments.of("set/train/a/1.png set/test/a/1.png", "did you mean --input file:"),
        Arguments.of("x/y/train/a/1.png", "/x/y?"),
        Arguments.of("set/a/1.png set/b/1.png", "/set?"),
        Arguments.of("train/set/a/1.png train/set/b/1.png", "move them into"),
        Arguments.of("a/train/1.png b/train/1.png", "splits lie above the classes: train/a"),
        Arguments.of("train/a/1.png test/a/1.png test/unlabelled/1.png", "for training alone"),
        Arguments.of("train/a/1.png test/b/1.png", "class 'b' has no training images"),
        Arguments.of("train/a/1.txt train/b/1.png", "/train/a holds no image"),
        Arguments.of("notes.txt", "holds no class folders"));
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void whatCouldBeMeantOtherwiseIsRefused(String paths, String words) throws IOException {
    files(paths.split(" "));
    String message = refusal().getMessage();
    assertTrue(message.contains(words), message);
  }

  @Test
  void twoNamesOfOneFolderAreRefused() throws IOException {
    files("train/cat/1.png", "train/dog/1.png");
    link("train/kitty", "cat");
    String message = refusal().getMessage();
    assertTrue(message.contains("/train/cat and ") && message.contains("/kitty are one"), message);
    Files.delete(folder.resolve("train/kitty"));
    link("test", "train");
    assertTrue(
        refusal().getMessage().contains("/test are one folder; each split and each class needs"));
  }
}
