package io.semimeta.plan;

import io.semimeta.OptionName;
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
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;

/**
 * Says which step a run makes.
 *
 * @param method the paper's method or a baseline
 * @param mixUpAlpha both parameters of mixup's Beta distribution; 0 for no mixup
 * @param weight the weight of the consistency loss after the ramp; 0 for no such term
 * @param epsilon eps_0, the finite difference's length in parameter space
 * @param direction how the meta-gradient is computed
 * @param scope the ranks over which the labelled gradient is averaged
 */
@RecordBuilder
public record StepOptions(
    Method method,
    double mixUpAlpha,
    double weight,
    double epsilon,
    Direction direction,
    Scope scope)
    implements Serializable, StepOptionsBuilder.With {

  /** Lists the methods, by their names on the command line. */
  public enum Method {
    SEMIMETA,
    PSEUDO_LABEL,
    SUPERVISED;

    @Override
    public String toString() {
      return OptionName.of(this);
    }
  }

  /** Lists the ways to compute the meta-gradient. */
  public enum Direction {
    FINITE_DIFFERENCE,
    FORWARD;

    @Override
    public String toString() {
      return OptionName.of(this);
    }
  }

  /** Says whose labelled gradient the pseudo-labels follow. */
  public enum Scope {
    /** They follow the mean over all ranks, which equals one process with the whole batch. */
    GLOBAL,
    /** They follow each rank's own, as in the original. */
    LOCAL;

    @Override
    public String toString() {
      return OptionName.of(this);
    }
  }

  /** Returns SemiMeta without mixup, by finite differences, over all ranks. */
  public static StepOptions defaults() {
    return new StepOptions(Method.SEMIMETA, 0, 1, 0.01, Direction.FINITE_DIFFERENCE, Scope.GLOBAL);
  }

  /** Tells whether the method uses unlabelled images at all. */
  public boolean usesUnlabelled() {
    return method != Method.SUPERVISED;
  }

  /** Tells whether the method differentiates in forward mode. */
  public boolean usesForwardMode() {
    return method == Method.SEMIMETA && direction == Direction.FORWARD;
  }

  /** Makes the method's step on a model. */
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
