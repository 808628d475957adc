package io.semimeta.ml;

import io.semimeta.OptionName;
import io.semimeta.UserError;
import java.util.Arrays;

/** Lists what may become of an image that is null or cannot be decoded. */
enum HandleInvalid {
  ERROR,
  SKIP,
  KEEP;

  /**
   * Returns what a stage is to do.
   *
   * @throws UserError naming the Param
   */
  static HandleInvalid of(ColumnParams<?> params) {
    String name = params.getHandleInvalid();
    return Arrays.stream(values())
        .filter(one -> one.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new UserError("handleInvalid %s: must be error, skip or keep".formatted(name)));
  }

  @Override
  public String toString() {
    return OptionName.of(this);
  }
}
