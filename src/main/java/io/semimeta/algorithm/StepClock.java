package io.semimeta.algorithm;

/** Hears which part of a step begins, and with it that the part before has ended. */
@FunctionalInterface
public interface StepClock {

  /** Lists the parts of a step, in the order in which they come. */
  enum Part {
    /** The batch's images are waited for and augmented. */
    LOADER_WAIT,
    /** The gradient of the labelled images is computed, and averaged over the ranks. */
    LABEL_GRADIENT,
    /** The pseudo-labels are predicted and moved. */
    DIRECTION,
    /** The supervised term, on mixed images or on labelled ones, is differentiated. */
    MIXED,
    /** The consistency term is differentiated. */
    CONSISTENCY,
    /** What only reports show is computed. */
    METRICS,
    /** The gradient is averaged over the ranks. */
    ALL_REDUCE,
    /** The weights are moved and looked at. */
    UPDATE
  }

  /** Is the clock of a step that nobody measures. */
  StepClock NONE = part -> {};

  /** Hears that a part begins. */
  void begin(Part part);
}
