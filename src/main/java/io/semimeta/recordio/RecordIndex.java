package io.semimeta.recordio;

import io.semimeta.UserError;
import io.semimeta.files.DataFiles;
import io.semimeta.files.FileReading;
import io.semimeta.files.TextFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The index beside a record file: a line {@code id TAB offset} for each record, in their order. */
public final class RecordIndex {
  private RecordIndex() {}

  /** MXNet's name for the index of a record file. */
  public static Path of(Path records) {
    return new Path(records.getParent(), records.getName().replaceFirst("\\.rec$", ".idx"));
  }

  /** Where the records of a file begin, as {@link #entries} has them. */
  public static long[] offsets(Path records, Configuration conf) {
    return entries(records, conf).stream().mapToLong(Entry::offset).toArray();
  }

  /**
   * One record.
   *
   * @param id of the image
   * @param offset byte offset of the record's first frame
   */
  public record Entry(long id, long offset) implements Serializable {}

  /**
   * A file's records.
   *
   * @throws UserError when the index is missing or isn't one
   */
  public static List<Entry> entries(Path records, Configuration conf) {
    Path index = of(records);
    List<Entry> entries = new ArrayList<>();
    try (InputStream in = FileReading.open(DataFiles.fileSystem(index, conf), index)) {
      TextFiles.forEachLine(
          in,
          index,
          (number, line) -> {
            long last = entries.isEmpty() ? -1 : entries.get(entries.size() - 1).offset();
            entries.add(entry(index, number, line, last));
          });
    } catch (IOException e) {
      throw RecordReader.unreadable(index, e);
    }
    return entries;
  }

  private static Entry entry(Path index, int number, String line, long last) {
    int tab = Math.max(0, line.indexOf('\t'));
    try {
      long offset = Long.parseLong(line.substring(tab + 1));
      if (offset > last) {
        return new Entry(Long.parseLong(line.substring(0, tab)), offset);
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new UserError(
        index
            + " line "
            + number
            + ": no key and offset with a tab between, or an offset that is not after the one"
            + " before; make the index again");
  }
}
