package io.semimeta.plot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.plot.Mark.Place;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.InflaterInputStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Compares the formats of one figure with what the canvas holds, and so with one another. */
class FigureFormatTest {
  private static final Pattern SVG_PART = Pattern.compile("([A-Za-z])([^A-Za-z]*)");

  /** What a format draws: the colour, the width of lines or -1 where it fills, and the numbers. */
  private record Drawn(int colour, double width, List<Double> numbers) {
    static Drawn of(Mark mark) {
      List<Double> numbers = new ArrayList<>();
      if (mark instanceof Mark.Dots dots) {
        dots.centres().forEach(centre -> numbers.addAll(List.of(centre.x(), centre.y())));
        return new Drawn(dots.colour(), round(2 * dots.radius()), numbers);
      } else if (mark instanceof Mark.Rings rings) {
        for (Place centre : rings.centres()) {
          numbers.addAll(List.of(centre.x(), centre.y(), rings.radius()));
        }
        return new Drawn(rings.colour(), rings.width(), numbers);
      } else if (mark instanceof Mark.Frame frame) {
        numbers.addAll(List.of(frame.corner().x(), frame.corner().y()));
        numbers.addAll(List.of(frame.width(), frame.height()));
        return new Drawn(frame.colour(), frame.stroke(), numbers);
      } else if (mark instanceof Mark.Text text) {
        PathText.trace(
            text.outline(),
            new PathText.Pen() {
              @Override
              public void move(double x, double y) {
                add(x, y);
              }

              @Override
              public void line(double x, double y) {
                add(x, y);
              }

              @Override
              public void curve(double x1, double y1, double x, double y) {
                add(x1, y1, x, y);
              }

              @Override
              public void close() {}

              private void add(double... values) {
                for (double value : values) {
                  numbers.add(round(value));
                }
              }
            });
        return new Drawn(text.colour(), -1, numbers);
      }
      throw new AssertionError(mark);
    }
  }

  @Test
  void svgHoldsWhatTheCanvasHolds() throws Exception {
    Canvas canvas = Figures.canvas();
    NodeList paths = svg(canvas).getElementsByTagName("path");
    List<Drawn> drawn = new ArrayList<>();
    for (int i = 1; i < paths.getLength(); i++) { // the first is the ground
      drawn.add(drawn((Element) paths.item(i), canvas.marks().get(i - 1)));
    }
    assertSame(canvas, drawn);
  }

  @Test
  void pdfHoldsWhatTheCanvasHolds() throws IOException {
    Canvas canvas = Figures.canvas();
    String[] lines = pdfContent(FigureFormat.PDF.bytes(canvas)).split("\n", -1);
    assertEquals("1 0 0 -1 0 " + PathText.number(canvas.height()) + " cm", lines[0]);
    List<Drawn> drawn = new ArrayList<>();
    List<String> own = new ArrayList<>();
    for (int i = 1; i < lines.length; i++) {
      own.add(lines[i]);
      if (lines[i].equals("S") || lines[i].equals("f")) {
        drawn.add(drawn(own, canvas.marks().get(drawn.size())));
        own.clear();
      }
    }
    assertSame(canvas, drawn);
  }

