package io.semimeta.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.data.LabelBalance;
import io.semimeta.image.ImageInput;
import io.semimeta.plan.TrainingPlan.Loader;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class DataRequestTest {
  private static final ImageInput STORED = new ImageInput(1, 1024, 1024, false);
  private static final ImageInput CROPPED = new ImageInput(1, 1024, 1024, true);

  private static Loader loader(Optional<Loader> wanted, ImageInput input, long images) {
    OptionalInt size = input.cropped() ? OptionalInt.of(input.height()) : OptionalInt.empty();
    DataRequest request =
        new DataRequest(
            "data", OptionalInt.of(4), Optional.empty(), 0, LabelBalance.EQUAL, size, wanted);
    return request.loaderFor(input, images);
  }

  @Test
  void upToTwoGibibytesOfStoredPixelsAreCached() {
    Optional<Loader> auto = Optional.empty();
    assertEquals(Loader.CACHE, loader(auto, STORED, 2048));
    assertEquals(Loader.STREAM, loader(auto, STORED, 2049));
    assertEquals(Loader.STREAM, loader(auto, CROPPED, 1));
  }

  @Test
  void theUsersWordHolds() {
    assertEquals(Loader.STREAM, loader(Optional.of(Loader.STREAM), STORED, 1));
    assertEquals(Loader.CACHE, loader(Optional.of(Loader.CACHE), STORED, 2049));
    assertEquals(Loader.STREAM, loader(Optional.of(Loader.STREAM), CROPPED, 1));
    UserError error =
        assertThrows(UserError.class, () -> loader(Optional.of(Loader.CACHE), CROPPED, 1));
    assertTrue(error.getMessage().startsWith("--loader cache: with --image-size"), "" + error);
  }
}
