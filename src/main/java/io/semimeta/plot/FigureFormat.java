package io.semimeta.plot;

import io.semimeta.UserError;
import java.util.Locale;

/** Lists the formats of figures. */
public enum FigureFormat {
  SVG,
  PDF,
  PNG;

  /**
   * Finds a format by a file's name.
   *
   * @param option the option that names the file
   * @throws UserError where the name ends in none of them
   */
  public static FigureFormat of(String option, String file) {
    for (FigureFormat format : values()) {
      if (file.toLowerCase(Locale.ROOT).endsWith(format.ending())) {
        return format;
      }
    }
    throw new UserError(option + " " + file + ": must end in .svg, .pdf or .png");
  }

  /** Returns how the names of such files end. */
  public String ending() {
    return "." + name().toLowerCase(Locale.ROOT);
  }

  /** Returns a file's contents. */
  public byte[] bytes(Canvas canvas) {
    return switch (this) {
      case SVG -> SvgFigure.bytes(canvas);
      case PDF -> PdfFigure.bytes(canvas);
      case PNG -> PngFigure.bytes(canvas);
    };
  }
}
