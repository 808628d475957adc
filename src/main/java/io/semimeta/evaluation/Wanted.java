package io.semimeta.evaluation;

/** Lists what a job may want of a network's output. */
public enum Wanted {
  /** One number a class. */
  LOGITS,
  /** What the classifier sees. */
  FEATURES,
  /** Both, of one pass where the network allows it. */
  BOTH
}
