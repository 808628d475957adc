package io.semimeta.ablation;

import com.fasterxml.jackson.databind.JsonNode;
import io.semimeta.UserError;
import io.semimeta.plan.ComparedOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Holds what an earlier start left of a run.
 *
 * @param folder the run's folder, for messages
 * @param result the content of its {@code result.json}, where that is there
 * @param checkpoint the step of its last checkpoint, or 0
 */
record LeftRun(String folder, Optional<? extends JsonNode> result, long checkpoint) {

  /**
   * Tells whether the run is finished, for which its result is enough: checkpoints may have been
   * left out where it was copied.
   *
   * @param options the options that decide the weights, as they are now
   * @param except the options that are not known yet
   * @param end the run's last step; empty where it is not known yet
   * @throws UserError where the result is of other options or another length, so that a run would
   *     write over it
   */
  boolean isFinished(Map<String, String> options, Set<String> except, Optional<Long> end) {
    if (result.isEmpty()) {
      return false;
    }
    Map<String, String> before = new TreeMap<>();
    result
        .get()
        .path("options")
        .properties()
        .forEach(one -> before.put(one.getKey(), one.getValue().asText()));
    List<String> changed = ComparedOptions.differences(before, options, except);
    if (!changed.isEmpty()) {
      throw new UserError(
          "%s: its result.json is of other options: %s; repeat them as they were, or choose another"
                  .formatted(folder, String.join(", ", changed))
              + " --output");
    }
    long step = result.get().path("step").asLong(0);
    if (end.isEmpty() || step == end.get()) {
      return end.isPresent();
    }
    if (step > end.get()) {
      throw new UserError(
          "%s: the run is at step %s already, after the asked end at step %s"
              .formatted(folder, step, end.get()));
    }
    if (checkpoint < step) {
      throw new UserError(
          ("%s: its result.json is of step %s of %s, and there is no checkpoint to go on from;"
                  + " move that folder away")
              .formatted(folder, step, end.get()));
    }
    return false;
  }
}
