package io.semimeta.recordio;

import com.google.common.collect.AbstractIterator;
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
import java.util.Set;
import org.apache.commons.collections4.IteratorUtils;
import org.apache.hadoop.io.IOUtils;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Reads ranges of a data set's record files.
 *
 * @param ranges the ranges by role, in {@link Role}'s order
 */
record ShardRecords(List<RecordRange> ranges, ShardFiles shards) implements RankRecords {
  @Override
  public Iterator<RoleRecord> iterator() {
    return records(false);
  }

  /**
   * Returns all images, with their paths.
   *
   * @param withPaths whether to read the paths; they are null otherwise, and where there are none
   */
  Iterator<NamedRecord> images(boolean withPaths) {
    Records records = records(withPaths && shards.hasSidecars());
    return IteratorUtils.transformedIterator(
        records, one -> new NamedRecord(one.record(), records.path));
  }

  private Records records(boolean withPaths) {
    Records records = new Records(withPaths);
    TaskContext task = TaskContext.get();
    if (task != null) { // the task may fail, or want no more of them
      task.addTaskCompletionListener(
          (TaskCompletionListener) context -> IOUtils.closeStreams(records.reader, records.paths));
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
                  .formatted(shards.path(range.file())));
        }
        while (files.size() < offsets.size()) {
          files.add(range.file());
        }
      }
    }
    long[] array = offsets.stream().mapToLong(Long::longValue).toArray();
    return new IndexedRecords(shards, files, array);
  }

  private void addOffsets(RecordRange range, Map<String, long[]> indices, List<Long> offsets) {
    if (range.count() == 1) {
      offsets.add(range.offset()); // labelled images lie everywhere: not all the indices are needed
      return;
    }
    long[] index =
        indices.computeIfAbsent(
            range.file(), file -> RecordIndex.offsets(shards.path(file), shards.conf()));
    Set<Long> excluded = new HashSet<>(range.excluded());
    for (long offset : index) {
      if (offset >= range.offset() && offset <= range.end() && !excluded.contains(offset)) {
        offsets.add(offset);
      }
    }
  }

  /** Reads one record after the other; it opens a file for the file's first record. */
  private final class Records extends AbstractIterator<RoleRecord> {
    private final Iterator<RecordRange> rest = ranges.iterator();
    private final boolean withPaths;
    private RecordRange range;
    private Set<Long> excluded = Set.of();
    private int left;
    private String file;
    private RecordReader reader;
    private Sidecar.Paths paths;

    /** Is the path of the image that was read last. */
    private String path;

    Records(boolean withPaths) {
      this.withPaths = withPaths;
    }

    @Override
    protected RoleRecord computeNext() {
      try {
        while (left == 0 && rest.hasNext()) {
          begin(rest.next());
        }
        if (left == 0) {
          close();
          return endOfData();
        }
        while (excluded.contains(reader.position())) {
          reader.nextHeader();
        }
        long offset = reader.position();
        ImageRecord image = reader.next();
        if (image == null) {
          throw new UserError(file + " ends early; prepare the data set again");
        }
        left--;
        path = paths == null ? null : paths.of(shards.path(file), offset);
        return new RoleRecord(range.role(), image);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void begin(RecordRange next) throws IOException {
      if (!next.file().equals(file)) {
        close();
        file = next.file();
        reader = shards.open(file);
        paths = withPaths ? shards.sidecar(file).paths() : null;
      }
      reader.seek(next.offset());
      range = next;
      excluded = new HashSet<>(next.excluded());
      left = next.count();
    }

    private void close() throws IOException {
      IOUtils.closeStreams(reader, paths);
      reader = null;
      paths = null;
      file = null;
    }
  }
}
