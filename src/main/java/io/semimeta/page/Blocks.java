package io.semimeta.page;

import java.util.List;
import java.util.Map;

/** Makes the simple parts of pages. */
public final class Blocks {
  private Blocks() {}

  /** Makes a paragraph. */
  public static Block paragraph(String text) {
    return html -> html.leaf("p", text).line();
  }

  /** Makes a paragraph in small print. */
  public static Block note(String text) {
    return html -> html.leaf("p", text, "class", "note").line();
  }

  /** Makes a heading below a section's. */
  public static Block heading(String text) {
    return html -> html.leaf("h3", text).line();
  }

  /** Shows a command as it was typed. */
  public static Block command(String line) {
    return html -> html.open("p", "class", "code").leaf("code", line).close().line();
  }

  /** Puts parts side by side, as many as the page is wide. */
  public static Block beside(List<? extends Block> parts) {
    return html -> {
      html.open("div", "class", "grid");
      parts.forEach(part -> part.writeTo(html));
      html.close().line();
    };
  }

  /** Hides parts below a line, until the reader opens them. */
  public static Block details(String summary, Block... parts) {
    return html -> {
      html.open("details").leaf("summary", summary);
      for (Block part : parts) {
        part.writeTo(html);
      }
      html.close().line();
    };
  }

  /**
   * Holds a figure that stands out.
   *
   * @param value the figure
   * @param name what it is
   * @param remark what to know of it, or an empty text
   */
  public record Tile(String value, String name, String remark) {}

  /** Shows figures that stand out, in a row. */
  public static Block tiles(List<Tile> tiles) {
    return html -> {
      html.open("div", "class", "tiles");
      for (Tile tile : tiles) {
        html.open("div", "class", "tile").leaf("b", tile.value).leaf("span", tile.name);
        if (!tile.remark.isEmpty()) {
          html.leaf("span", tile.remark);
        }
        html.close();
      }
      html.close().line();
    };
  }

  /** Shows names and their values, one below the other. */
  public static Block facts(Map<String, String> facts) {
    return html -> {
      html.open("div", "class", "scroll").open("table");
      facts.forEach(
          (name, value) ->
              html.open("tr").leaf("th", name, "scope", "row").leaf("td", value).close());
      html.close().close().line();
    };
  }
}
