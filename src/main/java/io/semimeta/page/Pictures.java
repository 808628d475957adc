package io.semimeta.page;

import java.util.Base64;
import java.util.List;

/**
 * Shows small images, whose bytes the page holds, with what is to be said of each.
 *
 * @param pictures the images
 */
public record Pictures(List<Picture> pictures) implements Block {
  /** Images of fewer pixels are enlarged without smoothing. */
  private static final int SMALL = 48;

  /**
   * Holds an image.
   *
   * @param png its PNG file, or null where there is none to show
   * @param side its longer side, in pixels
   * @param lines what to say of it, strong
   * @param where where it is from: id and path
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Picture(byte[] png, int side, List<String> lines, String where) {}

  @Override
  public void writeTo(Html html) {
    html.open("div", "class", "pictures");
    for (Picture one : pictures) {
      html.open("figure");
      if (one.png != null) {
        html.empty(
            "img",
            "src",
            "data:image/png;base64," + Base64.getEncoder().encodeToString(one.png),
            "alt",
            String.join(", ", one.lines),
            "width",
            84,
            "height",
            84,
            "class",
            one.side < SMALL ? "small" : null);
      }
      one.lines.forEach(line -> html.leaf("span", line));
      html.leaf("span", one.where, "class", "where").close().line();
    }
    html.close().line();
  }
}
