package io.semimeta.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.semimeta.data.ImageRecord;
import io.semimeta.inference.Example;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelsTest {
  @Test
  void classesAreMatchedByName() {
    Labels labels = new Labels(List.of("cat", "emu", "owl"), List.of("owl", "dog", "cat"));
    assertEquals(2, labels.of(0));
    assertEquals(ImageRecord.NO_LABEL, labels.of(1), "the network knows no emus");
    assertEquals(0, labels.of(2));
    assertEquals(ImageRecord.NO_LABEL, labels.of(ImageRecord.NO_LABEL));
    Example owl = new Example("test", 7L, 2, "owl/1.png", new byte[1], null, null);
    assertEquals(0, labels.translated(owl).label());
    assertEquals("owl/1.png", labels.translated(owl).path());
  }
}
