package io.semimeta.evaluation.table;

import io.semimeta.OptionName;

/** Lists what can happen where the output exists; the names are those of Spark's save modes. */
public enum Mode {
  /** The command ends. */
  ERRORIFEXISTS,
  /** The new table takes the old one's place, once it is complete. */
  OVERWRITE,
  /** The new rows are added to the old ones. */
  APPEND;

  @Override
  public String toString() {
    return OptionName.of(this);
  }
}
