package io.semimeta.plot;

import java.awt.geom.Path2D;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.io.IOUtils;

/**
 * Turns text into outlines of letters that this program brings along: where no font is installed,
 * as on many servers, Java cannot even load one from a file. A character that is not among them is
 * an empty box.
 */
final class Lettering {
  private static final double UNITS = 2048;
  private static final int MISSING = 0;
  private static final Pattern BLANK = Pattern.compile(" ");
  private static final Pattern PART = Pattern.compile("([MLHVQZ])([-0-9 ]*)");
  private static final Map<Integer, Letter> LETTERS = read();

  private Lettering() {}

  /**
   * Holds a letter in units of 1/2048 of the size.
   *
   * @param advance how far the next letter is
   * @param path its outline as an SVG path of absolute parts, upwards from the line
   */
  private record Letter(int advance, String path) {}

  private static Map<Integer, Letter> read() {
    Map<Integer, Letter> letters = new HashMap<>();
    try (InputStream in = Lettering.class.getResourceAsStream("letters.txt")) {
      for (String line : IOUtils.readLines(in, StandardCharsets.US_ASCII)) {
        String[] cells = line.split("\t", -1);
        Letter letter = new Letter(Integer.parseInt(cells[1]), cells[2]);
        letters.put(Integer.parseInt(cells[0], 16), letter);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return letters;
  }

  private static Letter letter(int point) {
    return LETTERS.getOrDefault(point, LETTERS.get(MISSING));
  }

  private static int[] points(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC).codePoints().toArray();
  }

  /** Returns how wide a text is. */
  static double width(String text, double size) {
    double units = 0;
    for (int point : points(text)) {
      units += letter(point).advance;
    }
    return units * size / UNITS;
  }

  /** Returns the outlines of a text's letters, from the left end of its line. */
  static Path2D outline(String text, double size, double x, double y) {
    Path2D.Double outline = new Path2D.Double();
    double left = x;
    for (int point : points(text)) {
      append(outline, letter(point).path, size / UNITS, left, y);
      left += letter(point).advance * size / UNITS;
    }
    return outline;
  }

  private static void append(
      Path2D.Double to, String path, double scale, double left, double foot) {
    double x = 0;
    double y = 0;
    for (Matcher part = PART.matcher(path); part.find(); ) {
      char kind = part.group(1).charAt(0);
      if (kind == 'Z') {
        to.closePath();
        continue;
      }
      int[] at = BLANK.splitAsStream(part.group(2)).mapToInt(Integer::parseInt).toArray();
      int count = kind == 'Q' ? 4 : kind == 'M' || kind == 'L' ? 2 : 1;
      for (int i = 0; i < at.length; i += count) {
        x = kind == 'V' ? x : at[i + Math.max(0, count - 2)];
        y = kind == 'H' ? y : at[i + count - 1];
        double nextX = left + scale * x;
        double nextY = foot - scale * y;
        if (kind == 'Q') {
          to.quadTo(left + scale * at[i], foot - scale * at[i + 1], nextX, nextY);
        } else if (kind == 'M' && i == 0) {
          to.moveTo(nextX, nextY);
        } else { // after M too, more points are lines
          to.lineTo(nextX, nextY);
        }
      }
    }
  }

  /** Returns a text, without its middle where it is wider than allowed. */
  static String fitted(String text, double size, double width) {
    if (width(text, size) <= width) {
      return text;
    }
    int[] points = text.codePoints().toArray();
    int kept = points.length;
    String shorter;
    do {
      kept--;
      int head = kept / 3;
      int tail = kept - head;
      shorter = new String(points, 0, head) + "…" + new String(points, points.length - tail, tail);
    } while (kept > 0 && width(shorter, size) > width);
    return shorter;
  }
}
