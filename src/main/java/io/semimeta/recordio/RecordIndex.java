package io.semimeta.recordio;

import io.semimeta.UserError;
import io.semimeta.files.DataFiles;
import io.semimeta.files.TextFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Reads the index beside a record file: a line {@code id TAB offset} a record, in order. */
public final class RecordIndex {
  private RecordIndex() {}

  /** Returns the path of a record file's index, which MXNet names so. */
  public static Path of(Path records) {
    return new Path(records.getParent(), records.getName().replaceFirst("\\.rec$", ".idx"));
  }

  /** Returns the offsets at which the records of a file begin, in the order of {@link #entries}. */
  public static long[] offsets(Path records, Configuration conf) {
    return entries(records, conf).stream().mapToLong(Entry::offset).toArray();
  }

  /**
   * Locates one record.
   *
   * @param id the image's id
   * @param offset the byte offset of the record's first frame
   */
  public record Entry(long id, long offset) implements Serializable {}

  /**
   * Reads the index of a file's records.
   *
   * @throws UserError when the index is missing or is not an index
   */
  public static List<Entry> entries(Path records, Configuration conf) {
    Path index = of(records);
    List<Entry> entries = new ArrayList<>();
    try (InputStream in = DataFiles.open(index, conf)) {
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
      // the error is thrown below
    }
    throw new UserError(
        ("%s line %s: no key and offset with a tab between, or an offset that is not after"
                + " the one before; make the index again")
            .formatted(index, number));
  }
}
