package io.semimeta.data;

/** How a draw of labelled images divides its number among the classes. */
public enum LabelBalance {
  /** As many of each, and one more of some where the number is no multiple. */
  EQUAL,
  /** In proportion to the classes' sizes. */
  PROPORTIONAL
}
