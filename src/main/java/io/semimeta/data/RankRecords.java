package io.semimeta.data;

import java.util.Iterator;

/** The records that one rank trains and is evaluated on, wherever they lie. */
public interface RankRecords {

  /** All of them, read one after the other; roles follow one another in {@link Role}'s order. */
  Iterator<RoleRecord> iterator();

  /** Those of one role, to be read in any order. */
  RecordList list(Role role);
}
