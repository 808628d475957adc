package io.semimeta.data;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.semimeta.OptionName;

/** Says which way up images are. */
public enum Orientation {
  /** Images are turned as EXIF's tag says: phones store how they were held. */
  @JsonProperty("exif")
  EXIF,
  /** Images stay as their pixels are stored, whatever a tag says. */
  @JsonProperty("stored")
  STORED;

  /** Returns the name on the command line and in the manifest, such as {@code exif}. */
  @Override
  public String toString() {
    return OptionName.of(this);
  }
}
