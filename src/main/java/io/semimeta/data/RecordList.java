package io.semimeta.data;

import java.util.List;

/** Reads records by their index; neighbours lie near one another in the record files. */
public interface RecordList {

  /** Returns how many records there are. */
  int size();

  /**
   * Reads the records [from, to). Several threads may call it at once.
   *
   * @throws io.semimeta.UserError where a file is missing or a record broken
   */
  List<ImageRecord> read(int from, int to);
}