  @Test
  void pngShowsTheDots() throws IOException {
    Canvas canvas = Figures.canvas();
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(FigureFormat.PNG.bytes(canvas)));
    assertEquals(canvas.width() * PngFigure.SCALE, image.getWidth(), 1);
    int[][] last = new int[image.getHeight()][image.getWidth()];
    List<Mark.Dots> all =
        canvas.marks().stream()
            .filter(Mark.Dots.class::isInstance)
            .map(Mark.Dots.class::cast)
            .toList();
    for (int i = 0; i < all.size(); i++) { // later ones may lie above
      for (Place centre : all.get(i).centres()) {
        int reach = (int) Math.ceil(all.get(i).radius() * PngFigure.SCALE) + 2;
        for (int dy = -reach; dy <= reach; dy++) {
          for (int dx = -reach; dx <= reach; dx++) {
            last[pixel(centre.y()) + dy][pixel(centre.x()) + dx] = i;
          }
        }
      }
    }
    int seen = 0;
    for (int i = 0; i < all.size(); i++) {
      for (Place centre : all.get(i).centres()) {
        if (last[pixel(centre.y())][pixel(centre.x())] == i) {
          int found = image.getRGB(pixel(centre.x()), pixel(centre.y())) & 0xffffff;
          assertEquals(all.get(i).colour(), found, "the dot at " + centre);
          seen++;
        }
      }
    }
    assertTrue(seen > 100, "dots seen: " + seen);
    assertEquals(0xffffff, image.getRGB(1, 1) & 0xffffff);
  }

  @Test
  void namesAreTextAndNothingElse() throws Exception {
    Document document = svg(Figures.canvas());
    assertEquals(0, document.getElementsByTagName("script").getLength());
    NodeList paths = document.getElementsByTagName("path");
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < paths.getLength(); i++) {
      labels.add(((Element) paths.item(i)).getAttribute("aria-label"));
    }
    assertTrue(labels.contains("runs/\\u001b[2Jsecond"), labels::toString);
    assertTrue(labels.stream().anyMatch(label -> label.startsWith("<scri")), labels::toString);
  }

  @Test
  void pdfSaysWhereItsObjectsAre() {
    byte[] pdf = FigureFormat.PDF.bytes(Figures.canvas());
    String text = new String(pdf, StandardCharsets.ISO_8859_1);
    Matcher start = Pattern.compile("startxref\n(\\d+)\n%%EOF\n$").matcher(text);
    assertTrue(start.find());
    int xref = Integer.parseInt(start.group(1));
    assertTrue(text.startsWith("xref\n0 5\n", xref));
    for (int object = 1; object <= 4; object++) {
      int entry = xref + "xref\n0 5\n".length() + 20 * object;
      int offset = Integer.parseInt(text.substring(entry, entry + 10));
      assertTrue(text.startsWith(object + " 0 obj\n", offset), "object " + object);
    }
  }

  @Test
  void needsNoInstalledFont(@TempDir Path folder) throws Exception {
    Path fonts = Files.writeString(folder.resolve("fonts.conf"), "<fontconfig></fontconfig>");
    assertEquals("no font\n", fontless(fonts, "ask"));
    assertEquals("drawn\n", fontless(fonts, folder.toString()));
    for (FigureFormat format : FigureFormat.values()) {
      byte[] drawn = Files.readAllBytes(folder.resolve("figure" + format.ending()));
      assertArrayEquals(format.bytes(Figures.canvas()), drawn, format.toString());
    }
  }

  /** Runs a JVM that finds no font, where Java's own fonts fail. */
  private static String fontless(Path fonts, String argument) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.awt.headless=true",
            "-Duser.home=" + fonts.getParent(), // where Java remembers fonts
            "-cp",
            System.getProperty("java.class.path"),
            Fontless.class.getName(),
            argument);
    builder.environment().put("FONTCONFIG_FILE", fonts.toString());
    builder.redirectErrorStream(true);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output;
  }

  @Test
  void aNameTellsTheFormat() {
    assertEquals(FigureFormat.PDF, FigureFormat.of("--output", "s3a://bucket/a.svg/Figure.PDF"));
    UserError error = assertThrows(UserError.class, () -> FigureFormat.of("--output", "fig.jpg"));
    assertEquals("--output fig.jpg: must end in .svg, .pdf or .png", error.getMessage());
  }

  @Test
  void lettersLookLikeLetters() {
    // DejaVu Sans's own measures.
    assertEquals(651 / 2048.0 * 9, Lettering.width(" ", 9), 1e-9);
    assertEquals(2 * Lettering.width("é", 9), Lettering.width("e\u0301é", 9), 1e-9);
    Rectangle2D letter = Lettering.outline("l", 2048, 100, 3000).getBounds2D();
    assertEquals(new Rectangle2D.Double(100 + 193, 3000 - 1556, 184, 1556), letter);
    assertTrue(Lettering.outline("o", 10, 0, 0).contains(1, -3));
    assertFalse(Lettering.outline("o", 10, 0, 0).contains(3, -3), "the hole of an o");
    // A character without a letter is a box, whatever it is.
    assertEquals(Lettering.width("猫", 9), Lettering.width("🐈", 9), 1e-9);
    assertEquals("abc", Lettering.fitted("abc", 9, 100));
    assertEquals("runs…/step-4000", Lettering.fitted("runs/first/checkpoints/step-4000", 9, 80));
    assertEquals("…", Lettering.fitted("WWW", 9, 1));
  }

  @Test
  void numbersAreShort() {
    assertEquals(
        "0 0 -0.5 12.05 -3.1 7 0.01 -0.01",
        Stream.of(0.0, -0.001, -0.5, 12.05, -3.1, 7.0, 0.005, -0.0051)
            .map(PathText::number)
            .collect(Collectors.joining(" ")));
  }

  private static void assertSame(Canvas canvas, List<Drawn> drawn) {
    List<Drawn> expected = canvas.marks().stream().map(Drawn::of).toList();
    assertEquals(expected.size(), drawn.size());
    for (int i = 0; i < drawn.size(); i++) {
      assertEquals(expected.get(i).colour, drawn.get(i).colour, "colour of mark " + i);
      assertEquals(expected.get(i).width, drawn.get(i).width, 1e-9, "width of mark " + i);
      List<Double> numbers = expected.get(i).numbers;
      assertFalse(numbers.isEmpty());
      assertEquals(numbers.size(), drawn.get(i).numbers.size(), "numbers of mark " + i);
      for (int n = 0; n < numbers.size(); n++) {
        assertEquals(numbers.get(n), drawn.get(i).numbers.get(n), 0.03, "in mark " + i);
      }
    }
    assertNotEquals(0, drawn.size());
  }

  private static Document svg(Canvas canvas) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(FigureFormat.SVG.bytes(canvas)));
  }

  private static Drawn drawn(Element path, Mark mark) {
    boolean fills = !path.getAttribute("fill").equals("none");
    String colour = path.getAttribute(fills ? "fill" : "stroke");
    double width = fills ? -1 : Double.parseDouble(path.getAttribute("stroke-width"));
    assertEquals(mark instanceof Mark.Dots, path.getAttribute("stroke-linecap").equals("round"));
    List<Double> numbers = new ArrayList<>();
    for (Matcher part = SVG_PART.matcher(path.getAttribute("d")); part.find(); ) {
      List<Double> own = numbers(part.group(2));
      switch (part.group(1)) {
        case "h" -> {
          if (mark instanceof Mark.Frame && own.get(0) > 0) {
            numbers.addAll(own);
          }
        }
        case "a" -> { // the first of a ring's two arcs, from its left
          if (own.get(5) > 0) {
            int x = numbers.size() - 2;
            numbers.set(x, numbers.get(x) + own.get(5) / 2);
            numbers.add(own.get(0));
          }
        }
        default -> numbers.addAll(own);
      }
    }
    return new Drawn(Integer.parseInt(colour.substring(1), 16), width, numbers);
  }

  private static String pdfContent(byte[] pdf) throws IOException {
    String text = new String(pdf, StandardCharsets.ISO_8859_1);
    int start = text.indexOf("stream\n") + "stream\n".length();
    byte[] stream = text.substring(start).getBytes(StandardCharsets.ISO_8859_1);
    try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(stream))) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  private static Drawn drawn(List<String> lines, Mark mark) {
    String[] first = lines.get(0).split(" ", -1);
    int colour = 0;
    for (int i = 0; i < 3; i++) {
      colour = colour << 8 | (int) Math.round(Double.parseDouble(first[i]) * 255);
    }
    boolean fills = first[3].equals("rg");
    if (!fills) {
      assertEquals(mark instanceof Mark.Dots ? "1" : "0", first[6], "caps of lines");
    }
    List<Double> numbers = new ArrayList<>();
    for (String line : lines.subList(1, lines.size() - 1)) {
      if (mark instanceof Mark.Dots) { // move, and line to the same place
        List<Double> own = numbers(line);
        assertEquals(own.subList(0, 2), own.subList(2, 4));
        numbers.addAll(own.subList(0, 2));
      } else if (mark instanceof Mark.Rings rings) { // from its right
        if (line.endsWith(" m")) {
          List<Double> own = numbers(line);
          numbers.addAll(List.of(own.get(0) - rings.radius(), own.get(1), rings.radius()));
        }
      } else if (line.endsWith(" c")) { // the quadratic curve that it was
        List<Double> own = numbers(line);
        int last = numbers.size() - 2;
        numbers.add((3 * own.get(0) - numbers.get(last)) / 2);
        numbers.add((3 * own.get(1) - numbers.get(last + 1)) / 2);
        numbers.addAll(own.subList(4, 6));
      } else {
        numbers.addAll(numbers(line));
      }
    }
    return new Drawn(colour, fills ? -1 : Double.parseDouble(first[4]), numbers);
  }

  private static List<Double> numbers(String text) {
    return Stream.of(text.split("[^-.0-9]+"))
        .filter(number -> !number.isEmpty())
        .map(Double::valueOf)
        .toList();
  }

  private static double round(double value) {
    return Math.round(value * 100) / 100.0;
  }

  private static int pixel(double place) {
    return (int) (place * PngFigure.SCALE);
  }
}
