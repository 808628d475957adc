package io.semimeta.data;

import java.util.Iterator;

/** Gives the records that one rank trains and is evaluated on, wherever they lie. */
public interface RankRecords {

  /** Reads all records one after the other; roles follow one another in {@link Role}'s order. */
  Iterator<RoleRecord> iterator();

  /** Returns the records of one role, which can be read in any order. */
  RecordList list(Role role);
}
