package io.semimeta.distributed;

import io.semimeta.OptionName;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.LabelBalance;
import io.semimeta.image.ImageInput;
import io.semimeta.loader.BatchOptions;
import io.semimeta.model.Placement;
import io.semimeta.plan.MethodPlan;
import io.semimeta.plan.NetworkPlan;
import io.semimeta.plan.Schedule;
import io.semimeta.plan.ScheduleRequest;
import io.semimeta.plan.ScriptFile;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.plan.TrainingPlan.Loader;
import io.semimeta.plan.TrainingRequest;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

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
   * @param output the output's qualified path, as all machines find it
   * @param initFrom the qualified path of the initial weights, or empty
   * @param script the network's TorchScript file, if it has one
   */
  static TrainingPlan plan(
      TrainingRequest request,
      TrainingData data,
      Placement placement,
      String output,
      Optional<String> initFrom,
      Optional<ScriptFile> script) {
    DatasetManifest manifest = data.manifest();
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
        initFrom.orElse(""),
        request.method(),
        new BatchOptions(
            request.batch().size(),
            request.batch().cropPadding(),
            request.batch().flip(),
            request.method().mixUpAlpha(),
            request.seed()),
        schedule,
        request.sgd().momentum(),
        request.sgd().weightDecay(),
        data.evaluatedOn(),
        request.run().resolve(output, schedule.totalSteps()),
        options(request, data, loader, initFrom, script));
  }

  /**
   * Returns the options that decide the weights, by name. The length of a step schedule is none of
   * them: it may grow, and what is past stays the same.
   */
  private static SortedMap<String, String> options(
      TrainingRequest request,
      TrainingData data,
      Loader loader,
      Optional<String> initFrom,
      Optional<ScriptFile> script) {
    SortedMap<String, String> options = options(request, initFrom);
    options.put(CONTENTS, data.fingerprint());
    options.put(LABELLED, data.labelFingerprint());
    options.put(NUM_LABEL, Integer.toString(data.split().labelled().size()));
    options.put(NUM_VALID, Integer.toString(data.split().valid().size()));
    script.ifPresent(file -> options.put(ScriptFile.CONTENTS, file.sha256()));
    options.put(LOADER, OptionName.of(loader));
    return options;
  }

  /** Returns the options that decide the weights, except {@link #KNOWN_LATER}. */
  static SortedMap<String, String> options(TrainingRequest request, Optional<String> initFrom) {
    SortedMap<String, String> options = new TreeMap<>();
    String architecture = request.network().architecture();
    if (request.data().labelBalance() != LabelBalance.EQUAL) { // EQUAL is older than the option
      options.put("--label-balance", OptionName.of(request.data().labelBalance()));
    }
    options.put("--architecture", ScriptFile.isMeant(architecture) ? "torchscript" : architecture);
    options.put("--width", Double.toString(request.network().width()));
    options.put("--sync-batch-norm", Boolean.toString(request.network().syncBatchNorm()));
    initFrom.ifPresent(source -> options.put("--init-from", source));
    options.put("--batch-size", Integer.toString(request.batch().size()));
    options.put("--workers", Integer.toString(request.workers()));
    options.put("--crop-padding", Integer.toString(request.batch().cropPadding()));
    options.put("--flip", Boolean.toString(request.batch().flip()));
    request
        .data()
        .imageSize()
        .ifPresent(size -> options.put("--image-size", Integer.toString(size)));
    options.put("--seed", Long.toString(request.seed()));
    options.put("--momentum", Double.toString(request.sgd().momentum()));
    options.put("--weight-decay", Double.toString(request.sgd().weightDecay()));
    putMethod(options, request.method());
    putSchedule(options, request.schedule());
    return options;
  }

  private static void putMethod(SortedMap<String, String> options, MethodPlan method) {
    options.put("--method", OptionName.of(method.method()));
    options.put("--mix-up", Boolean.toString(method.mixUpAlpha() > 0));
    options.put("--alpha", Double.toString(method.mixUpAlpha()));
    options.put("--weight", Double.toString(method.weight()));
    options.put("--epsilon", Double.toString(method.epsilon()));
    options.put("--meta-gradient", OptionName.of(method.direction()));
    options.put("--meta-scope", OptionName.of(method.scope()));
  }

  private static void putSchedule(SortedMap<String, String> options, ScheduleRequest schedule) {
    boolean cosine = schedule.resolvedKind() == ScheduleRequest.Kind.COSINE;
    options.put("--schedule", OptionName.of(schedule.resolvedKind()));
    // Warm-up, ramp and milestones mean nothing without their unit.
    options.put("length in", schedule.epochs().isPresent() ? "epochs" : "steps");
    options.put("--lr", Double.toString(schedule.learningRate()));
    options.put("--warmup", Long.toString(schedule.warmup()));
    options.put("--ramp", Long.toString(schedule.resolvedRamp()));
    if (cosine) {
      schedule.totalSteps().ifPresent(n -> options.put("--total-steps", Long.toString(n)));
      schedule.epochs().ifPresent(n -> options.put("--epochs", Long.toString(n)));
    } else {
      options.put("--milestones", schedule.milestones().toString());
      options.put("--gamma", Double.toString(schedule.gamma()));
    }
  }
}
