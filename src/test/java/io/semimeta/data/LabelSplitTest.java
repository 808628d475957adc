package io.semimeta.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelSplitTest {
  private static final List<String> CLASSES = List.of("cat", "dog", "owl");
  private static final Configuration CONF = new Configuration();

  @TempDir private Path folder;

  /** Ids 0 to 59, every fourth one without label: 45 labelled, 15 a class. */
  private static List<RecordPosition> train() {
    List<RecordPosition> positions = new ArrayList<>();
    int labelled = 0;
    for (int id = 0; id < 60; id++) {
      int label = id % 4 == 3 ? ImageRecord.NO_LABEL : labelled++ % 3;
      positions.add(new RecordPosition(id / 20, id % 20 * 100L, id, label));
    }
    return positions;
  }

  private static long count(List<RecordPosition> positions, int label) {
    return positions.stream().filter(position -> position.label() == label).count();
  }

  private static List<Long> ids(List<RecordPosition> positions) {
    return positions.stream().map(RecordPosition::id).sorted().toList();
  }

  private static LabelSplit.Rules rules(int numValid, long seed) {
    return new LabelSplit.Rules(CLASSES, numValid, LabelBalance.EQUAL, seed);
  }

  private static LabelSplit draw(
      List<RecordPosition> train, int numLabel, int numValid, long seed) {
    return LabelSplit.draw(train, numLabel, rules(numValid, seed));
  }

  private static void assertRefused(int numLabel, int numValid, String message) {
    UserError error = assertThrows(UserError.class, () -> draw(train(), numLabel, numValid, 1));
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }

  @Test
  void everyImageIsInOnePartAndClassesAreBalanced() {
    LabelSplit split = draw(train(), 14, 7, 1);
    Set<RecordPosition> all = new HashSet<>(split.labelled());
    all.addAll(split.validation());
    all.addAll(split.unlabelled());
    assertEquals(new HashSet<>(train()), all);
    assertEquals(14, split.labelled().size());
    assertEquals(7, split.validation().size());
    assertEquals(39, split.unlabelled().size());
    assertEquals(15, count(split.unlabelled(), ImageRecord.NO_LABEL));
    for (int label = 0; label < 3; label++) {
      assertTrue(Set.of(4L, 5L).contains(count(split.labelled(), label)));
      assertTrue(Set.of(2L, 3L).contains(count(split.validation(), label)));
    }
    List<RecordPosition> inOrder = train();
    inOrder.retainAll(split.unlabelled());
    assertEquals(inOrder, split.unlabelled());
  }

  @Test
  void theDrawDependsOnTheSeedAloneAndNotOnTheOrder() {
    List<RecordPosition> shuffled = train();
    Collections.reverse(shuffled);
    LabelSplit one = draw(train(), 10, 5, 1);
    LabelSplit other = draw(shuffled, 10, 5, 1);
    assertEquals(ids(one.labelled()), ids(other.labelled()));
    assertEquals(ids(one.validation()), ids(other.validation()));
    LabelSplit seed2 = draw(train(), 10, 5, 2);
    assertNotEquals(ids(one.labelled()), ids(seed2.labelled()));
  }

  @Test
  void moreLabelsKeepTheValidationImages() {
    LabelSplit few = draw(train(), 3, 6, 1);
    LabelSplit more = draw(train(), 30, 6, 1);
    assertEquals(few.validation(), more.validation());
    assertTrue(more.labelled().containsAll(few.labelled()));
  }

  @Test
  void aShareHasAsManyOfEachClassAndIsTheDrawOfThatNumber() {
    List<RecordPosition> drawn = LabelSplit.drawShare(train(), CLASSES, 0.3, 1); // 4.5 of each
    assertEquals(12, drawn.size());
    for (int label = 0; label < 3; label++) {
      assertEquals(4, count(drawn, label));
    }
    assertEquals(ids(draw(train(), 12, 0, 1).labelled()), ids(drawn));
    assertNotEquals(ids(drawn), ids(LabelSplit.drawShare(train(), CLASSES, 0.3, 2)));
    assertEquals(27, LabelSplit.drawShare(train(), CLASSES, 0.6, 1).size(), "9 of each, not 8");
    List<RecordPosition> oneOwl = train();
    oneOwl.removeIf(position -> position.label() == 2 && position.id() > 2);
    for (double share : new double[] {0.05, 0.3}) {
      UserError error =
          assertThrows(UserError.class, () -> LabelSplit.drawShare(oneOwl, CLASSES, share, 1));
      String words = share < 0.1 ? ": is less than one of each" : " needs 3 images of class 'owl'";
      assertTrue(
          error.getMessage().startsWith("--label-fraction " + share + " of 31 images with a label"),
          error.getMessage());
      assertTrue(error.getMessage().contains(words), error.getMessage());
    }
  }

  @Test
  void impossibleNumbersAreNamed() {
    assertEquals(15, draw(train(), 45, 0, 1).unlabelled().size());
    assertRefused(0, 0, "--num-label 0");
    assertRefused(2, 0, "--num-label 2: at least one");
    assertRefused(46, 0, "--num-label 46: only 45");
    assertRefused(45, 1, "--num-valid 1: only 0");
    assertRefused(3, -1, "--num-valid -1");
    List<RecordPosition> fewOwls = train();
    fewOwls.removeIf(position -> position.label() == 2 && position.id() > 10);
    UserError error = assertThrows(UserError.class, () -> draw(fewOwls, 30, 0, 1));
    assertTrue(error.getMessage().contains("class 'owl'"), error.getMessage());
  }

  private static LabelSplit proportional(
      List<RecordPosition> train, int numLabel, int numValid, long seed) {
    return LabelSplit.draw(
        train, numLabel, new LabelSplit.Rules(CLASSES, numValid, LabelBalance.PROPORTIONAL, seed));
  }

  /** So many of each class. */
  private static List<RecordPosition> ofEach(int... counts) {
    List<RecordPosition> positions = new ArrayList<>();
    for (int label = 0; label < counts.length; label++) {
      for (int i = 0; i < counts[label]; i++) {
        long id = positions.size();
        positions.add(new RecordPosition(0, 100 * id, id, label));
      }
    }
    return positions;
  }

  private static List<Long> counts(List<RecordPosition> positions) {
    return List.of(count(positions, 0), count(positions, 1), count(positions, 2));
  }

  @Test
  void unequalClassesSayWhatIsPossible() {
    List<RecordPosition> train = ofEach(40, 30, 4);
    UserError error = assertThrows(UserError.class, () -> draw(train, 30, 0, 1));
    assertTrue(
        error
            .getMessage()
            .startsWith("--num-label 30 needs 10 images of class 'owl', which has 4 left; at most"),
        error.getMessage());
    assertTrue(error.getMessage().contains("--label-balance proportional"), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
    int possible = Integer.parseInt(error.getMessage().replaceAll(".*at most (\\d+) .*", "$1"));
    assertTrue(possible >= 12 && possible < 15, error.getMessage());
    assertEquals(possible, draw(train, possible, 0, 1).labelled().size());
    assertThrows(UserError.class, () -> draw(train, possible + 1, 0, 1));
    error = assertThrows(UserError.class, () -> draw(train, 3, 12, 1));
    assertTrue(error.getMessage().startsWith("--num-valid 12 needs 4 images of class 'owl'"));
    assertTrue(error.getMessage().contains("--label-balance proportional"), error.getMessage());
  }

  @Test
  void sharesInProportionAreThoseOfTheLargestRemainders() {
    List<RecordPosition> train = ofEach(50, 30, 20);
    assertEquals(List.of(5L, 3L, 2L), counts(proportional(train, 10, 0, 1).labelled()));
    // 6.5, 3.9, 2.6: the whole parts are 11, and .9 and .6 are the largest.
    assertEquals(List.of(6L, 4L, 3L), counts(proportional(train, 13, 0, 1).labelled()));
    assertEquals(List.of(50L, 30L, 20L), counts(proportional(train, 100, 0, 1).labelled()));
    // 4.95, 0.04, 0.01: one of each, for which the largest gives.
    assertEquals(List.of(3L, 1L, 1L), counts(proportional(ofEach(990, 8, 2), 5, 0, 1).labelled()));
    // Equal remainders: the seed decides, and always in the same way.
    List<RecordPosition> equal = ofEach(10, 10, 10);
    Set<List<Long>> seen = new HashSet<>();
    for (long seed = 0; seed < 20; seed++) {
      List<Long> shares = counts(proportional(equal, 4, 0, seed).labelled());
      assertEquals(shares, counts(draw(equal, 4, 0, seed).labelled()));
      seen.add(shares);
    }
    assertEquals(3, seen.size());
    UserError error = assertThrows(UserError.class, () -> proportional(train, 2, 0, 1));
    assertTrue(error.getMessage().contains("--num-label 2: at least one"), error.getMessage());
  }

  @Test
  void imagesAreSetAsideInProportionToo() {
    List<RecordPosition> train = ofEach(50, 30, 20);
    LabelSplit split = proportional(train, 10, 20, 1);
    assertEquals(List.of(10L, 6L, 4L), counts(split.validation()));
    assertEquals(split.validation(), proportional(train, 40, 20, 1).validation());
    assertEquals(List.of(1L, 0L, 0L), counts(proportional(train, 10, 1, 1).validation()));
    // All that is left, whatever the proportion.
    LabelSplit all = proportional(ofEach(990, 8, 2), 5, 995, 1);
    assertEquals(List.of(987L, 7L, 1L), counts(all.validation()));
    assertEquals(List.of(), all.unlabelled());
  }

  @Test
  void classesWithoutImagesAreLeftOut() {
    List<RecordPosition> gap = ofEach(9, 0, 7);
    assertEquals(List.of(2L, 0L, 2L), counts(draw(gap, 4, 2, 1).labelled()));
    assertEquals(List.of(1L, 0L, 1L), counts(draw(gap, 4, 2, 1).validation()));
    assertEquals(List.of(2L, 0L, 2L), counts(proportional(gap, 4, 0, 1).labelled()));
    assertEquals(List.of(1L, 0L, 1L), counts(draw(gap, 2, 0, 1).labelled()));
    UserError error = assertThrows(UserError.class, () -> draw(gap, 1, 0, 1));
    assertTrue(error.getMessage().endsWith("each of the 2 classes that have any is needed"));
    List<RecordPosition> half = LabelSplit.drawShare(gap, CLASSES, 0.5, 1);
    assertEquals(List.of(4L, 0L, 4L), counts(half));
    // A class whose images are all used is no empty one.
    error = assertThrows(UserError.class, () -> draw(ofEach(9, 2, 7), 6, 3, 1));
    assertTrue(error.getMessage().contains("class 'dog', which has 0 left"), error.getMessage());
  }

  @Test
  void theWholeShareIsAllOfThem() {
    assertEquals(ids(ofEach(9, 4, 7)), ids(LabelSplit.drawShare(ofEach(9, 4, 7), CLASSES, 1, 1)));
    assertEquals(45, LabelSplit.drawShare(train(), CLASSES, 1, 1).size());
    List<RecordPosition> none = List.of(new RecordPosition(0, 0, 0, ImageRecord.NO_LABEL));
    UserError error =
        assertThrows(UserError.class, () -> LabelSplit.drawShare(none, CLASSES, 1, 1));
    assertEquals("--label-fraction 1.0: no training image has a label", error.getMessage());
  }

  @Test
  void allThatHaveALabelAreLabelled() {
    LabelSplit split = LabelSplit.all(train(), rules(0, 1));
    assertEquals(45, split.labelled().size());
    assertEquals(0, split.validation().size());
    assertEquals(15, count(split.unlabelled(), ImageRecord.NO_LABEL));
    assertEquals(15, split.unlabelled().size());
    LabelSplit less = LabelSplit.all(train(), rules(6, 1));
    assertEquals(draw(train(), 3, 6, 1).validation(), less.validation());
    assertEquals(39, less.labelled().size());
    assertEquals(split.unlabelled(), less.unlabelled());
    UserError error = assertThrows(UserError.class, () -> LabelSplit.all(train(), rules(45, 1)));
    assertTrue(error.getMessage().startsWith("--num-valid 45: no labelled image is left"));
    List<RecordPosition> none =
        train().stream().filter(p -> p.label() == ImageRecord.NO_LABEL).toList();
    error = assertThrows(UserError.class, () -> LabelSplit.all(none, rules(0, 1)));
    assertTrue(error.getMessage().startsWith("No training image has a label"));
  }

  /** The numbers alone, before any record is read. */
  @Test
  void countsAreRefusedAsImagesAre() {
    for (LabelBalance balance : LabelBalance.values()) {
      for (int[] sizes : new int[][] {{9, 4, 7}, {9, 0, 7}, {1, 1, 1}}) {
        List<Long> perClass = Arrays.stream(sizes).asLongStream().boxed().toList();
        for (int numLabel = 0; numLabel <= 21; numLabel++) {
          for (int numValid = 0; numValid <= 3; numValid++) {
            LabelSplit.Rules rules = new LabelSplit.Rules(CLASSES, numValid, balance, 5);
            int number = numLabel;
            assertEquals(
                message(() -> LabelSplit.draw(ofEach(sizes), number, rules)),
                message(() -> LabelSplit.requireDraw(perClass, number, rules)));
          }
        }
      }
    }
  }

  private static String message(Runnable draw) {
    try {
      draw.run();
      return "";
    } catch (UserError e) {
      return e.getMessage();
    }
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    LabelSplit drawn = draw(train(), 9, 6, 1);
    LabelIndices.write(drawn, folder.toUri(), CONF);
    Path file = folder.resolve("label_indices.txt");
    assertEquals(
        ids(drawn.labelled()), Files.readAllLines(file).stream().map(Long::valueOf).toList());
    LabelSplit read = LabelSplit.read(train(), file.toUri(), CONF, rules(6, 1));
    assertEquals(drawn, read);
    String marked = "\ufeff" + Files.readString(file).replace("\n", "\r\n");
    Files.writeString(file, marked);
    assertEquals(drawn, LabelSplit.read(train(), file.toUri(), CONF, rules(6, 1)));
  }

  @Test
  void faultyLinesAreNamed() throws IOException {
    assertLineRefused("0\n1\n\nx7\n", "line 4: 'x7' is not an image's id");
    assertLineRefused("0\n99\n", "line 2: image 99 is no training image");
    assertLineRefused("0\n1\n0\n", "line 3: image 0 is there twice");
    assertLineRefused("3\n", "line 1: image 3 has no label");
    assertLineRefused("\n", "holds no image's id");
    UserError error =
        assertThrows(
            UserError.class,
            () -> LabelSplit.read(train(), folder.resolve("none.txt").toUri(), CONF, rules(0, 1)));
    assertTrue(error.getMessage().contains("none.txt: no such file"), error.getMessage());
  }

  private void assertLineRefused(String content, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("ids.txt"), content);
    UserError error =
        assertThrows(
            UserError.class, () -> LabelSplit.read(train(), file.toUri(), CONF, rules(0, 1)));
    assertTrue(error.getMessage().contains("ids.txt " + message), error.getMessage());
  }
}
