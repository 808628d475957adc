package io.semimeta.benchmark;

import io.semimeta.algorithm.StepClock;
import java.util.EnumMap;
import java.util.Map;

/** Measures how long each part of a step takes. */
final class PartTimes implements StepClock {
  private final Map<Part, Long> nanos = new EnumMap<>(Part.class);
  private Part current;
  private long begun;

  @Override
  public void begin(Part part) {
    end();
    current = part;
    begun = System.nanoTime();
  }

  private void end() {
    if (current != null) {
      nanos.merge(current, System.nanoTime() - begun, Long::sum);
      current = null;
    }
  }

  /** Ends the step and returns the seconds of its parts, in their order. */
  Map<Part, Double> take() {
    end();
    Map<Part, Double> seconds = new EnumMap<>(Part.class);
    nanos.forEach((part, of) -> seconds.put(part, of / 1e9));
    nanos.clear();
    return seconds;
  }
}
