package io.semimeta.plot;

import io.semimeta.plot.Mark.Place;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes a canvas as PNG. */
final class PngFigure {
  /** Two pixels a point are sharp on today's screens. */
  static final int SCALE = 2;

  private PngFigure() {}

  static byte[] bytes(Canvas canvas) {
    BufferedImage image =
        new BufferedImage(
            (int) Math.ceil(canvas.width() * SCALE),
            (int) Math.ceil(canvas.height() * SCALE),
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    graphics.scale(SCALE, SCALE);
    canvas.marks().forEach(mark -> draw(graphics, mark));
    graphics.dispose();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    // ImageIO's own stream would make a temporary file.
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
      ImageIO.write(image, "png", stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void draw(Graphics2D graphics, Mark mark) {
    if (mark instanceof Mark.Dots dots) {
      graphics.setColor(new Color(dots.colour()));
      dots.centres().forEach(centre -> graphics.fill(circle(centre, dots.radius())));
    } else if (mark instanceof Mark.Rings rings) {
      graphics.setColor(new Color(rings.colour()));
      graphics.setStroke(new BasicStroke((float) rings.width()));
      rings.centres().forEach(centre -> graphics.draw(circle(centre, rings.radius())));
    } else if (mark instanceof Mark.Frame frame) {
      graphics.setColor(new Color(frame.colour()));
      graphics.setStroke(
          new BasicStroke((float) frame.stroke(), BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER));
      graphics.draw(
          new Rectangle2D.Double(
              frame.corner().x(), frame.corner().y(), frame.width(), frame.height()));
    } else if (mark instanceof Mark.Text text) {
      graphics.setColor(new Color(text.colour()));
      graphics.fill(text.outline());
    }
  }

  private static Ellipse2D circle(Place centre, double radius) {
    return new Ellipse2D.Double(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius);
  }
}
