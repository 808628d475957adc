package io.semimeta.data;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.semimeta.OptionName;

/** Which way up images are. */
public enum Orientation {
  /** As the file's EXIF tag says: phones store what the sensor saw, and how it was held. */
  @JsonProperty("exif")
  EXIF,
  /** As the pixels are stored, whatever a tag says. */
  @JsonProperty("stored")
  STORED;

  /** As on the command line and in the manifest: {@code exif}. */
  @Override
  public String toString() {
    return OptionName.of(this);
  }
}
