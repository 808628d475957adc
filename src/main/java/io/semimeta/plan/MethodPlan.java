package io.semimeta.plan;

import io.semimeta.algorithm.Collective;
import io.semimeta.algorithm.FiniteDifference;
import io.semimeta.algorithm.ForwardDerivative;
import io.semimeta.algorithm.MetaGradient;
import io.semimeta.algorithm.PseudoLabelStep;
import io.semimeta.algorithm.SemiMetaStep;
import io.semimeta.algorithm.SoloCollective;
import io.semimeta.algorithm.SupervisedStep;
import io.semimeta.algorithm.TrainStep;
import io.semimeta.model.Model;
import java.io.Serializable;

/**
 * Which step a run makes.
 *
 * @param method the paper's or a baseline
 * @param mixUpAlpha both parameters of mixup's Beta distribution; 0 for no mixup
 * @param weight of the consistency loss after the ramp; 0 for no such term
 * @param epsilon eps_0, the finite difference's length in parameter space
 * @param direction how the meta-gradient is computed
 * @param scope over which ranks the labelled gradient is averaged
 */
public record MethodPlan(
    Method method,
    double mixUpAlpha,
    double weight,
    double epsilon,
    Direction direction,
    Scope scope)
    implements Serializable {

  /** Methods by their names on the command line. */
  public enum Method {
    SEMIMETA,
    PSEUDO_LABEL,
    SUPERVISED
  }

  /** Ways to the meta-gradient. */
  public enum Direction {
    FINITE_DIFFERENCE,
    FORWARD
  }

  /** Whose labelled gradient the pseudo-labels follow. */
  public enum Scope {
    /** The mean over all ranks: equal to one process with the whole batch. */
    GLOBAL,
    /** Each rank its own, as in the original. */
    LOCAL
  }

  /** SemiMeta without mixup, by finite differences, over all ranks. */
  public static MethodPlan defaults() {
    return new MethodPlan(Method.SEMIMETA, 0, 1, 0.01, Direction.FINITE_DIFFERENCE, Scope.GLOBAL);
  }

  /** The same settings for another method. */
  public MethodPlan withMethod(Method method) {
    return new MethodPlan(method, mixUpAlpha, weight, epsilon, direction, scope);
  }

  /**
   * The same method with mixup.
   *
   * @param alpha both parameters of the Beta distribution; 0 for no mixup
   */
  public MethodPlan withMixUp(double alpha) {
    return new MethodPlan(method, alpha, weight, epsilon, direction, scope);
  }

  /** The same method with another weight of the consistency loss. */
  public MethodPlan withWeight(double weight) {
    return new MethodPlan(method, mixUpAlpha, weight, epsilon, direction, scope);
  }

  /** The same method with the meta-gradient computed in another way. */
  public MethodPlan withDirection(Direction direction) {
    return new MethodPlan(method, mixUpAlpha, weight, epsilon, direction, scope);
  }

  /** The same method with the labelled gradient of other ranks. */
  public MethodPlan withScope(Scope scope) {
    return new MethodPlan(method, mixUpAlpha, weight, epsilon, direction, scope);
  }

  /** Whether the method looks at unlabelled images at all. */
  public boolean usesUnlabelled() {
    return method != Method.SUPERVISED;
  }

  /** Whether it differentiates in forward mode. */
  public boolean usesForwardMode() {
    return method == Method.SEMIMETA && direction == Direction.FORWARD;
  }

  /** The step on a model. */
  public TrainStep step(Model model, int classes, Collective ranks) {
    return switch (method) {
      case SEMIMETA -> {
        MetaGradient metaGradient =
            usesForwardMode() ? new ForwardDerivative() : new FiniteDifference();
        Collective over = scope == Scope.GLOBAL ? ranks : new SoloCollective();
        yield new SemiMetaStep(model, classes, metaGradient, epsilon, weight != 0, over);
      }
      case PSEUDO_LABEL -> new PseudoLabelStep(model, classes, weight != 0);
      case SUPERVISED -> new SupervisedStep(model, classes);
    };
  }
}
