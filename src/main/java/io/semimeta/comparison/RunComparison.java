package io.semimeta.comparison;

import io.semimeta.UserError;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds what finished runs say beside one another.
 *
 * @param errors which errors are compared
 * @param groups the runs, by the options that decide their weights
 * @param differences each group compared with each that follows it, where draws pair
 * @param networks the networks compared image by image, and why some are not
 * @param remarks what a reader must know
 */
public record RunComparison(
    ErrorKind errors,
    List<RunGroup> groups,
    List<PairedDifference> differences,
    NetworkComparisons networks,
    List<String> remarks) {

  /**
   * Compares runs.
   *
   * @param remarks what is known already
   * @throws UserError where a run is there twice, or none has an error
   */
  public static RunComparison of(List<ComparedRun> runs, List<String> remarks) {
    List<String> all = new ArrayList<>(remarks);
    ErrorKind errors = kind(runs, all);
    List<RunGroup> groups = Grouping.of(runs, errors);
    long sets = runs.stream().map(ComparedRun::data).distinct().count();
    if (sets > 1) {
      all.add(
          "The runs are of %s data sets: their errors are of different images.".formatted(sets));
    }
    return new RunComparison(
        errors, groups, PairedDifference.of(groups), NetworkComparisons.none(), all);
  }

  /** Returns the same with networks compared. */
  public RunComparison with(NetworkComparisons compared) {
    return new RunComparison(errors, groups, differences, compared, remarks);
  }

  /** Chooses the errors to compare: those on test images, unless no run has such. */
  private static ErrorKind kind(List<ComparedRun> runs, List<String> remarks) {
    List<String> withoutTest =
        runs.stream()
            .filter(run -> run.error(ErrorKind.TEST).isEmpty())
            .map(ComparedRun::name)
            .toList();
    List<String> withoutValidation =
        runs.stream()
            .filter(run -> run.error(ErrorKind.VALIDATION).isEmpty())
            .map(ComparedRun::name)
            .toList();
    boolean test = withoutTest.size() < runs.size();
    if (withoutTest.isEmpty()) {
      return ErrorKind.TEST;
    }
    if (!test && withoutValidation.size() == runs.size()) {
      throw new UserError(
          "%s: no error was measured, on test or validation images; there is nothing to compare"
              .formatted(withoutTest.get(0)));
    }
    if (withoutValidation.isEmpty()) {
      remarks.add(
          test
              ? "Errors are those on validation images, which all runs have: no test error was"
                  + " measured for "
                  + names(withoutTest)
                  + "."
              : "Errors are those on validation images: no run has a test error.");
      return ErrorKind.VALIDATION;
    }
    ErrorKind kind = test ? ErrorKind.TEST : ErrorKind.VALIDATION;
    remarks.add(
        "No %s error was measured for %s: left out of the figures."
            .formatted(kind, names(test ? withoutTest : withoutValidation)));
    return kind;
  }

  private static String names(List<String> runs) {
    return runs.size() <= 3
        ? String.join(", ", runs)
        : "%s and %s more".formatted(runs.get(0), runs.size() - 1);
  }
}
