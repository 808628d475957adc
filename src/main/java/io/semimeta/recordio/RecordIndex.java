package io.semimeta.recordio;

import io.semimeta.UserError;
import io.semimeta.data.DataFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The index beside a record file: a line {@code id TAB offset} for each record, in their order. */
public final class RecordIndex {
  private RecordIndex() {}

  /** MXNet's name for the index of a record file. */
  static Path of(Path records) {
    return new Path(records.getParent(), records.getName().replaceFirst("\\.rec$", ".idx"));
  }

  /**
   * Where the records of a file begin.
   *
   * @throws UserError when the index is missing or isn't one
   */
  public static long[] offsets(Path records, Configuration conf) {
    Path index = of(records);
    LongStream.Builder offsets = LongStream.builder();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                DataFiles.fileSystem(index, conf).open(index), StandardCharsets.US_ASCII))) {
      long last = -1;
      for (String line; (line = in.readLine()) != null; ) {
        long offset = Long.parseLong(line.substring(line.indexOf('\t') + 1));
        if (offset <= last) {
          throw new NumberFormatException();
        }
        offsets.add(offset);
        last = offset;
      }
    } catch (NumberFormatException e) {
      throw new UserError(index + " is no index of a record file; prepare the data set again", e);
    } catch (IOException e) {
      throw DataFiles.unreadable(index, e);
    }
    return offsets.build().toArray();
  }
}
