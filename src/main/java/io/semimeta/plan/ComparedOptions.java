package io.semimeta.plan;

import io.semimeta.OptionName;
import io.semimeta.data.LabelBalance;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Lists the options that decide the weights, by name: a resumed run must repeat them. Each
 * component of a request is one of them, unless it is named here as one that may change.
 */
public final class ComparedOptions {
  static final String INIT_FROM = "--init-from";
  static final String NORMALISE = "--normalise";

  private static final Set<String> MAY_CHANGE =
      Set.of(
          "--device",
          "--output",
          "--resume",
          "--stop-at",
          "--checkpoint-every",
          "--validate-every",
          "--log-every",
          "--keep");

  /** These are compared by what they come to, once the data set's records are known. */
  private static final Set<String> KNOWN_LATER =
      Set.of("--data", "--num-label", "--label-indices", "--num-valid", "--loader");

  /** Gives the options whose components have other names than they. */
  private static final Map<String, String> NAMES =
      Map.of(
          "size", "--batch-size",
          "mixUpAlpha", "--alpha",
          "direction", "--meta-gradient",
          "scope", "--meta-scope",
          "kind", "--schedule",
          "learningRate", "--lr");

  private ComparedOptions() {}

  /** Returns the options of a request that are known before the data set's records are. */
  public static SortedMap<String, String> of(TrainingRequest request) {
    SortedMap<String, String> options = new TreeMap<>();
    put(options, request);
    options.keySet().removeAll(MAY_CHANGE);
    options.keySet().removeAll(KNOWN_LATER);
    if (ScriptFile.isMeant(request.network().architecture())) {
      options.put("--architecture", "torchscript"); // its contents are compared
    }
    // States that are older than the options lack them.
    options.remove("--label-balance", OptionName.of(LabelBalance.EQUAL));
    options.remove(NORMALISE, OptionName.of(Normalise.DATA));
    options.put("--mix-up", Boolean.toString(request.method().mixUpAlpha() > 0));
    ScheduleRequest schedule = request.schedule();
    options.put("--schedule", OptionName.of(schedule.resolvedKind()));
    options.put("--ramp", Long.toString(schedule.resolvedRamp()));
    // Warm-up, ramp and milestones mean nothing without their unit.
    options.put("length in", schedule.epochs().isPresent() ? "epochs" : "steps");
    // A step schedule may grow, and what is past stays the same.
    options
        .keySet()
        .removeAll(
            schedule.resolvedKind() == ScheduleRequest.Kind.COSINE
                ? Set.of("--milestones", "--gamma")
                : Set.of("--total-steps", "--epochs"));
    return options;
  }

  /**
   * Lists each option that differs, with both values; the list is empty for the same run.
   *
   * @param except the names of options that are not compared
   */
  public static List<String> differences(
      Map<String, String> before, Map<String, String> now, Set<String> except) {
    List<String> changed = new ArrayList<>();
    SortedMap<String, String> all = new TreeMap<>(before);
    all.putAll(now);
    all.keySet().removeAll(except);
    for (String name : all.keySet()) {
      String was = before.getOrDefault(name, "unset");
      String is = now.getOrDefault(name, "unset");
      if (!was.equals(is)) {
        changed.add("%s (was %s, now %s)".formatted(name, was, is));
      }
    }
    return changed;
  }

  private static void put(SortedMap<String, String> options, Record request) {
    for (RecordComponent component : request.getClass().getRecordComponents()) {
      Object value = value(request, component);
      if (value instanceof Record part) {
        put(options, part);
      } else {
        String kebab = component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        String option = NAMES.getOrDefault(component.getName(), "--" + kebab);
        text(value).ifPresent(text -> options.put(option, text));
      }
    }
  }

  private static Object value(Record request, RecordComponent component) {
    try {
      return component.getAccessor().invoke(request);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a request's component cannot be read: " + component, e);
    }
  }

  private static Optional<String> text(Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.flatMap(ComparedOptions::text);
    } else if (value instanceof OptionalInt optional) {
      return optional.isPresent() ? text(optional.getAsInt()) : Optional.empty();
    } else if (value instanceof OptionalLong optional) {
      return optional.isPresent() ? text(optional.getAsLong()) : Optional.empty();
    }
    return Optional.of(value instanceof Enum<?> choice ? OptionName.of(choice) : value.toString());
  }
}
