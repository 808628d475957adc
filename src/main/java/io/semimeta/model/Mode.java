package io.semimeta.model;

/** Tells how BatchNorm, dropout and Shake-Shake behave. */
public enum Mode {
  /** Batch statistics are used, and move the running ones; dropout and gates are random. */
  TRAIN,
  /** Running statistics are used, and nothing is random. */
  EVAL
}
