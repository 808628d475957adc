package io.semimeta.plan;

import io.semimeta.algorithm.StepSettings;
import java.io.Serializable;
import java.util.List;

/**
 * Gives each step, counted from 0, its learning rate and consistency weight, and says how many
 * steps there are.
 */
public sealed interface Schedule extends Serializable {
  StepSettings at(long step);

  /** Returns the number of steps of the whole run. */
  long totalSteps();

  /**
   * Returns the ramped consistency weight: {@code weight * step / ramp} up to and at the ramp's
   * end, then {@code weight}.
   */
  private static double ramped(double weight, long step, long ramp) {
    return step <= ramp && ramp > 0 ? weight * step / ramp : weight;
  }

  /**
   * Follows the paper's CIFAR and SVHN runs: {@code rate * step / warmup} below the warm-up (0 at
   * first), then multiplied by {@code gamma} after each milestone, once {@code step > milestone}.
   */
  record Step(
      double rate,
      long totalSteps,
      long warmup,
      List<Long> milestones,
      double gamma,
      double weight,
      long ramp)
      implements Schedule {
    @Override
    public StepSettings at(long step) {
      double current = step < warmup ? rate * step / warmup : rate;
      for (long milestone : milestones) {
        current = step > milestone ? current * gamma : current;
      }
      return new StepSettings(current, ramped(weight, step, ramp));
    }
  }

  /**
   * Follows the paper's ImageNet runs, with i = step + 1, W the warm-up and T all steps: {@code
   * rate * i / W} for i up to W, then {@code rate * (1 + cos(pi (i - W) / (T - W))) / 2}.
   */
  record Cosine(double rate, long totalSteps, long warmup, double weight, long ramp)
      implements Schedule {
    @Override
    public StepSettings at(long step) {
      long i = step + 1;
      double current =
          i <= warmup
              ? rate * i / warmup
              : rate * (1 + Math.cos(Math.PI * (i - warmup) / (totalSteps - warmup))) / 2;
      return new StepSettings(current, ramped(weight, step, ramp));
    }
  }
}
