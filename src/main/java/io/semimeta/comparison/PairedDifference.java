package io.semimeta.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Holds by how much the errors of one group are above those of another, for draws that both have.
 *
 * @param first the group whose errors are subtracted
 * @param second the group that they are subtracted from
 * @param seeds the seeds of the draws
 * @param differences the differences, in the same order, as shares
 */
public record PairedDifference(
    String first, String second, List<String> seeds, Sample differences) {

  /** Compares each group with each that follows it, as far as they have draws in common. */
  static List<PairedDifference> of(List<RunGroup> groups) {
    List<PairedDifference> all = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      for (int j = i + 1; j < groups.size(); j++) {
        PairedDifference one = of(groups.get(i), groups.get(j));
        if (one.differences().n() > 0) {
          all.add(one);
        }
      }
    }
    return all;
  }

  private static PairedDifference of(RunGroup first, RunGroup second) {
    List<String> seeds = new ArrayList<>();
    List<Double> differences = new ArrayList<>();
    for (ComparedRun run : first.runs()) {
      Optional<ComparedRun> pair = second.pair(run);
      OptionalDouble own = run.error(first.errors());
      OptionalDouble others =
          pair.isEmpty() ? OptionalDouble.empty() : pair.get().error(second.errors());
      if (own.isPresent() && others.isPresent()) {
        seeds.add(run.seed());
        differences.add(others.getAsDouble() - own.getAsDouble());
      }
    }
    return new PairedDifference(first.name(), second.name(), seeds, new Sample(differences));
  }
}
