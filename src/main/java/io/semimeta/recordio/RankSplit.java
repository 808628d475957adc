package io.semimeta.recordio;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.io.Writable;
import org.apache.hadoop.io.WritableUtils;

/** Holds one rank's records, in a form that is short on its way to the executor. */
final class RankSplit implements Writable {
  private List<RecordRange> ranges = List.of();

  /** Makes an empty split for Hadoop, which then calls {@link #readFields}. */
  RankSplit() {}

  RankSplit(List<RecordRange> ranges) {
    this.ranges = ranges;
  }

  List<RecordRange> ranges() {
    return ranges;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    WritableUtils.writeVInt(out, ranges.size());
    for (RecordRange range : ranges) {
      range.write(out);
    }
  }

  @Override
  public void readFields(DataInput in) throws IOException {
    int count = WritableUtils.readVInt(in);
    ranges = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ranges.add(RecordRange.read(in));
    }
  }
}
