package io.semimeta.data;

import io.semimeta.UserError;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * Decides how many images of each class a draw takes. Classes without any image are left out.
 *
 * @param classes class names, for messages
 * @param sizes images of each class that can be drawn at all
 * @param balance how the number is divided among the classes
 * @param seed seed of the order in which classes give one more
 */
record ClassShares(List<String> classes, List<Long> sizes, LabelBalance balance, long seed) {

  /**
   * Says what is to be drawn.
   *
   * @param text what the user asked for, which begins messages
   * @param count images in all
   * @param ofEach least number of images of each class
   * @param remedy what else can be done where equal shares cannot be had
   */
  record Wanted(String text, int count, int ofEach, String remedy) {}

  /**
   * Returns how many images each class gives.
   *
   * @param left images of each class that are left
   * @throws UserError where there are too few images
   */
  int[] of(Wanted request, List<Integer> left) {
    List<Integer> order = order();
    if (request.count < request.ofEach * order.size()) {
      throw new UserError(
          String.format(
              Locale.ROOT,
              "%s: at least one image of each of the %d classes%s is needed",
              request.text,
              order.size(),
              order.size() < classes.size() ? " that have any" : ""));
    }
    long available = left.stream().mapToLong(Integer::longValue).sum();
    if (request.count > available) {
      throw new UserError(
          String.format(
              Locale.ROOT,
              "%s: only %d labelled training images are left",
              request.text,
              available));
    }
    return balance == LabelBalance.EQUAL
        ? equal(request, left, order)
        : proportional(request, left, order);
  }

  /** Returns the classes that have images, in the order in which they give one more. */
  private List<Integer> order() {
    List<Integer> all = IntStream.range(0, classes.size()).boxed().toList();
    return SeededOrder.shuffled(all, seed, SeededOrder.Purpose.REMAINDER, Integer::longValue)
        .stream()
        .filter(label -> sizes.get(label) > 0)
        .toList();
  }

  private int[] equal(Wanted request, List<Integer> left, List<Integer> order) {
    int[] shares = new int[classes.size()];
    for (int rank = 0; rank < order.size(); rank++) {
      int label = order.get(rank);
      shares[label] = request.count / order.size() + (rank < request.count % order.size() ? 1 : 0);
      if (shares[label] > left.get(label)) {
        throw new UserError(
            String.format(
                Locale.ROOT,
                "%s needs %d images of class '%s', which has %d left; at most %d can be drawn"
                    + " evenly%s",
                request.text,
                shares[label],
                classes.get(label),
                left.get(label),
                largest(left, order),
                request.remedy));
      }
    }
    return shares;
  }

  /** Returns the most images that equal shares allow, which the smallest class bounds. */
  private static long largest(List<Integer> left, List<Integer> order) {
    List<Integer> inOrder = order.stream().map(left::get).toList();
    int least = inOrder.stream().min(Comparator.naturalOrder()).orElse(0);
    return (long) least * order.size() + inOrder.indexOf(least);
  }

  /**
   * Divides by largest remainders: each class gets the whole part of its part of the number, or the
   * least; then those that are furthest below their part get one more, or those furthest above it
   * one less, until the number is right.
   */
  private int[] proportional(Wanted request, List<Integer> left, List<Integer> order) {
    long total = sizes.stream().mapToLong(Long::longValue).sum();
    int[] shares = new int[classes.size()];
    long given = 0;
    for (int label : order) {
      long part = request.count * sizes.get(label) / total;
      shares[label] = (int) Math.min(left.get(label), Math.max(request.ofEach, part));
      given += shares[label];
    }
    // How far a class is above its part, in units of 1 / total, which keep it exact.
    int[] rank = new int[classes.size()];
    IntStream.range(0, order.size()).forEach(i -> rank[order.get(i)] = i);
    Comparator<Integer> surplus =
        Comparator.comparingLong(label -> shares[label] * total - request.count * sizes.get(label));
    PriorityQueue<Integer> below =
        new PriorityQueue<>(surplus.thenComparingInt(label -> rank[label]));
    PriorityQueue<Integer> above =
        new PriorityQueue<>(surplus.reversed().thenComparingInt(label -> rank[label]));
    for (int label : order) {
      if (shares[label] < left.get(label)) {
        below.add(label);
      }
      if (shares[label] > request.ofEach) {
        above.add(label);
      }
    }
    for (; given < request.count; given++) {
      int label = below.remove();
      shares[label]++;
      if (shares[label] < left.get(label)) {
        below.add(label);
      }
    }
    for (; given > request.count; given--) {
      int label = above.remove();
      shares[label]--;
      if (shares[label] > request.ofEach) {
        above.add(label);
      }
    }
    return shares;
  }
}
