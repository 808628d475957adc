package io.semimeta.recordio;

import io.semimeta.UserError;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.RecordList;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Records whose places are known. */
final class IndexedRecords implements RecordList {
  private final Path data;
  private final Configuration conf;
  private final List<String> files;
  private final long[] offsets;

  /**
   * Reads nothing yet.
   *
   * @param data the data set's folder
   * @param files the record file of each
   * @param offsets of each in its file, in bytes
   */
  IndexedRecords(Path data, Configuration conf, List<String> files, long[] offsets) {
    this.data = data;
    this.conf = conf;
    this.files = files;
    this.offsets = offsets;
  }

  @Override
  public int size() {
    return offsets.length;
  }

  @Override
  public List<ImageRecord> read(int from, int to) {
    List<ImageRecord> records = new ArrayList<>(to - from);
    for (int begin = from; begin < to; ) {
      int end = begin;
      while (end < to && files.get(end).equals(files.get(begin))) {
        end++;
      }
      Path file = new Path(data, files.get(begin));
      try (RecordReader reader = RecordReader.open(file, conf)) {
        for (int i = begin; i < end; i++) {
          reader.seek(offsets[i]);
          ImageRecord record = reader.next();
          if (record == null) {
            throw new UserError(file + " ends early; prepare the data set again");
          }
          records.add(record);
        }
      } catch (IOException e) {
        throw RecordReader.unreadable(file, e);
      }
      begin = end;
    }
    return records;
  }
}
