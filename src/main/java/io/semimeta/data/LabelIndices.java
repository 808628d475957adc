package io.semimeta.data;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest.Labelled;
import io.semimeta.files.DataFiles;
import io.semimeta.files.TextFiles;
import io.semimeta.files.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Reads and writes {@code label_indices.txt}: it lists the ids of the training images whose labels
 * are used, one on each line, as the authors' code writes them.
 */
public final class LabelIndices {
  private static final String FILE_NAME = "label_indices.txt";

  private LabelIndices() {}

  /**
   * Holds one line of the file.
   *
   * @param line number of the line, counted from 1
   * @param id the image's id
   */
  record Entry(int line, long id) {}

  /** Returns how many ids are in a file. */
  public static int count(URI file, Configuration conf) {
    return read(file, conf).size();
  }

  /** Returns the ids in a file; blank lines are passed over. */
  public static List<Entry> read(URI file, Configuration conf) {
    List<Entry> entries = new ArrayList<>();
    TextFiles.forEachLine(
        new Path(file),
        conf,
        (number, line) -> entries.add(new Entry(number, id(line, file, number))));
    return entries;
  }

  /** Returns the path of the file in a run's output. */
  public static Path file(Path output) {
    return new Path(output, FILE_NAME);
  }

  /** Writes the ids of the labelled images into a folder. */
  public static void write(LabelSplit split, URI folder, Configuration conf) throws IOException {
    WholeFile.replace(file(new Path(folder)), conf, content(split.labelled()));
  }

  /**
   * Writes the labelled images' ids beside a data set's manifest.
   *
   * @return the manifest's entry
   */
  public static Labelled writeBeside(List<RecordPosition> labelled, URI data, Configuration conf)
      throws IOException {
    byte[] content = content(labelled);
    WholeFile.replace(new Path(new Path(data), Labelled.FILE_NAME), conf, content);
    return new Labelled(Labelled.FILE_NAME, labelled.size(), DigestUtils.sha256Hex(content));
  }

  /**
   * Finds a data set's own list and checks it.
   *
   * @param data the data set's folder
   * @return the list's URI, or empty where the manifest names none
   * @throws UserError when the file isn't the one that the manifest was written with
   */
  public static Optional<URI> beside(URI data, DatasetManifest manifest, Configuration conf) {
    Labelled labelled = manifest.labelled();
    if (labelled == null) {
      return Optional.empty();
    }
    Path file = new Path(new Path(data), labelled.file());
    try (InputStream in = DataFiles.open(file, conf)) {
      if (!DigestUtils.sha256Hex(in).equals(labelled.sha256())) {
        throw new UserError(
            file
                + " is not what prepare wrote: its SHA-256 is not the one in the manifest; copy it"
                + " again, or give your own list with --label-indices");
      }
    } catch (IOException e) {
      throw DataFiles.unreadable(file, e);
    }
    return Optional.of(file.toUri());
  }

  private static byte[] content(List<RecordPosition> labelled) {
    return labelled.stream()
        .map(RecordPosition::id)
        .sorted()
        .map(id -> id + "\n")
        .collect(Collectors.joining())
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static long id(String text, URI file, int line) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new UserError(file + " line " + line + ": '" + text + "' is not an image's id", e);
    }
  }
}
