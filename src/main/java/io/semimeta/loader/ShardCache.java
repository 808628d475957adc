package io.semimeta.loader;

import io.semimeta.data.Role;
import io.semimeta.data.RoleRecord;
import io.semimeta.image.DecodedImage;
import io.semimeta.image.ImageInput;
import io.semimeta.model.Placement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Holds one rank's images, decoded once and kept as unsigned bytes on the training device.
 *
 * @param labelled images whose labels are trained on
 * @param unlabelled images whose labels are not
 * @param evaluated images that errors are measured on during training
 */
public record ShardCache(ImageSet labelled, ImageSet unlabelled, ImageSet evaluated)
    implements AutoCloseable {
  private static final int DECODED_AT_ONCE = 512;

  /**
   * Reads and decodes a rank's records, as many at once as there are cores.
   *
   * @throws UserError where an image cannot be decoded or has another shape than the manifest says
   */
  public static ShardCache load(
      Iterator<RoleRecord> records, ImageInput input, Placement placement) {
    Map<Role, ImageSet.Builder> builders = new EnumMap<>(Role.class);
    for (Role role : Role.values()) {
      builders.put(role, new ImageSet.Builder(input));
    }
    // A plan sends the validation images or, where there are none, the test images, never both.
    builders.put(Role.VALIDATION, builders.get(Role.TEST));
    while (records.hasNext()) {
      List<RoleRecord> some = new ArrayList<>(DECODED_AT_ONCE);
      while (records.hasNext() && some.size() < DECODED_AT_ONCE) {
        some.add(records.next());
      }
      DecodedImage[] decoded = new DecodedImage[some.size()];
      IntStream.range(0, decoded.length)
          .parallel()
          .forEach(i -> decoded[i] = input.stored(some.get(i).record()));
      for (int i = 0; i < decoded.length; i++) {
        builders.get(some.get(i).role()).add(some.get(i).record().label(), decoded[i]);
      }
    }
    return new ShardCache(
        builders.get(Role.LABELLED).build(placement),
        builders.get(Role.UNLABELLED).build(placement),
        builders.get(Role.TEST).build(placement));
  }

  @Override
  public void close() {
    labelled.close();
    unlabelled.close();
    evaluated.close();
  }
}
