package io.semimeta.distributed;

import io.semimeta.OptionName;
import io.semimeta.data.DatasetManifest;
import io.semimeta.image.ImageInput;
import io.semimeta.model.Placement;
import io.semimeta.plan.ComparedOptions;
import io.semimeta.plan.NetworkPlan;
import io.semimeta.plan.Schedule;
import io.semimeta.plan.ScriptFile;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.plan.TrainingPlan.Loader;
import io.semimeta.plan.TrainingRequest;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** Turns what the user asks for, once the data is known, into a plan. */
final class PlanMaker {
  private static final String CONTENTS = "--data (contents)";
  private static final String LABELLED = "labelled images";
  private static final String NUM_LABEL = "--num-label";
  private static final String NUM_VALID = "--num-valid";
  private static final String LOADER = "--loader";

  /** These options have values that are known only once the data set's records are. */
  static final Set<String> KNOWN_LATER =
      Set.of(CONTENTS, LABELLED, NUM_LABEL, NUM_VALID, ScriptFile.CONTENTS, LOADER);

  private PlanMaker() {}

  /**
   * Makes the plan.
   *
   * @param request asks for initial weights by the path by which all machines find them
   * @param output the output's qualified path, as all machines find it
   * @param script the network's TorchScript file, if it has one
   */
  static TrainingPlan plan(
      TrainingRequest request,
      TrainingData data,
      Placement placement,
      String output,
      Optional<ScriptFile> script) {
    DatasetManifest manifest = request.network().normalised(data.manifest());
    NetworkPlan network = request.network().plan(manifest, placement, script);
    ImageInput input = ImageInput.of(manifest, request.data().imageSize());
    network.requireFit(input.height(), input.width());
    network.requireBatch(request.batch().size(), request.workers(), input);
    long images = data.imagesOfARank(request.workers(), request.method().usesUnlabelled());
    Loader loader = request.data().loaderFor(input, images);
    long globalBatch = (long) request.batch().size() * request.workers();
    Schedule schedule =
        request.schedule().resolve(data.epochImages(), globalBatch, request.method().weight());
    return new TrainingPlan(
        manifest,
        input,
        loader,
        network,
        request.method(),
        request.batch(),
        schedule,
        request.sgd(),
        data.evaluatedOn(),
        request.seed(),
        request.run().resolve(output, schedule.totalSteps()),
        options(request, data, loader, script));
  }

  /** Returns the options that decide the weights, by name. */
  private static SortedMap<String, String> options(
      TrainingRequest request, TrainingData data, Loader loader, Optional<ScriptFile> script) {
    SortedMap<String, String> options = ComparedOptions.of(request);
    options.put(CONTENTS, data.fingerprint());
    options.put(LABELLED, data.labelFingerprint());
    options.put(NUM_LABEL, Integer.toString(data.split().labelled().size()));
    options.put(NUM_VALID, Integer.toString(data.split().validation().size()));
    script.ifPresent(file -> options.put(ScriptFile.CONTENTS, file.sha256()));
    options.put(LOADER, OptionName.of(loader));
    return options;
  }
}
