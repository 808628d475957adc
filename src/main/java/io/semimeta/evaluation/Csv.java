package io.semimeta.evaluation;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import org.apache.commons.lang3.StringUtils;

/** Writes predictions as a table of one line an image. */
public final class Csv {
  private Csv() {}

  static void write(Iterator<Prediction> predictions, OutputStream out) throws IOException {
    Writer lines = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    lines.append("id,label,predicted,confidence,path\n");
    while (predictions.hasNext()) {
      lines.append(line(predictions.next()));
    }
    lines.flush();
  }

  private static String line(Prediction one) {
    String label = one.hasLabel() ? Integer.toString(one.label()) : "";
    String confidence = Float.toString((float) one.confidence());
    return String.join(
            ",",
            Long.toString(one.id()),
            label,
            Integer.toString(one.predicted()),
            confidence,
            cell(one.path()))
        + "\n";
  }

  /** Quotes a cell where RFC 4180 asks for it; an unknown one is empty. */
  public static String cell(String text) {
    if (text == null) {
      return "";
    }
    boolean plain = StringUtils.containsNone(text, ",\"\r\n");
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
