package io.semimeta.data;

import java.util.List;

/** Records by their index; neighbours lie near one another in the record files. */
public interface RecordList {

  /** How many. */
  int size();

  /**
   * Reads the records [from, to). For several threads at once.
   *
   * @throws io.semimeta.UserError where a file is missing or a record broken
   */
  List<ImageRecord> read(int from, int to);
}
