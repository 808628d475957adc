package io.semimeta.recordio;

import io.semimeta.data.RecordPosition;
import io.semimeta.data.Role;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.io.WritableUtils;

/**
 * Describes successive records of one shard with one role. A rank's share of the unlabelled records
 * thus takes a few numbers a shard, however many records it has.
 *
 * @param role the role of all the records
 * @param file the shard's file name
 * @param offset the byte offset of the first record
 * @param end the byte offset of the last record
 * @param count the number of records
 * @param excluded the byte offsets of records in between that are not of the range
 */
record RecordRange(Role role, String file, long offset, long end, int count, List<Long> excluded) {

  /**
   * Cuts positions into ranges.
   *
   * @param positions the positions, in the order of shards and offsets
   * @param others the positions that may lie between them, by shard
   * @param files the shards' file names, by index
   */
  static List<RecordRange> of(
      Role role,
      List<RecordPosition> positions,
      NavigableMap<Integer, NavigableSet<Long>> others,
      List<String> files) {
    List<RecordRange> ranges = new ArrayList<>();
    for (int first = 0; first < positions.size(); ) {
      int shard = positions.get(first).shard();
      int end = first;
      while (end < positions.size() && positions.get(end).shard() == shard) {
        end++;
      }
      long from = positions.get(first).offset();
      long to = positions.get(end - 1).offset();
      List<Long> excluded =
          others.containsKey(shard) ? List.copyOf(others.get(shard).subSet(from, to)) : List.of();
      ranges.add(new RecordRange(role, files.get(shard), from, to, end - first, excluded));
      first = end;
    }
    return ranges;
  }

  /** Makes ranges of one record each, for positions that lie far from one another. */
  static List<RecordRange> singles(Role role, List<RecordPosition> positions, List<String> files) {
    return positions.stream()
        .map(
            position ->
                new RecordRange(
                    role,
                    files.get(position.shard()),
                    position.offset(),
                    position.offset(),
                    1,
                    List.of()))
        .toList();
  }

  /** Groups byte offsets by shard. */
  static NavigableMap<Integer, NavigableSet<Long>> offsets(List<RecordPosition> positions) {
    NavigableMap<Integer, NavigableSet<Long>> offsets = new TreeMap<>();
    for (RecordPosition position : positions) {
      offsets.computeIfAbsent(position.shard(), shard -> new TreeSet<>()).add(position.offset());
    }
    return offsets;
  }

  void write(DataOutput out) throws IOException {
    WritableUtils.writeEnum(out, role);
    WritableUtils.writeString(out, file);
    WritableUtils.writeVLong(out, offset);
    WritableUtils.writeVLong(out, end - offset);
    WritableUtils.writeVInt(out, count);
    WritableUtils.writeVInt(out, excluded.size());
    for (long other : excluded) {
      WritableUtils.writeVLong(out, other - offset);
    }
  }

  static RecordRange read(DataInput in) throws IOException {
    Role role = WritableUtils.readEnum(in, Role.class);
    String file = WritableUtils.readString(in);
    long offset = WritableUtils.readVLong(in);
    long end = offset + WritableUtils.readVLong(in);
    int count = WritableUtils.readVInt(in);
    int others = WritableUtils.readVInt(in);
    List<Long> excluded = new ArrayList<>();
    for (int i = 0; i < others; i++) {
      excluded.add(offset + WritableUtils.readVLong(in));
    }
    return new RecordRange(role, file, offset, end, count, excluded);
  }
}
