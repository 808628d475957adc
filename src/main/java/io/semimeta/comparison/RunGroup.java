package io.semimeta.comparison;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;

/**
 * Holds runs that differ in their draws alone.
 *
 * @param name the group's name for people
 * @param options the options by which it differs from other groups
 * @param runs the runs, each of another seed
 * @param errors which of their errors are compared
 */
public record RunGroup(
    String name, SortedMap<String, String> options, List<ComparedRun> runs, ErrorKind errors) {

  /** Returns the errors of the runs that have one, as shares. */
  public Sample sample() {
    return new Sample(
        runs.stream()
            .map(run -> run.error(errors))
            .filter(OptionalDouble::isPresent)
            .map(OptionalDouble::getAsDouble)
            .toList());
  }

  /** Returns the mean of the seconds in the training loop. */
  public double meanSeconds() {
    return new Sample(runs.stream().map(ComparedRun::seconds).toList()).mean();
  }

  /** Returns the run that pairs with another: of the same seed, data set and labelled images. */
  Optional<ComparedRun> pair(ComparedRun other) {
    return runs.stream().filter(run -> run.draw().equals(other.draw())).findFirst();
  }
}
