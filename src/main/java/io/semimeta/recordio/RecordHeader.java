package io.semimeta.recordio;

import io.semimeta.data.ImageRecord;

/**
 * What a record file says of an image besides its bytes.
 *
 * @param offset byte offset of the record's first frame
 * @param id the image's id
 * @param label the class index, or {@link ImageRecord#NO_LABEL}
 */
public record RecordHeader(long offset, long id, int label) {}
