package io.semimeta.training;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semimeta.UserError;
import io.semimeta.checkpoint.Checkpoint;
import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.data.DatasetManifest;
import io.semimeta.files.StrictJson;
import io.semimeta.image.ImageInput;
import io.semimeta.model.NetworkOptions;
import io.semimeta.plan.ComparedOptions;
import io.semimeta.plan.TrainingPlan;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds a checkpoint's {@code state.json}: what the weights alone do not tell. No generator's state
 * is kept, because randomness depends on the seed (among the options) and the step.
 *
 * @param step the number of updates made
 * @param bestStep the step of the lowest validation error so far, or the last step where there are
 *     no validation images
 * @param batchesTracked the train-mode passes that BatchNorm's statistics have seen
 * @param seconds the seconds in the training loop so far
 * @param network the architecture and shape, enough to build the network again
 * @param data what the network was made for: classes, image shape, normalisation
 * @param options the options that decide the weights
 * @param validations the validations so far
 */
public record TrainingState(
    long step,
    long bestStep,
    long batchesTracked,
    double seconds,
    Network network,
    Data data,
    Map<String, String> options,
    List<Validation> validations) {

  private static final ObjectMapper JSON =
      StrictJson.builder().enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES).build();

  /** Holds the network's name and shape. */
  public record Network(String architecture, NetworkOptions options) {}

  /** Describes the images that the network was trained for; see {@link ImageInput}. */
  public record Data(
      List<String> classes,
      int channels,
      int height,
      int width,
      boolean cropped,
      List<Double> mean,
      List<Double> std)
      implements Serializable {

    /** Returns what the network gets to see of a stored image. */
    public ImageInput input() {
      return new ImageInput(channels, height, width, cropped);
    }
  }

  /** Returns the state of a plan's run after the given number of steps. */
  public static TrainingState of(
      TrainingPlan plan,
      long step,
      long batchesTracked,
      double seconds,
      List<Validation> validations) {
    DatasetManifest manifest = plan.manifest();
    return new TrainingState(
        step,
        bestStep(plan, step, validations),
        batchesTracked,
        seconds,
        new Network(plan.network().architecture(), plan.network().options()),
        new Data(
            manifest.classes(),
            plan.input().channels(),
            plan.input().height(),
            plan.input().width(),
            plan.input().cropped(),
            manifest.mean(),
            manifest.std()),
        plan.options(),
        validations);
  }

  /** Returns the first step with the lowest validation error; the test split chooses nothing. */
  static long bestStep(TrainingPlan plan, long step, List<Validation> validations) {
    return plan.evaluatedOn() == TrainingPlan.EvaluatedOn.VALIDATION
        ? validations.stream()
            .min(Comparator.comparingDouble(Validation::top1Error))
            .map(Validation::step)
            .orElse(step)
        : step;
  }

  /** Returns the state as JSON, its keys in snake case. */
  public ObjectNode toJson() {
    return JSON.valueToTree(this);
  }

  /**
   * Reads the state of a run's checkpoint.
   *
   * @param output the URI of the run's output
   * @throws UserError where a field is missing or unknown
   */
  public static TrainingState of(Checkpoint checkpoint, String output) {
    String folder = CheckpointStore.folder(output, checkpoint.step());
    return fromJson(checkpoint.state(), folder);
  }

  /**
   * Reads the state from JSON.
   *
   * @param folder the checkpoint's, for the message
   * @throws UserError where a field is missing or unknown
   */
  public static TrainingState fromJson(ObjectNode json, String folder) {
    try {
      return JSON.treeToValue(json, TrainingState.class);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new UserError(
          folder + "/state.json was not written by this program: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Refuses to go on under other options than the run began with.
   *
   * @param except the names of options that are not compared
   * @throws UserError naming each option that differs, with both values
   */
  public void requireSameOptions(Map<String, String> now, Set<String> except) {
    List<String> changed = differences(now, except);
    if (!changed.isEmpty()) {
      throw new UserError(
          "--resume: changed options: "
              + String.join(", ", changed)
              + "; repeat them as they were");
    }
  }

  /** Lists each option that differs, with both values; the list is empty for the same run. */
  public List<String> differences(Map<String, String> now, Set<String> except) {
    return ComparedOptions.differences(options, now, except);
  }
}
