package io.semimeta.benchmark;

import io.semimeta.Versions;
import io.semimeta.algorithm.StepClock.Part;
import io.semimeta.console.ProgressDisplay;
import io.semimeta.image.ImageInput;
import io.semimeta.model.ActivationCount;
import io.semimeta.model.NativeLibrary;
import io.semimeta.model.Networks;
import io.semimeta.plan.NetworkPlan;
import io.semimeta.plan.StepOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.StatUtils;
import org.bytedeco.pytorch.global.torch;

/** Times a method's step by itself: one rank, without Spark, on random images in memory. */
public final class StepBenchmark {
  private static final int WARM_UP = 2;

  private final Request request;
  private final List<SteppedRank.Seconds> steps = new ArrayList<>();
  private final List<MachineRates> rates = new ArrayList<>();
  private final List<Double> ours = new ArrayList<>();
  private final List<Double> theirs = new ArrayList<>();

  /**
   * Says what is measured.
   *
   * @param architecture the network's name
   * @param width the factor on its channels
   * @param method the step
   * @param imageSize the side of the images in pixels
   * @param batchSize the labelled images of a step, and as many unlabelled ones
   * @param threads the threads that libtorch computes with
   * @param steps the steps of a round
   * @param rounds how often the steps, and then the other command, are timed
   * @param against another program's benchmark, for the shell, to compare with
   */
  public record Request(
      String architecture,
      double width,
      StepOptions method,
      int imageSize,
      int batchSize,
      int threads,
      int steps,
      int rounds,
      Optional<String> against) {

    /**
     * Refuses a network that cannot be made, or not for such images.
     *
     * @throws io.semimeta.UserError naming the option
     */
    public void requireFit() {
      NetworkPlan network = SteppedRank.network(this);
      network.requireFit(imageSize, imageSize);
      network.requireBatch(
          batchSize, 1, new ImageInput(SteppedRank.CHANNELS, imageSize, imageSize, false));
    }

    /** Counts the floating-point operations of a step's convolutions and classifiers. */
    double operations() {
      NetworkPlan network = SteppedRank.network(this);
      ActivationCount count =
          ActivationCount.of(
              Networks.create(architecture, network.options()),
              SteppedRank.CHANNELS,
              imageSize,
              imageSize,
              false);
      double pass = 2.0 * count.multiplyAdds() * batchSize;
      // Nobody asks for the images' own gradient, nor have they a tangent.
      double differentiated = 3 * pass - 2.0 * count.firstMultiplyAdds() * batchSize;
      double supervised = differentiated;
      double consistent = supervised + (method.weight() == 0 ? 0 : differentiated);
      return switch (method.method()) {
        case SUPERVISED -> supervised;
        case PSEUDO_LABEL -> pass + consistent;
        case SEMIMETA ->
            differentiated + (method.usesForwardMode() ? differentiated : 3 * pass) + consistent;
      };
    }
  }

  public StepBenchmark(Request request) {
    this.request = request;
  }

  /**
   * Makes the steps and returns the figures by their names, in the order in which people read them.
   *
   * @throws io.semimeta.UserError where the other command does not tell its seconds
   */
  public Map<String, Object> run() throws IOException {
    NativeLibrary.load(request.threads());
    long all = (long) request.rounds() * request.steps();
    Optional<OutsideCommand> other = request.against().map(OutsideCommand::new);
    try (SteppedRank rank = new SteppedRank(request);
        ProgressDisplay display = new ProgressDisplay("benchmark", all, 0)) {
      display.phase("warming up");
      for (int i = 0; i < WARM_UP; i++) {
        rank.update();
      }
      for (int round = 0; round < request.rounds(); round++) {
        rates.add(MachineRates.measure());
        round(rank, display);
        if (other.isPresent()) {
          display.phase("the other command");
          theirs.add(other.get().seconds());
        }
      }
      return figures(rank.parameterCount());
    }
  }

  private void round(SteppedRank rank, ProgressDisplay display) {
    List<SteppedRank.Seconds> of = new ArrayList<>();
    for (int i = 0; i < request.steps(); i++) {
      SteppedRank.Seconds seconds = rank.update();
      of.add(seconds);
      steps.add(seconds);
      display.update(
          steps.size(), List.of(String.format(Locale.ROOT, "%.3f s/step", seconds.whole())));
    }
    ours.add(median(of, SteppedRank.Seconds::whole));
  }

  private Map<String, Object> figures(long parameters) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("torch", Versions.current().libtorch());
    figures.put("arch", request.architecture());
    figures.put("width", request.width());
    figures.put("parameters", parameters);
    figures.put("method", request.method().method().toString());
    figures.put("meta_gradient", request.method().direction().toString());
    figures.put("mix_up", request.method().mixUpAlpha() > 0);
    figures.put("image_size", request.imageSize());
    figures.put("batch", request.batchSize());
    figures.put("threads", request.threads());
    figures.put("cpu", torch.get_cpu_capability().getString());
    figures.put("steps", steps.size());
    double[] whole = steps.stream().mapToDouble(SteppedRank.Seconds::whole).toArray();
    figures.put("seconds_min", StatUtils.min(whole));
    double median = median(steps, SteppedRank.Seconds::whole);
    figures.put("seconds_median", median);
    figures.put("seconds_max", StatUtils.max(whole));
    figures.put("cpu_seconds_median", median(steps, SteppedRank.Seconds::processor));
    figures.put("seconds_by_part", parts());
    double sgemm = median(rates, MachineRates::sgemm);
    double rate = request.operations() / median;
    figures.put("flop", request.operations());
    figures.put("flop_per_second", rate);
    figures.put("sgemm_flop_per_second", sgemm);
    figures.put("sgemm_share", rate / sgemm);
    figures.put("bfloat16_flop_per_second", median(rates, MachineRates::bfloat16));
    figures.put("memory_bytes_per_second", median(rates, MachineRates::copy));
    request.against().ifPresent(command -> figures.put("against", comparison(command)));
    return figures;
  }

  private Map<String, Double> parts() {
    Map<String, Double> medians = new LinkedHashMap<>();
    for (Part part : steps.get(0).parts().keySet()) {
      String name = part.name().toLowerCase(Locale.ROOT);
      medians.put(name, median(steps, step -> step.parts().get(part)));
    }
    return medians;
  }

  /**
   * Compares the rounds: a ratio is the other's seconds over ours, above 1 where ours is faster.
   */
  private Map<String, Object> comparison(String command) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < ours.size(); i++) {
      ratios.add(theirs.get(i) / ours.get(i));
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("command", command);
    figures.put("seconds_median", median(theirs, Double::doubleValue));
    figures.put("ratio", median(theirs, Double::doubleValue) / median(ours, Double::doubleValue));
    figures.put("ratio_min", ratios.stream().mapToDouble(Double::doubleValue).min().orElseThrow());
    figures.put("ratio_max", ratios.stream().mapToDouble(Double::doubleValue).max().orElseThrow());
    return figures;
  }

  private static <T> double median(List<T> values, ToDoubleFunction<T> of) {
    return StatUtils.percentile(values.stream().mapToDouble(of).toArray(), 50);
  }
}
