package io.semimeta.benchmark;

import io.semimeta.algorithm.SoloCollective;
import io.semimeta.algorithm.StepClock.Part;
import io.semimeta.plan.StepOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Times a method's step by itself: one rank, without Spark, on random images in memory.
 *
 * @param network what is trained; its batch is the labelled images, and as many unlabelled ones
 * @param method the step
 * @param rounds how often it is timed
 */
public record StepBenchmark(BenchmarkedNetwork network, StepOptions method, Repetition rounds)
    implements NetworkBenchmark {

  /** Counts the floating-point operations of a step's convolutions and classifiers. */
  double operations() {
    double pass = network.passOperations();
    double differentiated = network.differentiatedOperations();
    double consistent = differentiated * (method.weight() == 0 ? 1 : 2);
    return switch (method.method()) {
      case SUPERVISED -> differentiated;
      case PSEUDO_LABEL -> pass + consistent;
      case SEMIMETA ->
          differentiated + (method.usesForwardMode() ? differentiated : 3 * pass) + consistent;
    };
  }

  @Override
  public void requireFit() {
    network.requireFit();
    network.requireBatch();
  }

  @Override
  public Map<String, Object> run() throws IOException {
    rounds.load(network.placement());
    Rounds timed = new Rounds(rounds, network.placement());
    List<Map<Part, Double>> parts = new ArrayList<>();
    try (SteppedRank rank = new SteppedRank(network, method, new SoloCollective())) {
      timed.run(
          counts -> {
            Map<Part, Double> of = rank.update();
            if (counts) {
              parts.add(of);
            }
          });
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    network.describe(figures);
    figures.put("method", method.method().toString());
    figures.put("meta_gradient", method.direction().toString());
    figures.put("mix_up", method.mixUpAlpha() > 0);
    timed.describeSeconds(figures);
    Map<String, Double> medians = new LinkedHashMap<>();
    for (Part part : parts.get(0).keySet()) {
      medians.put(
          part.name().toLowerCase(Locale.ROOT), Rounds.median(parts, step -> step.get(part)));
    }
    figures.put("seconds_by_part", medians);
    timed.describeRates(figures, operations());
    return figures;
  }
}
