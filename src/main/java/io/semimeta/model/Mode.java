package io.semimeta.model;

/** How BatchNorm, dropout and Shake-Shake behave. */
public enum Mode {
  /** Batch statistics, which also move the running ones; dropout and random gates. */
  TRAIN,
  /** Running statistics; nothing random. */
  EVAL
}
