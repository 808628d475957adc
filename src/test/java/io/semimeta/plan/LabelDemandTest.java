package io.semimeta.plan;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.DatasetManifest.Labelled;
import io.semimeta.data.DatasetManifest.Split;
import io.semimeta.data.LabelBalance;
import io.semimeta.data.Orientation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class LabelDemandTest {
  private static final StepOptions SUPERVISED =
      StepOptions.defaults().withMethod(StepOptions.Method.SUPERVISED);

  /** 9 cats and 6 dogs, and so many images without a class. */
  private static DatasetManifest manifest(int unlabelled, Labelled choice) {
    Split train = new Split(15L + unlabelled, unlabelled, List.of(9L, 6L), List.of());
    return new DatasetManifest(
        1,
        "pets",
        List.of("cat", "dog"),
        1,
        8,
        8,
        Orientation.STORED,
        List.of(0.5),
        List.of(0.5),
        Map.of(DatasetManifest.TRAIN, train),
        choice,
        null);
  }

  private static DataRequest request(OptionalInt numLabel, Optional<String> list, int numValid) {
    return new DataRequest(
        "pets",
        numLabel,
        list,
        numValid,
        LabelBalance.EQUAL,
        OptionalInt.empty(),
        Optional.empty());
  }

  private static DataRequest chosenByNothing(int numValid) {
    return request(OptionalInt.empty(), Optional.empty(), numValid);
  }

  private static void require(DataRequest request, StepOptions method, DatasetManifest manifest) {
    LabelDemand.require(request, method, 1, manifest);
  }

  private static void assertRefused(String words, DataRequest request, DatasetManifest manifest) {
    UserError error =
        assertThrows(UserError.class, () -> require(request, TestPlans.SEMIMETA, manifest));
    assertTrue(error.getMessage().contains(words), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }

  @Test
  void whereAllAreLabelledOnlySupervisedTrainingIsLeft() {
    String words = "--method semimeta: every training image of pets is labelled; give --num-label";
    assertRefused(words, chosenByNothing(0), manifest(0, null));
    assertRefused(words, chosenByNothing(4), manifest(0, null));
    DataRequest allDrawn =
        new DataRequest(
            "pets",
            OptionalInt.of(12),
            Optional.empty(),
            3,
            LabelBalance.PROPORTIONAL,
            OptionalInt.empty(),
            Optional.empty());
    assertRefused(words, allDrawn, manifest(0, null));
    assertRefused(words, chosenByNothing(0), manifest(0, new Labelled("l.txt", 15, "")));
    for (int unlabelled : new int[] {0, 1}) {
      assertDoesNotThrow(() -> require(chosenByNothing(0), SUPERVISED, manifest(unlabelled, null)));
    }
    StepOptions semiMeta = TestPlans.SEMIMETA;
    assertDoesNotThrow(() -> require(chosenByNothing(0), semiMeta, manifest(1, null)));
    assertDoesNotThrow(
        () -> require(DataRequest.drawn("pets", 10, 2), semiMeta, manifest(0, null)));
    assertDoesNotThrow(
        () -> require(chosenByNothing(0), semiMeta, manifest(0, new Labelled("l.txt", 14, ""))));
    // What a list holds is known when it is read.
    assertDoesNotThrow(
        () ->
            require(
                request(OptionalInt.empty(), Optional.of("ids.txt"), 0),
                semiMeta,
                manifest(0, null)));
  }

  @Test
  void numbersThatCannotBeHadAreRefused() {
    assertRefused("--num-label 1: at least", DataRequest.drawn("pets", 1, 0), manifest(3, null));
    assertRefused("--num-label 16: only 15", DataRequest.drawn("pets", 16, 0), manifest(3, null));
    assertRefused(
        "class 'dog', which has 6 left; at most 1",
        DataRequest.drawn("pets", 14, 0),
        manifest(3, null));
    assertRefused("--num-valid 8: only 3", DataRequest.drawn("pets", 12, 8), manifest(3, null));
  }
}
