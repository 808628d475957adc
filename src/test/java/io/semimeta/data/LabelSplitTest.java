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

  private static void assertRefused(int numLabel, int numValid, String message) {
    UserError error =
        assertThrows(
            UserError.class, () -> LabelSplit.draw(train(), CLASSES, numLabel, numValid, 1));
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }

  @Test
  void everyImageIsInOnePartAndClassesAreBalanced() {
    LabelSplit split = LabelSplit.draw(train(), CLASSES, 14, 7, 1);
    Set<RecordPosition> all = new HashSet<>(split.labelled());
    all.addAll(split.valid());
    all.addAll(split.unlabelled());
    assertEquals(new HashSet<>(train()), all);
    assertEquals(14, split.labelled().size());
    assertEquals(7, split.valid().size());
    assertEquals(39, split.unlabelled().size());
    assertEquals(15, count(split.unlabelled(), ImageRecord.NO_LABEL));
    for (int label = 0; label < 3; label++) {
      assertTrue(Set.of(4L, 5L).contains(count(split.labelled(), label)));
      assertTrue(Set.of(2L, 3L).contains(count(split.valid(), label)));
    }
    List<RecordPosition> inOrder = train();
    inOrder.retainAll(split.unlabelled());
    assertEquals(inOrder, split.unlabelled());
  }

  @Test
  void theDrawDependsOnTheSeedAloneAndNotOnTheOrder() {
    List<RecordPosition> shuffled = train();
    Collections.reverse(shuffled);
    LabelSplit one = LabelSplit.draw(train(), CLASSES, 10, 5, 1);
    LabelSplit other = LabelSplit.draw(shuffled, CLASSES, 10, 5, 1);
    assertEquals(ids(one.labelled()), ids(other.labelled()));
    assertEquals(ids(one.valid()), ids(other.valid()));
    LabelSplit seed2 = LabelSplit.draw(train(), CLASSES, 10, 5, 2);
    assertNotEquals(ids(one.labelled()), ids(seed2.labelled()));
  }

  @Test
  void moreLabelsKeepTheValidationImages() {
    LabelSplit few = LabelSplit.draw(train(), CLASSES, 3, 6, 1);
    LabelSplit more = LabelSplit.draw(train(), CLASSES, 30, 6, 1);
    assertEquals(few.valid(), more.valid());
    assertTrue(more.labelled().containsAll(few.labelled()));
  }

  @Test
  void aShareHasAsManyOfEachClassAndIsTheDrawOfThatNumber() {
    List<RecordPosition> drawn = LabelSplit.drawShare(train(), CLASSES, 0.3, 1); // 4.5 of each
    assertEquals(12, drawn.size());
    for (int label = 0; label < 3; label++) {
      assertEquals(4, count(drawn, label));
    }
    assertEquals(ids(LabelSplit.draw(train(), CLASSES, 12, 0, 1).labelled()), ids(drawn));
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
    assertEquals(15, LabelSplit.draw(train(), CLASSES, 45, 0, 1).unlabelled().size());
    assertRefused(0, 0, "--num-label 0");
    assertRefused(2, 0, "--num-label 2: at least one");
    assertRefused(46, 0, "--num-label 46: only 45");
    assertRefused(45, 1, "--num-valid 1: only 0");
    assertRefused(3, -1, "--num-valid -1");
    List<RecordPosition> fewOwls = train();
    fewOwls.removeIf(position -> position.label() == 2 && position.id() > 10);
    UserError error =
        assertThrows(UserError.class, () -> LabelSplit.draw(fewOwls, CLASSES, 30, 0, 1));
    assertTrue(error.getMessage().contains("class 'owl'"), error.getMessage());
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    LabelSplit drawn = LabelSplit.draw(train(), CLASSES, 9, 6, 1);
    LabelIndices.write(drawn, folder.toUri(), CONF);
    Path file = folder.resolve("label_indices.txt");
    assertEquals(
        ids(drawn.labelled()), Files.readAllLines(file).stream().map(Long::valueOf).toList());
    LabelSplit read = LabelSplit.read(train(), CLASSES, file.toUri(), CONF, 6, 1);
    assertEquals(drawn, read);
    String marked = "\ufeff" + Files.readString(file).replace("\n", "\r\n");
    Files.writeString(file, marked);
    assertEquals(drawn, LabelSplit.read(train(), CLASSES, file.toUri(), CONF, 6, 1));
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
            () ->
                LabelSplit.read(train(), CLASSES, folder.resolve("none.txt").toUri(), CONF, 0, 1));
    assertTrue(error.getMessage().contains("none.txt: no such file"), error.getMessage());
  }

  private void assertLineRefused(String content, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("ids.txt"), content);
    UserError error =
        assertThrows(
            UserError.class, () -> LabelSplit.read(train(), CLASSES, file.toUri(), CONF, 0, 1));
    assertTrue(error.getMessage().contains("ids.txt " + message), error.getMessage());
  }
}
