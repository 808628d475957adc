package io.semimeta.ablation;

import io.semimeta.OptionName;
import io.semimeta.UserError;
import io.semimeta.plan.StepOptions;
import io.semimeta.plan.StepOptions.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Lists the methods that are compared, by the names of their runs' folders. */
public enum Row {
  /** Trains on the labelled images alone. */
  LABELS_ONLY("labels only", Method.SUPERVISED, false),
  /** Mixes labelled images with one another. */
  LABELS_MIXUP("labels with mixup", Method.SUPERVISED, true),
  /** Corrects pseudo-labels by the meta-gradient, and mixes nothing. */
  META_ONLY("SemiMeta without mixup", Method.SEMIMETA, false),
  /** Is the paper's method. */
  BOTH("SemiMeta with mixup", Method.SEMIMETA, true),
  /**
   * Is the paper's method without its meta-gradient: what remains is not the correction's doing.
   */
  CONTROL("pseudo-labels with mixup", Method.PSEUDO_LABEL, true),
  /**
   * Is the paper's "mixup only": labelled images are mixed with unlabelled ones, whose target is
   * the prediction, without a consistency loss.
   */
  MIXUP_ONLY("mixup with predictions", Method.PSEUDO_LABEL, true);

  private final String title;
  private final Method method;
  private final boolean mixUp;

  Row(String title, Method method, boolean mixUp) {
    this.title = title;
    this.method = method;
    this.mixUp = mixUp;
  }

  /** Returns the row's name for people. */
  public String title() {
    return title;
  }

  /** Returns the row's name on the command line, and of its runs' folders. */
  @Override
  public String toString() {
    return OptionName.of(this);
  }

  /**
   * Returns what a step of this row does.
   *
   * @param asked all that the rows have in common
   * @param alpha both parameters of mixup's Beta distribution, for rows that mix
   */
  public StepOptions method(StepOptions asked, double alpha) {
    StepOptions step = asked.withMethod(method).withMixUpAlpha(mixUp ? alpha : 0);
    return this == MIXUP_ONLY ? step.withWeight(0) : step;
  }

  /**
   * Reads a list such as {@code labels-only,both}.
   *
   * @param option the option that gives it
   * @throws UserError where a name is unknown or there twice
   */
  public static List<Row> list(String option, String names) {
    List<Row> rows = new ArrayList<>();
    for (String name : names.split(",", -1)) {
      Row row =
          Arrays.stream(values())
              .filter(one -> one.toString().equals(name.strip()))
              .findFirst()
              .orElseThrow(
                  () ->
                      new UserError(
                          "%s %s: '%s' is no row; there are %s"
                              .formatted(option, names, name.strip(), all())));
      if (rows.contains(row)) {
        throw new UserError("%s %s: %s is there twice".formatted(option, names, row));
      }
      rows.add(row);
    }
    return rows;
  }

  private static String all() {
    return Arrays.stream(values()).map(Row::toString).collect(Collectors.joining(", "));
  }
}
