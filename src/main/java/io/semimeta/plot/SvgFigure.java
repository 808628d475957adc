package io.semimeta.plot;

import static io.semimeta.plot.PathText.number;
import static io.semimeta.plot.PathText.pair;

import io.semimeta.Shown;
import io.semimeta.plot.Mark.Place;
import java.awt.geom.Path2D;
import java.nio.charset.StandardCharsets;
import org.apache.commons.text.StringEscapeUtils;

/**
 * Writes a canvas as SVG. Colours are attributes, because some viewers block style sheets, and dots
 * of one colour are one path of points with round ends, which is a tenth of the size of circles.
 */
final class SvgFigure {
  private final StringBuilder out = new StringBuilder();

  private SvgFigure() {}

  static byte[] bytes(Canvas canvas) {
    SvgFigure figure = new SvgFigure();
    figure.write(canvas);
    return figure.out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void write(Canvas canvas) {
    String width = number(canvas.width());
    String height = number(canvas.height());
    out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"").append(width);
    out.append("pt\" height=\"").append(height).append("pt\" viewBox=\"0 0 ");
    out.append(width).append(' ').append(height).append("\" role=\"img\">\n<title>");
    out.append(StringEscapeUtils.escapeXml10(canvas.title())).append("</title>\n");
    out.append("<path fill=\"#ffffff\" d=\"M0 0H").append(width).append('V').append(height);
    out.append("H0Z\"/>\n");
    canvas.marks().forEach(this::mark);
    out.append("</svg>\n");
  }

  private void mark(Mark mark) {
    if (mark instanceof Mark.Dots dots) {
      stroke(dots.colour(), 2 * dots.radius()).append(" stroke-linecap=\"round\" d=\"");
      for (Place centre : dots.centres()) {
        out.append('M').append(pair(centre)).append("h0");
      }
    } else if (mark instanceof Mark.Rings rings) {
      stroke(rings.colour(), rings.width()).append(" d=\"");
      rings.centres().forEach(centre -> ring(centre, rings.radius()));
    } else if (mark instanceof Mark.Frame frame) {
      stroke(frame.colour(), frame.stroke()).append(" d=\"M").append(pair(frame.corner()));
      out.append('h').append(number(frame.width())).append('v').append(number(frame.height()));
      out.append('h').append(number(-frame.width())).append('z');
    } else if (mark instanceof Mark.Text text) {
      out.append("<path aria-label=\"")
          .append(StringEscapeUtils.escapeXml10(text.text()))
          .append("\" fill=\"");
      out.append(colour(text.colour())).append("\" d=\"");
      outline(text.outline());
    }
    out.append("\"/>\n");
  }

  private StringBuilder stroke(int colour, double width) {
    out.append("<path fill=\"none\" stroke=\"").append(colour(colour));
    return out.append("\" stroke-width=\"").append(number(width)).append('"');
  }

  private void ring(Place centre, double radius) {
    String arc = "a" + pair(radius, radius) + " 0 1 0 ";
    out.append('M').append(pair(centre.x() - radius, centre.y()));
    out.append(arc).append(pair(2 * radius, 0)).append(arc).append(pair(-2 * radius, 0));
    out.append('z');
  }

  private void outline(Path2D outline) {
    PathText.trace(
        outline,
        new PathText.Pen() {
          @Override
          public void move(double x, double y) {
            out.append('M').append(pair(x, y));
          }

          @Override
          public void line(double x, double y) {
            out.append('L').append(pair(x, y));
          }

          @Override
          public void curve(double x1, double y1, double x, double y) {
            out.append('Q').append(pair(x1, y1)).append(' ').append(pair(x, y));
          }

          @Override
          public void close() {
            out.append('Z');
          }
        });
  }

  private static String colour(int colour) {
    return Shown.format("#%06x", colour);
  }
}
