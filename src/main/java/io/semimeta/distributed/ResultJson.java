package io.semimeta.distributed;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semimeta.OptionName;
import io.semimeta.Versions;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.plan.TrainingPlan.EvaluatedOn;
import io.semimeta.training.TrainingResult;
import io.semimeta.training.Validation;
import java.time.Instant;
import java.util.List;

/** Composes {@code result.json}, which tells people and scripts how a run ended. */
final class ResultJson {
  private static final int LAST = 20;

  private ResultJson() {}

  /**
   * Holds what a run was, beside its plan, for who reads its result.
   *
   * @param data the URI of the data set's folder
   * @param command the line that began the run, or null
   * @param sparkVersion the version of Spark
   * @param master Spark's master
   */
  record About(String data, String command, String sparkVersion, String master) {}

  static ObjectNode of(TrainingPlan plan, TrainingResult result, Instant begun, About about) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("step", result.step());
    json.put("total_steps", plan.schedule().totalSteps());
    json.put("best_step", result.bestStep());
    json.put("evaluated_on", OptionName.of(plan.evaluatedOn()));
    putErrors(json, plan.evaluatedOn(), result);
    json.put("restarts", result.restarts());
    json.put("training_seconds", result.seconds());
    json.put("started", begun.toString());
    json.put("finished", Instant.now().toString());
    json.put("data", about.data);
    if (about.command != null) {
      json.put("command", about.command);
    }
    ObjectNode environment = json.putObject("environment");
    environment.put("master", about.master);
    environment.put("device", plan.network().placement().device());
    environment.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    environment.put("processors", Runtime.getRuntime().availableProcessors());
    ObjectNode versions = json.putObject("versions");
    versions.put("semimeta", Versions.current().semimeta());
    versions.put("spark", about.sparkVersion);
    versions.put("libtorch", Versions.current().libtorch());
    versions.put("java", System.getProperty("java.version"));
    ObjectNode options = json.putObject("options");
    plan.options().forEach(options::put);
    return json;
  }

  /** Adds errors as shares in [0, 1]; the best one only where validation images choose it. */
  private static void putErrors(ObjectNode json, EvaluatedOn on, TrainingResult result) {
    List<Validation> all = result.validations();
    if (all.isEmpty()) {
      return;
    }
    json.put("examples", all.get(all.size() - 1).examples());
    json.put("last_error", all.get(all.size() - 1).top1Error());
    json.put("last_top5_error", all.get(all.size() - 1).top5Error());
    List<Validation> tail = all.subList(Math.max(0, all.size() - LAST), all.size());
    json.put(
        "mean_last_20_error",
        tail.stream().mapToDouble(Validation::top1Error).average().orElseThrow());
    if (on == EvaluatedOn.VALIDATION) {
      json.put("best_error", all.stream().mapToDouble(Validation::top1Error).min().orElseThrow());
    }
  }
}
