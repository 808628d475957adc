package io.semimeta.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * Holds all that a run needs to go on exactly from a step.
 *
 * @param step how many updates the weights have had
 * @param model weights and buffers by their PyTorch state-dict names, in that order
 * @param optimizer the optimizer's tensors by name
 * @param state everything else: options, seed, history, and {@link #BEST_STEP} where it is known
 */
public record Checkpoint(
    long step,
    Map<String, StoredTensor> model,
    Map<String, StoredTensor> optimizer,
    ObjectNode state) {

  /** Names the field of {@link #state} with the step of the run's best checkpoint so far. */
  public static final String BEST_STEP = "best_step";
}
