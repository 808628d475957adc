package io.semimeta.comparison;

import io.semimeta.UserError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Groups runs that differ in their draws alone, and finds by what the groups differ. */
final class Grouping {
  private static final String LENGTH = "--total-steps";
  private static final String END = "--stop-at";

  private Grouping() {}

  /**
   * Groups runs, in the order in which they come.
   *
   * @throws UserError where two runs are the same draw of the same options
   */
  static List<RunGroup> of(List<ComparedRun> runs, ErrorKind errors) {
    Set<Map<String, String>> otherLabels = otherLabels(runs);
    Map<Map<String, String>, List<ComparedRun>> groups = new LinkedHashMap<>();
    for (ComparedRun run : runs) {
      Map<String, String> bare = key(run, true);
      Map<String, String> key = otherLabels.contains(bare) ? key(run, false) : bare;
      groups.computeIfAbsent(key, none -> new ArrayList<>()).add(run);
    }
    groups.values().forEach(Grouping::requireOwnSeeds);
    SortedSet<String> differing = differing(groups.keySet());
    Map<Map<String, String>, String> names = names(groups, differing);
    List<RunGroup> all = new ArrayList<>();
    groups.forEach(
        (key, members) -> {
          SortedMap<String, String> options = new TreeMap<>();
          differing.forEach(
              option -> options.put(option, key.getOrDefault(option, ComparedRun.NONE)));
          all.add(new RunGroup(names.get(key), options, List.copyOf(members), errors));
        });
    return all;
  }

  /** Finds the options with which runs of one seed have unlike labelled images. */
  private static Set<Map<String, String>> otherLabels(List<ComparedRun> runs) {
    Map<List<Object>, String> labels = new HashMap<>();
    return runs.stream()
        .filter(
            run ->
                !labels
                    .computeIfAbsent(List.of(key(run, true), run.seed()), key -> run.labels())
                    .equals(run.labels()))
        .map(run -> key(run, true))
        .collect(Collectors.toSet());
  }

  /** Returns all that runs of a group have in common. */
  private static Map<String, String> key(ComparedRun run, boolean withoutLabels) {
    Map<String, String> key = new TreeMap<>(run.options());
    key.remove(ComparedRun.SEED);
    if (withoutLabels) {
      key.remove(ComparedRun.LABELS);
    }
    run.result().totalSteps().ifPresent(length -> key.putIfAbsent(LENGTH, Long.toString(length)));
    if (!run.step().equals(run.result().totalSteps())) {
      run.step().ifPresent(step -> key.put(END, Long.toString(step)));
    }
    return key;
  }

  private static void requireOwnSeeds(List<ComparedRun> group) {
    Map<String, String> seeds = new HashMap<>();
    for (ComparedRun run : group) {
      String other = seeds.put(run.seed(), run.name());
      if (other != null) {
        throw new UserError(
            "%s and %s are the same run: the same options and seed %s; give one of them"
                .formatted(other, run.name(), run.seed()));
      }
    }
  }

  private static SortedSet<String> differing(Set<Map<String, String>> keys) {
    SortedSet<String> differing = new TreeSet<>();
    keys.forEach(key -> differing.addAll(key.keySet()));
    differing.removeIf(
        option ->
            keys.stream().map(key -> key.getOrDefault(option, ComparedRun.NONE)).distinct().count()
                < 2);
    return differing;
  }

  /** Names the groups by their folders where these tell them apart, else by their options. */
  private static Map<Map<String, String>, String> names(
      Map<Map<String, String>, List<ComparedRun>> groups, SortedSet<String> differing) {
    Map<Map<String, String>, String> names = new HashMap<>();
    groups.forEach(
        (key, members) -> {
          Set<String> folders =
              members.stream().map(run -> run.files().name()).collect(Collectors.toSet());
          if (folders.size() == 1) {
            names.put(key, folders.iterator().next());
          }
        });
    if (names.size() == groups.size() && new HashSet<>(names.values()).size() == names.size()) {
      return names;
    }
    int number = 0;
    for (Map<String, String> key : groups.keySet()) {
      number++;
      String options =
          differing.stream()
              .filter(key::containsKey)
              .map(option -> option + " " + key.get(option))
              .collect(Collectors.joining(", "));
      names.put(key, options.isEmpty() ? "all" : number + ": " + options);
    }
    return names;
  }
}
