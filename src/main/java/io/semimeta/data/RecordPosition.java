package io.semimeta.data;

import java.io.Serializable;
import java.util.Comparator;

/**
 * Says where one record of a split lies, and what its header says.
 *
 * @param shard index of the shard in the manifest's list for the split
 * @param offset byte offset of the record's first frame in that shard
 * @param id the image's id
 * @param label the class index, or {@link ImageRecord#NO_LABEL}
 */
public record RecordPosition(int shard, long offset, long id, int label) implements Serializable {
  /** Orders records as they lie in the files. */
  public static final Comparator<RecordPosition> ORDER =
      Comparator.comparingInt(RecordPosition::shard).thenComparingLong(RecordPosition::offset);
}
