package io.semimeta.data;

/** Says how a draw of labelled images divides its number among the classes. */
public enum LabelBalance {
  /** Every class gives equally many; some give one more where the number is no multiple. */
  EQUAL,
  /** Each class gives images in proportion to its size. */
  PROPORTIONAL
}
