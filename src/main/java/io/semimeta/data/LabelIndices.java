package io.semimeta.data;

import io.semimeta.UserError;
import io.semimeta.files.WholeFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * {@code label_indices.txt}: the ids of the training images whose labels are used, one a line, as
 * the authors' code writes it.
 */
public final class LabelIndices {
  private static final String FILE_NAME = "label_indices.txt";

  private LabelIndices() {}

  /**
   * One line of the file.
   *
   * @param line counted from 1
   * @param id the image's id
   */
  record Entry(int line, long id) {}

  /** The ids in a file; blank lines are passed over. */
  static List<Entry> read(URI file, Configuration conf) {
    Path path = new Path(file);
    List<Entry> entries = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(MemberFiles.openFile(path, conf), StandardCharsets.UTF_8))) {
      int number = 0;
      for (String line; (line = reader.readLine()) != null; ) {
        number++;
        if (!line.isBlank()) {
          entries.add(new Entry(number, id(line.strip(), file, number)));
        }
      }
    } catch (IOException e) {
      throw DataFiles.unreadable(file, e);
    }
    return entries;
  }

  /** The file in a run's output. */
  public static Path file(Path output) {
    return new Path(output, FILE_NAME);
  }

  /** Writes the ids of the labelled images into a folder. */
  public static void write(LabelSplit split, URI folder, Configuration conf) throws IOException {
    Path file = file(new Path(folder));
    String lines =
        split.labelled().stream()
            .map(RecordPosition::id)
            .sorted()
            .map(id -> id + "\n")
            .collect(Collectors.joining());
    WholeFile.replace(file, conf, lines.getBytes(StandardCharsets.US_ASCII));
  }

  private static long id(String text, URI file, int line) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new UserError(file + " line " + line + ": '" + text + "' is not an image's id", e);
    }
  }
}
