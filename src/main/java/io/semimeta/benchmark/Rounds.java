package io.semimeta.benchmark;

import com.sun.management.OperatingSystemMXBean;
import io.semimeta.Shown;
import io.semimeta.Versions;
import io.semimeta.console.ProgressDisplay;
import io.semimeta.model.Placement;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.StatUtils;
import org.bytedeco.pytorch.global.torch;

/** Times steps of some work in rounds, with the machine's own rates and another program between. */
final class Rounds {
  private static final int WARM_UP = 2;

  private final Repetition request;
  private final Placement placement;
  private final OperatingSystemMXBean process =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private final List<Double> seconds = new ArrayList<>();
  private final List<Double> processorSeconds = new ArrayList<>();
  private final List<MachineRates> rates = new ArrayList<>();
  private final List<Double> ours = new ArrayList<>();
  private final List<Double> theirs = new ArrayList<>();

  /** Makes one step of the work. */
  @FunctionalInterface
  interface Step {
    /** Makes the step, which counts unless it warms up. */
    void make(boolean counts);
  }

  Rounds(Repetition request, Placement placement) {
    this.request = request;
    this.placement = placement;
  }

  /**
   * Times the work.
   *
   * @param step makes a step
   * @throws io.semimeta.UserError where the other program does not tell its seconds
   */
  void run(Step step) throws IOException {
    Optional<OutsideCommand> other = request.against().map(OutsideCommand::new);
    long all = (long) request.rounds() * request.steps();
    try (ProgressDisplay display = new ProgressDisplay("benchmark", all, 0)) {
      display.phase("warming up");
      for (int i = 0; i < WARM_UP; i++) {
        step.make(false);
      }
      placement.synchronize();
      for (int round = 0; round < request.rounds(); round++) {
        rates.add(MachineRates.measure(placement));
        round(step, display);
        if (other.isPresent()) {
          display.phase("the other command");
          theirs.add(other.get().seconds());
        }
      }
    }
  }

  private void round(Step step, ProgressDisplay display) {
    List<Double> of = new ArrayList<>();
    for (int i = 0; i < request.steps(); i++) {
      long begun = System.nanoTime();
      long used = process.getProcessCpuTime();
      step.make(true);
      placement.synchronize();
      of.add((System.nanoTime() - begun) / 1e9);
      processorSeconds.add((process.getProcessCpuTime() - used) / 1e9);
      seconds.add(of.get(i));
      display.update(seconds.size(), List.of(Shown.format("%.3f s/step", of.get(i))));
    }
    ours.add(median(of, Double::doubleValue));
  }

  /** Returns the median of the steps' seconds. */
  double median() {
    return median(seconds, Double::doubleValue);
  }

  /** Puts the seconds, and the machine that gave them, among the figures. */
  void describeSeconds(Map<String, Object> figures) {
    figures.put("torch", Versions.current().libtorch());
    figures.put("cpu", torch.get_cpu_capability().getString());
    figures.put("threads", request.threads());
    figures.put("tf32", request.tf32());
    describe(figures, seconds);
    figures.put("cpu_seconds_median", median(processorSeconds, Double::doubleValue));
  }

  /** Puts the seconds of steps among the figures. */
  static void describe(Map<String, Object> figures, List<Double> seconds) {
    double[] all = array(seconds, Double::doubleValue);
    figures.put("steps", all.length);
    figures.put("seconds_min", StatUtils.min(all));
    figures.put("seconds_median", StatUtils.percentile(all, 50));
    figures.put("seconds_max", StatUtils.max(all));
  }

  /**
   * Puts the rates among the figures.
   *
   * @param operations the floating-point operations of a step
   */
  void describeRates(Map<String, Object> figures, double operations) {
    double sgemm = median(rates, MachineRates::sgemm);
    figures.put("flop", operations);
    figures.put("flop_per_second", operations / median());
    figures.put("sgemm_flop_per_second", sgemm);
    figures.put("sgemm_share", operations / median() / sgemm);
    figures.put("bfloat16_flop_per_second", median(rates, MachineRates::bfloat16));
    figures.put("memory_bytes_per_second", median(rates, MachineRates::copy));
    request.against().ifPresent(command -> figures.put("against", comparison(command)));
  }

  /**
   * Compares the rounds: a ratio is the other's seconds over ours, above 1 where ours is faster.
   */
  private Map<String, Object> comparison(String command) {
    double[] ratios = new double[ours.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = theirs.get(i) / ours.get(i);
    }
    double median = median(theirs, Double::doubleValue);
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("command", command);
    figures.put("seconds_median", median);
    figures.put("ratio", median / median(ours, Double::doubleValue));
    figures.put("ratio_min", StatUtils.min(ratios));
    figures.put("ratio_max", StatUtils.max(ratios));
    return figures;
  }

  static <T> double median(List<T> values, ToDoubleFunction<T> of) {
    return StatUtils.percentile(array(values, of), 50);
  }

  private static <T> double[] array(List<T> values, ToDoubleFunction<T> of) {
    return values.stream().mapToDouble(of).toArray();
  }
}
