package io.semimeta.training;

import io.semimeta.data.BatchOptions;
import io.semimeta.data.DatasetManifest;
import java.io.Serializable;
import java.util.SortedMap;

/**
 * All that a rank needs to train, and nothing that it does not.
 *
 * @param manifest of the data set: shape, classes, normalisation
 * @param network what is trained
 * @param initFrom URI of the weights to begin with, or empty for a draw
 * @param method how
 * @param batches how mini-batches are made
 * @param schedule learning rate and consistency weight by step
 * @param momentum of SGD
 * @param weightDecay of SGD, on all parameters
 * @param evaluatedOn what errors are measured on during training
 * @param run output, checkpoints and reports
 * @param options as the user gave them, by their names on the command line: those that decide the
 *     weights, which a resumed run must repeat
 */
public record TrainingPlan(
    DatasetManifest manifest,
    NetworkPlan network,
    String initFrom,
    MethodPlan method,
    BatchOptions batches,
    Schedule schedule,
    double momentum,
    double weightDecay,
    EvaluatedOn evaluatedOn,
    RunPlan run,
    SortedMap<String, String> options)
    implements Serializable {

  /** What errors are measured on during training. */
  public enum EvaluatedOn {
    /** Labelled images set aside: the best checkpoint is chosen on them. */
    VALIDATION,
    /** The test split, which chooses nothing. */
    TEST,
    /** Nothing. */
    NONE
  }

  /** Images of one rank's step, unlabelled ones included where the method looks at them. */
  public int imagesOfStep() {
    return batches.batchSize() * (method.usesUnlabelled() ? 2 : 1);
  }

  /** The same plan on one device of several. */
  public TrainingPlan on(String device) {
    return new TrainingPlan(
        manifest,
        network.on(device),
        initFrom,
        method,
        batches,
        schedule,
        momentum,
        weightDecay,
        evaluatedOn,
        run,
        options);
  }
}
