package io.semimeta.plot;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Says whether Java has a font, or draws figures into a folder; a drawn one would be a font. */
final class Fontless {
  private Fontless() {}

  public static void main(String[] args) throws IOException {
    if (args[0].equals("ask")) {
      System.out.print(hasFont() ? "a font\n" : "no font\n");
      return;
    }
    Path folder = Path.of(args[0]);
    for (FigureFormat format : FigureFormat.values()) {
      Files.write(folder.resolve("figure" + format.ending()), format.bytes(Figures.canvas()));
    }
    System.out.print("drawn\n");
  }

  private static boolean hasFont() {
    try {
      Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
      return font.getStringBounds("a", new FontRenderContext(null, true, true)).getWidth() > 0;
    } catch (InternalError | RuntimeException e) {
      return false;
    }
  }
}
