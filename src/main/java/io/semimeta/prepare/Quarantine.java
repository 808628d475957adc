package io.semimeta.prepare;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semimeta.files.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Writes one line of JSON for each image that was left out, with the reason. */
public final class Quarantine {
  public static final String FILE_NAME = "quarantine.jsonl";

  private Quarantine() {}

  /** Writes the lines of the images that cannot be decoded. */
  static void write(List<SurveyedImage> bad, Path file, Configuration conf) throws IOException {
    JsonMapper mapper = new JsonMapper();
    StringBuilder lines = new StringBuilder();
    bad.stream()
        .sorted(Comparator.comparing(SurveyedImage::split).thenComparingLong(SurveyedImage::id))
        .forEach(
            image -> {
              ObjectNode line = mapper.createObjectNode();
              line.put("split", image.split()).put("id", image.id()).put("path", image.path());
              lines.append(line.put("reason", image.problem())).append('\n');
            });
    WholeFile.replace(file, conf, lines.toString().getBytes(StandardCharsets.UTF_8));
  }
}
