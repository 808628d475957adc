package io.semimeta.training;

import java.io.Serializable;
import java.time.Instant;

/**
 * Names what takes a while before the next step.
 *
 * @param what the description for people, in a few words; empty once steps go on
 * @param begun when it began, by the clock of the host where it did
 */
public record Phase(String what, Instant begun) implements Serializable {
  /** Ends the phases before the first step. */
  public static final String STEPS = "";

  /** Returns a phase that begins now. */
  public static Phase now(String what) {
    return new Phase(what, Instant.now());
  }
}
