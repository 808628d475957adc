package io.semimeta.ml;

import io.semimeta.UserError;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/**
 * Holds the ids and hashes of the rows that become a data set.
 *
 * @param ids ascending
 * @param hashes {@link RowFacts#hash} of each
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record KeptRows(long[] ids, long[] hashes) implements Serializable {
  static KeptRows of(List<RowFacts> rows) {
    return new KeptRows(
        rows.stream().mapToLong(RowFacts::id).toArray(),
        rows.stream().mapToLong(RowFacts::hash).toArray());
  }

  /** Adds the rows to a digest. */
  void addTo(MessageDigest digest) {
    ByteBuffer row = ByteBuffer.allocate(2 * Long.BYTES);
    for (int i = 0; i < ids.length; i++) {
      digest.update(row.clear().putLong(ids[i]).putLong(hashes[i]).flip());
    }
  }

  /**
   * Checks a row that is read again.
   *
   * @throws UserError where it is another one than before
   */
  void require(long id, long hash) {
    int at = Arrays.binarySearch(ids, id);
    if (at < 0 || hashes[at] != hash) {
      throw changed();
    }
  }

  /** Reports that the table is not the same each time. */
  static UserError changed() {
    return new UserError(
        "the table gives other rows when it is computed again, or its files change; write it to"
            + " files, and fit what is read from them");
  }
}
