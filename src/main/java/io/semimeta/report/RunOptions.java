package io.semimeta.report;

import io.semimeta.plan.ComparedOptions;
import io.semimeta.plan.DataRequest;
import io.semimeta.plan.RunRequest;
import io.semimeta.plan.ScheduleRequest;
import io.semimeta.plan.TrainingRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Holds the options that decided a run's weights, by their names, as {@code result.json} and
 * checkpoints have them.
 *
 * @param all the options, with the fingerprints that are among them
 */
public record RunOptions(SortedMap<String, String> all) {
  private static final String SEED = "--seed";
  private static final String DATA = "--data (contents)";
  private static final String LABELLED = "labelled images";

  /** These are no options that a user gives; the loader changes no weights worth a line. */
  private static final Set<String> NO_OPTIONS = Set.of(DATA, LABELLED, "length in", "--loader");

  /** Makes the options of a map. */
  public static RunOptions of(Map<String, String> options) {
    return new RunOptions(new TreeMap<>(options));
  }

  /** Returns an option's value. */
  public Optional<String> get(String name) {
    return Optional.ofNullable(all.get(name));
  }

  /** Returns the seed of the run. */
  public OptionalLong seed() {
    return whole(SEED);
  }

  /** Returns the value of an option that is a whole number. */
  OptionalLong whole(String name) {
    return get(name).filter(text -> text.matches("-?[0-9]{1,18}")).stream()
        .mapToLong(Long::parseLong)
        .findFirst();
  }

  /** Returns the digest of the data set's records, by which data sets are told apart. */
  public Optional<String> dataFingerprint() {
    return get(DATA);
  }

  /** Returns the digest of the labelled images' ids, by which draws are told apart. */
  public Optional<String> labelFingerprint() {
    return get(LABELLED);
  }

  /** Returns the options that a user may give and that are not as they are by default. */
  public SortedMap<String, String> differingFromDefaults() {
    SortedMap<String, String> differing = new TreeMap<>(all);
    differing.keySet().removeAll(NO_OPTIONS);
    differing.entrySet().removeAll(defaults().entrySet());
    return differing;
  }

  /** Returns what the options are by default; the length of a run has no default. */
  static Map<String, String> defaults() {
    Map<String, String> defaults =
        new HashMap<>(
            ComparedOptions.of(
                TrainingRequest.of(
                    DataRequest.of("data"), ScheduleRequest.ofSteps(1), RunRequest.to("output"))));
    defaults.remove("--total-steps");
    defaults.remove("--epochs");
    defaults.put("--num-valid", "0");
    return defaults;
  }
}
