package io.semimeta.recordio;

import io.semimeta.UserError;
import io.semimeta.data.ImageRecord;
import org.apache.hadoop.fs.Path;

/**
 * Holds what a record file says of an image besides its bytes.
 *
 * @param offset the byte offset of the record's first frame
 * @param id the image's id
 * @param label the class index, or {@link ImageRecord#NO_LABEL}
 */
public record RecordHeader(long offset, long id, int label) {

  /**
   * Refuses a label that the manifest's classes do not have.
   *
   * @throws UserError when there is no such class
   */
  public void checkLabel(Path file, int classCount) {
    if (label != ImageRecord.NO_LABEL && label >= classCount) {
      throw new UserError(
          ("%s: the record at byte %s has label %s, but there are %s classes; copy the data"
                  + " set's files again, or make them again")
              .formatted(file, offset, label, classCount));
    }
  }
}
