package io.semimeta.training;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.image.ImageInput;
import io.semimeta.model.NetworkOptions;
import io.semimeta.model.Placement;
import io.semimeta.plan.NetworkPlan;
import org.junit.jupiter.api.Test;

/** BatchNorm has no variance of one value: found from shapes, before anything starts. */
class BatchOfOneTest {
  private static NetworkPlan plan(String architecture, boolean sync) {
    return new NetworkPlan(architecture, new NetworkOptions(10, 3, 1, 0.5), Placement.CPU, sync);
  }

  private static ImageInput square(int pixels) {
    return new ImageInput(3, pixels, pixels, false);
  }

  @Test
  void mapsOfOnePixelNeedTwoImages() {
    for (String architecture : new String[] {"resnet18", "resnet50"}) {
      UserError error =
          assertThrows(
              UserError.class,
              () -> plan(architecture, false).requireBatch(1, 1, square(32)),
              architecture);
      assertTrue(
          error.getMessage().startsWith("--batch-size 1: on images of 32x32 pixels a BatchNorm"),
          error.getMessage());
      plan(architecture, false).requireBatch(2, 1, square(32));
    }
  }

  /** Other ranks' images are looked at under --sync-batch-norm alone. */
  @Test
  void otherRanksImagesCount() {
    plan("resnet18", true).requireBatch(1, 2, square(32));
    UserError error =
        assertThrows(UserError.class, () -> plan("resnet18", false).requireBatch(1, 2, square(32)));
    assertTrue(error.getMessage().endsWith(", or --sync-batch-norm"), error.getMessage());
  }

  @Test
  void largerMapsAreFine() {
    plan("resnet18", false).requireBatch(1, 1, square(64));
    plan("convlarge", false).requireBatch(1, 1, square(32));
  }
}
