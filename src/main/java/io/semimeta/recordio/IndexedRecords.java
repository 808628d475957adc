package io.semimeta.recordio;

import io.semimeta.UserError;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.RecordList;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;

/**
 * Reads records whose places are known.
 *
 * @param files the record file of each record
 * @param offsets the byte offset of each record in its file
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record IndexedRecords(ShardFiles shards, List<String> files, long[] offsets) implements RecordList {
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
      Path file = shards.path(files.get(begin));
      try (RecordReader reader = shards.open(files.get(begin))) {
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
