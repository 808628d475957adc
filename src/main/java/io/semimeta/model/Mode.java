package io.semimeta.model;

/** How BatchNorm and dropout behave. */
public enum Mode {
  /** Batch statistics, which also move the running ones; dropout on. */
  TRAIN,
  /** Running statistics; no dropout. */
  EVAL
}
