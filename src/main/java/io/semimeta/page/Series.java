package io.semimeta.page;

import java.util.List;

/**
 * Holds what a chart draws in one colour.
 *
 * @param name its name in the legend
 * @param curve the curve that is drawn strong
 * @param singles curves that are drawn thin behind it: raw values, or runs behind their mean
 */
public record Series(String name, Curve curve, List<Curve> singles) {

  /** Makes a series of one curve. */
  public static Series of(String name, Curve curve) {
    return new Series(name, curve, List.of());
  }

  /** Returns the raw curve thin behind its mean over a window of points. */
  public static Series smoothed(String name, Curve raw, int window) {
    return window < 2 ? of(name, raw) : new Series(name, raw.smoothed(window), List.of(raw));
  }
}
