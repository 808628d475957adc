package io.semimeta.data;

import io.semimeta.OptionName;

/** Says how a draw of labelled images divides its number among the classes. */
public enum LabelBalance {
  /** Every class gives equally many; some give one more where the number is no multiple. */
  EQUAL,
  /** Each class gives images in proportion to its size. */
  PROPORTIONAL;

  /** Returns the name on the command line. */
  @Override
  public String toString() {
    return OptionName.of(this);
  }
}
