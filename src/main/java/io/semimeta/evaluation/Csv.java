package io.semimeta.evaluation;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Objects;
import org.apache.commons.text.StringEscapeUtils;

/** Writes predictions as a table of one line an image. */
final class Csv {
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
            Objects.toString(StringEscapeUtils.escapeCsv(one.path()), ""))
        + "\n";
  }
}
