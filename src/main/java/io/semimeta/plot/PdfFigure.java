package io.semimeta.plot;

import static io.semimeta.plot.PathText.number;
import static io.semimeta.plot.PathText.pair;

import io.semimeta.Shown;
import io.semimeta.plot.Mark.Place;
import java.awt.geom.Path2D;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DeflaterOutputStream;

/** Writes a canvas as a PDF of one page; text is outlines, so that it needs no font. */
final class PdfFigure {
  /** Control points so far along the tangents make four curves a circle. */
  private static final double CIRCLE = 0.5522847498;

  private final StringBuilder content = new StringBuilder();

  private PdfFigure() {}

  static byte[] bytes(Canvas canvas) {
    PdfFigure figure = new PdfFigure();
    // PDF counts from the lower left corner; white ground is the paper's.
    figure.content.append("1 0 0 -1 0 ").append(number(canvas.height())).append(" cm\n");
    canvas.marks().forEach(figure::mark);
    byte[] deflated = deflated(figure.content.toString().getBytes(StandardCharsets.US_ASCII));
    String box = "[0 0 " + pair(canvas.width(), canvas.height()) + "]";
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<Integer> offsets = new ArrayList<>();
    out.writeBytes(ascii("%PDF-1.4\n"));
    out.writeBytes(new byte[] {'%', (byte) 0xe2, (byte) 0xe3, (byte) 0xcf, (byte) 0xd3, '\n'});
    object(out, offsets, "<< /Type /Catalog /Pages 2 0 R >>");
    object(out, offsets, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    object(
        out,
        offsets,
        "<< /Type /Page /Parent 2 0 R /MediaBox %s /Resources << >> /Contents 4 0 R >>"
            .formatted(box));
    offsets.add(out.size());
    out.writeBytes(
        ascii("4 0 obj\n<< /Length " + deflated.length + " /Filter /FlateDecode >>\nstream\n"));
    out.writeBytes(deflated);
    out.writeBytes(ascii("\nendstream\nendobj\n"));
    int xref = out.size();
    out.writeBytes(ascii("xref\n0 5\n0000000000 65535 f \n"));
    for (int offset : offsets) {
      out.writeBytes(ascii(Shown.format("%010d 00000 n \n", offset)));
    }
    out.writeBytes(ascii("trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n" + xref + "\n%%EOF\n"));
    return out.toByteArray();
  }

  private static void object(ByteArrayOutputStream out, List<Integer> offsets, String body) {
    offsets.add(out.size());
    out.writeBytes(ascii(offsets.size() + " 0 obj\n" + body + "\nendobj\n"));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] deflated(byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
      deflater.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private void mark(Mark mark) {
    if (mark instanceof Mark.Dots dots) {
      stroke(dots.colour(), 2 * dots.radius(), 1);
      for (Place centre : dots.centres()) {
        content.append(pair(centre)).append(" m ").append(pair(centre)).append(" l\n");
      }
      content.append("S\n");
    } else if (mark instanceof Mark.Rings rings) {
      stroke(rings.colour(), rings.width(), 0);
      rings.centres().forEach(centre -> ring(centre.x(), centre.y(), rings.radius()));
      content.append("S\n");
    } else if (mark instanceof Mark.Frame frame) {
      stroke(frame.colour(), frame.stroke(), 0);
      content.append(pair(frame.corner())).append(' ');
      content.append(pair(frame.width(), frame.height())).append(" re\nS\n");
    } else if (mark instanceof Mark.Text text) {
      content.append(colour(text.colour())).append(" rg\n");
      outline(text.outline());
      content.append("f\n");
    }
  }

  private void stroke(int colour, double width, int cap) {
    content.append(colour(colour)).append(" RG ").append(number(width)).append(" w ");
    content.append(cap).append(" J\n");
  }

  private void ring(double x, double y, double radius) {
    double near = radius * CIRCLE;
    content.append(pair(x + radius, y)).append(" m\n");
    curve(x + radius, y + near, x + near, y + radius, x, y + radius);
    curve(x - near, y + radius, x - radius, y + near, x - radius, y);
    curve(x - radius, y - near, x - near, y - radius, x, y - radius);
    curve(x + near, y - radius, x + radius, y - near, x + radius, y);
    content.append("h\n");
  }

  private void curve(double x1, double y1, double x2, double y2, double x, double y) {
    content.append(pair(x1, y1)).append(' ').append(pair(x2, y2)).append(' ');
    content.append(pair(x, y)).append(" c\n");
  }

  private void outline(Path2D outline) {
    PathText.trace(
        outline,
        new PathText.Pen() {
          private double lastX;
          private double lastY;

          @Override
          public void move(double x, double y) {
            content.append(pair(x, y)).append(" m\n");
            at(x, y);
          }

          @Override
          public void line(double x, double y) {
            content.append(pair(x, y)).append(" l\n");
            at(x, y);
          }

          private void at(double x, double y) {
            lastX = x;
            lastY = y;
          }

          @Override
          public void curve(double x1, double y1, double x, double y) {
            // PDF has cubic curves alone.
            PdfFigure.this.curve(
                (lastX + 2 * x1) / 3,
                (lastY + 2 * y1) / 3,
                (x + 2 * x1) / 3,
                (y + 2 * y1) / 3,
                x,
                y);
            at(x, y);
          }

          @Override
          public void close() {
            content.append("h\n");
          }
        });
  }

  private static String colour(int colour) {
    return Shown.format(
        "%.4f %.4f %.4f",
        (colour >> 16 & 0xff) / 255.0, (colour >> 8 & 0xff) / 255.0, (colour & 0xff) / 255.0);
  }
}
