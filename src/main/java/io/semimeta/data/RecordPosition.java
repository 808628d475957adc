package io.semimeta.data;

import java.io.Serializable;

/**
 * Says where one record of a split lies, and what its header says.
 *
 * @param shard index of the shard in the manifest's list for the split
 * @param offset byte offset of the record's first frame in that shard
 * @param id the image's id
 * @param label the class index, or {@link ImageRecord#NO_LABEL}
 */
public record RecordPosition(int shard, long offset, long id, int label) implements Serializable {}
