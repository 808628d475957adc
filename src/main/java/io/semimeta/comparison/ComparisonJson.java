package io.semimeta.comparison;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/** Writes a comparison as JSON: errors as shares in [0, 1], what is not known as null. */
public final class ComparisonJson {
  private ComparisonJson() {}

  /** Returns the file's content, indented for people. */
  public static byte[] of(RunComparison comparison) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("errors", comparison.errors().toString());
    ArrayNode groups = json.putArray("groups");
    comparison.groups().forEach(group -> put(groups.addObject(), group));
    ArrayNode differences = json.putArray("paired_differences");
    for (PairedDifference one : comparison.differences()) {
      ObjectNode difference = differences.addObject();
      difference.put("first", one.first());
      difference.put("second", one.second());
      put(difference, "second_minus_first", one.differences());
      ArrayNode draws = difference.putArray("draws");
      for (int i = 0; i < one.seeds().size(); i++) {
        draws
            .addObject()
            .put("seed", one.seeds().get(i))
            .put("difference", one.differences().values().get(i));
      }
    }
    ArrayNode networks = json.putArray("mcnemar");
    for (NetworkComparisons.OfADraw one : comparison.networks().all()) {
      networks
          .addObject()
          .put("seed", one.seed())
          .put("first", one.first())
          .put("second", one.second())
          .put("both_right", one.result().bothRight())
          .put("first_right", one.result().firstRight())
          .put("second_right", one.result().secondRight())
          .put("both_wrong", one.result().bothWrong())
          .put("p_value", one.result().pValue());
    }
    ArrayNode leftOut = json.putArray("mcnemar_left_out");
    comparison.networks().leftOut().forEach(leftOut::add);
    ArrayNode remarks = json.putArray("remarks");
    comparison.remarks().forEach(remarks::add);
    return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static void put(ObjectNode json, RunGroup group) {
    json.put("name", group.name());
    ObjectNode options = json.putObject("options");
    group.options().forEach(options::put);
    put(json, "error", group.sample());
    ArrayNode runs = json.putArray("runs");
    for (ComparedRun run : group.runs()) {
      ObjectNode one = runs.addObject();
      one.put("run", run.name());
      one.put("seed", run.seed());
      one.put(
          "error",
          run.error(group.errors()).isPresent()
              ? (Double) run.error(group.errors()).getAsDouble()
              : null);
      run.step().ifPresent(step -> one.put("step", step));
      put(one, "training_seconds", run.seconds());
    }
  }

  private static void put(ObjectNode json, String name, Sample sample) {
    ObjectNode one = json.putObject(name);
    one.put("n", sample.n());
    put(one, "mean", sample.mean());
    put(one, "standard_deviation", sample.deviation());
    put(one, "standard_error", sample.standardError());
    ArrayNode interval = one.putArray("interval");
    if (sample.n() > 1) {
      interval.add(sample.mean() - sample.halfWidth()).add(sample.mean() + sample.halfWidth());
    }
  }

  private static void put(ObjectNode json, String name, double value) {
    json.put(name, Double.isFinite(value) ? (Double) value : null);
  }
}
