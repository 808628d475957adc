package io.semimeta.recordio;

import io.semimeta.UserError;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.RankRecords;
import io.semimeta.data.RecordList;
import io.semimeta.data.Role;
import io.semimeta.data.RoleRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.IOUtils;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/** Ranges of a data set's record files. */
final class ShardRecords implements RankRecords {
  private final List<RecordRange> ranges;
  private final Path data;
  private final Configuration conf;

  /**
   * Reads nothing yet.
   *
   * @param ranges by role, in {@link Role}'s order
   * @param data the data set's folder
   */
  ShardRecords(List<RecordRange> ranges, Path data, Configuration conf) {
    this.ranges = ranges;
    this.data = data;
    this.conf = conf;
  }

  @Override
  public Iterator<RoleRecord> iterator() {
    Records records = new Records();
    TaskContext task = TaskContext.get();
    if (task != null) { // which may fail, or want no more of them
      task.addTaskCompletionListener(
          (TaskCompletionListener) context -> IOUtils.closeStream(records.reader));
    }
    return records;
  }

  @Override
  public RecordList list(Role role) {
    Map<String, long[]> indices = new HashMap<>();
    List<String> files = new ArrayList<>();
    List<Long> offsets = new ArrayList<>();
    for (RecordRange range : ranges) {
      if (range.role() == role) {
        int before = offsets.size();
        addOffsets(range, indices, offsets);
        if (offsets.size() - before != range.count()) {
          throw new UserError(
              "%s does not fit its index; prepare the data set again"
                  .formatted(new Path(data, range.file())));
        }
        while (files.size() < offsets.size()) {
          files.add(range.file());
        }
      }
    }
    long[] array = offsets.stream().mapToLong(Long::longValue).toArray();
    return new IndexedRecords(data, conf, files, array);
  }

  private void addOffsets(RecordRange range, Map<String, long[]> indices, List<Long> offsets) {
    if (range.count() == 1) {
      offsets.add(range.offset()); // labelled images lie everywhere: no need of all the indices
      return;
    }
    long[] index =
        indices.computeIfAbsent(
            range.file(), file -> RecordIndex.offsets(new Path(data, file), conf));
    Set<Long> excluded = new HashSet<>(range.excluded());
    for (long offset : index) {
      if (offset >= range.offset() && offset <= range.end() && !excluded.contains(offset)) {
        offsets.add(offset);
      }
    }
  }

  /** One after the other; a file is opened when its first record is asked for. */
  private final class Records implements Iterator<RoleRecord> {
    private final Iterator<RecordRange> rest = ranges.iterator();
    private RecordRange range;
    private Set<Long> excluded = Set.of();
    private int left;
    private String file;
    private RecordReader reader;

    @Override
    public boolean hasNext() {
      try {
        while (left == 0 && rest.hasNext()) {
          begin(rest.next());
        }
        if (left == 0) {
          close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return left > 0;
    }

    @Override
    public RoleRecord next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      try {
        while (excluded.contains(reader.position())) {
          reader.nextHeader();
        }
        ImageRecord image = reader.next();
        if (image == null) {
          throw new UserError(file + " ends early; prepare the data set again");
        }
        left--;
        return new RoleRecord(range.role(), image);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void begin(RecordRange next) throws IOException {
      if (!next.file().equals(file)) {
        close();
        file = next.file();
        reader = RecordReader.open(new Path(data, file), conf);
      }
      reader.seek(next.offset());
      range = next;
      excluded = new HashSet<>(next.excluded());
      left = next.count();
    }

    private void close() throws IOException {
      if (reader != null) {
        reader.close();
        reader = null;
        file = null;
      }
    }
  }
}
