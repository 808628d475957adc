package io.semimeta.distributed;

import io.semimeta.OptionName;
import io.semimeta.data.BatchOptions;
import io.semimeta.data.DatasetManifest;
import io.semimeta.model.NetworkOptions;
import io.semimeta.model.Placement;
import io.semimeta.training.MethodPlan;
import io.semimeta.training.NetworkPlan;
import io.semimeta.training.Schedule;
import io.semimeta.training.ScheduleRequest;
import io.semimeta.training.TrainingPlan;
import io.semimeta.training.TrainingRequest;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Turns what the user asks for, once the data is known, into a plan. */
final class PlanMaker {
  private static final double DROPOUT = 0.5;

  private PlanMaker() {}

  /**
   * Makes the plan.
   *
   * @param output qualified, as all machines find it
   * @param initFrom likewise
   */
  static TrainingPlan plan(
      TrainingRequest request,
      TrainingData data,
      Placement placement,
      String output,
      Optional<String> initFrom) {
    DatasetManifest manifest = data.manifest();
    NetworkPlan network = network(request, manifest, placement);
    network.requireFit(manifest.height(), manifest.width());
    long globalBatch = (long) request.batchSize() * request.workers();
    Schedule schedule = request.schedule().resolve(data.epochImages(), globalBatch);
    return new TrainingPlan(
        manifest,
        network,
        initFrom.orElse(""),
        request.method(),
        new BatchOptions(
            request.batchSize(),
            request.cropPadding(),
            request.flip(),
            request.method().mixUpAlpha(),
            request.seed()),
        schedule,
        request.momentum(),
        request.weightDecay(),
        data.evaluatedOn(),
        request.run().resolve(output, schedule.totalSteps()),
        options(request, data, initFrom));
  }

  static NetworkPlan network(
      TrainingRequest request, DatasetManifest manifest, Placement placement) {
    return new NetworkPlan(
        request.network().architecture(),
        new NetworkOptions(
            manifest.classes().size(), manifest.channels(), request.network().width(), DROPOUT),
        placement,
        request.network().syncBatchNorm());
  }

  /**
   * The options that decide the weights, by name. The length of a step schedule may grow: what is
   * past stays the same.
   */
  private static SortedMap<String, String> options(
      TrainingRequest request, TrainingData data, Optional<String> initFrom) {
    SortedMap<String, String> options = new TreeMap<>();
    options.put("--data (contents)", data.fingerprint());
    options.put("labelled images", data.labelFingerprint());
    options.put("--num-label", Integer.toString(data.split().labelled().size()));
    options.put("--num-valid", Integer.toString(data.split().valid().size()));
    options.put("--architecture", request.network().architecture());
    options.put("--width", Double.toString(request.network().width()));
    options.put("--sync-batch-norm", Boolean.toString(request.network().syncBatchNorm()));
    initFrom.ifPresent(source -> options.put("--init-from", source));
    options.put("--batch-size", Integer.toString(request.batchSize()));
    options.put("--workers", Integer.toString(request.workers()));
    options.put("--crop-padding", Integer.toString(request.cropPadding()));
    options.put("--flip", Boolean.toString(request.flip()));
    options.put("--seed", Long.toString(request.seed()));
    options.put("--momentum", Double.toString(request.momentum()));
    options.put("--weight-decay", Double.toString(request.weightDecay()));
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
