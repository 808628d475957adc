package io.semimeta.cli.options;

import io.semimeta.UserError;
import io.semimeta.data.Orientation;
import io.semimeta.format.SourceFormat;
import io.semimeta.prepare.Resizing;
import picocli.CommandLine.Option;

/** Says how images are stored. */
@Heading("Images")
public final class ImageOptions {
  private static final int MAX_IMAGE_SIZE = 8192;

  @Option(
      names = "--image-size",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Resize the shorter side to N pixels and crop the centre; 0 stores the images as they"
              + " are.")
  private int imageSize;

  @Option(
      names = "--resize",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Resize the shorter side to N pixels, without a crop, and store JPEG; 0 stores the images"
              + " as they are.")
  private int resize;

  @Option(
      names = "--quality",
      paramLabel = "Q",
      defaultValue = "" + Resizing.QUALITY,
      description = "Quality of the JPEG that --resize makes, from 1 to 100.")
  private int quality;

  @Option(
      names = "--orientation",
      paramLabel = "O",
      description =
          "exif turns photographs as their EXIF tag says, stored leaves them as their pixels lie"
              + " (default: exif for image-folder, else stored).")
  private Orientation orientation;

  /**
   * Refuses values out of range, and two that contradict each other.
   *
   * @throws UserError naming the option
   */
  public void check() {
    Checks.require(
        imageSize >= 0 && imageSize <= MAX_IMAGE_SIZE, "--image-size", imageSize, "0 to 8192");
    Checks.require(resize >= 0 && resize <= MAX_IMAGE_SIZE, "--resize", resize, "0 to 8192");
    Checks.require(quality >= 1 && quality <= 100, "--quality", quality, "1 to 100");
    if (imageSize > 0 && resize > 0) {
      throw new UserError("--image-size and --resize: give one of them");
    }
  }

  /** Returns what is to be done with the images of a format. */
  public Resizing resizing(SourceFormat format) {
    return new Resizing(
        imageSize, resize, quality, orientation == null ? format.orientation() : orientation);
  }
}
