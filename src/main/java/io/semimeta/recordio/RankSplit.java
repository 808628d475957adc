package io.semimeta.recordio;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.io.Writable;
import org.apache.hadoop.io.WritableUtils;
import org.apache.hadoop.mapreduce.InputSplit;

/** Holds one rank's records, and the hosts that have most of their bytes. */
final class RankSplit extends InputSplit implements Writable {
  private List<RecordRange> ranges = List.of();
  private String[] hosts = {};

  /** Makes an empty split for Hadoop, which then calls {@link #readFields}. */
  RankSplit() {}

  RankSplit(List<RecordRange> ranges, String[] hosts) {
    this.ranges = ranges;
    this.hosts = hosts;
  }

  List<RecordRange> ranges() {
    return ranges;
  }

  /** Returns 1 at least: Spark drops empty splits, but every rank must have its partition. */
  @Override
  public long getLength() {
    return Math.max(1, ranges.stream().mapToLong(range -> range.end() - range.offset()).sum());
  }

  @Override
  public String[] getLocations() {
    return hosts.clone();
  }

  @Override
  public void write(DataOutput out) throws IOException {
    WritableUtils.writeCompressedStringArray(out, hosts);
    WritableUtils.writeVInt(out, ranges.size());
    for (RecordRange range : ranges) {
      range.write(out);
    }
  }

  @Override
  public void readFields(DataInput in) throws IOException {
    hosts = WritableUtils.readCompressedStringArray(in);
    int count = WritableUtils.readVInt(in);
    ranges = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ranges.add(RecordRange.read(in));
    }
  }
}
