package io.semimeta.training.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.semimeta.Shown;
import io.semimeta.UserError;
import io.semimeta.files.DataFiles;
import io.semimeta.files.FileReading;
import io.semimeta.files.WholeFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Holds the rows of a {@code metrics.jsonl}, which may be a copy, or still be written.
 *
 * @param rows the rows in the file's order
 * @param cut whether the file ends within a line, which was left out
 */
public record MetricsRows(List<MetricsRow> rows, boolean cut) {

  /**
   * Reads a run's file; where there is none, there are no rows.
   *
   * @param output the folder of the file
   * @throws UserError naming the file and the line that cannot be understood, or why the file
   *     cannot be read
   */
  public static MetricsRows read(Path output, Configuration conf) {
    Path file = new Path(output, MetricsFiles.FILE_NAME);
    try {
      return read(file, conf, true, "");
    } catch (IOException e) {
      throw DataFiles.unreadable(file, e);
    }
  }

  /**
   * Reads a file.
   *
   * @param mayBeCut whether the file may end within a line
   * @param remedy the end of the message about a line that cannot be understood
   */
  static MetricsRows read(Path file, Configuration conf, boolean mayBeCut, String remedy)
      throws IOException {
    String text;
    try (InputStream in = FileReading.open(WholeFile.fileSystem(file, conf), file)) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (FileNotFoundException e) {
      return new MetricsRows(List.of(), false);
    }
    List<String> lines = text.lines().toList();
    List<MetricsRow> rows = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      try {
        rows.add(MetricsRow.fromJson(lines.get(i)));
      } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
        if (mayBeCut && i == lines.size() - 1 && !text.endsWith("\n")) {
          return new MetricsRows(List.copyOf(rows), true);
        }
        throw new UserError(
            Shown.format("%s line %d: not a row of figures%s", file, i + 1, remedy), e);
      }
    }
    return new MetricsRows(List.copyOf(rows), false);
  }
}
