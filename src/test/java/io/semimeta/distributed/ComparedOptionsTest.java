package io.semimeta.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.semimeta.loader.BatchOptions;
import io.semimeta.plan.ComparedOptions;
import io.semimeta.plan.DataRequest;
import io.semimeta.plan.NetworkRequest;
import io.semimeta.plan.RunRequest;
import io.semimeta.plan.ScheduleRequest;
import io.semimeta.plan.ScheduleRequest.Kind;
import io.semimeta.plan.TrainingPlan.Loader;
import io.semimeta.plan.TrainingRequest;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Changes every component of a request, one after the other: {@code --resume} compares it, by its
 * option's name, or it is on the short list of what may change. Nobody forgets a new one.
 */
class ComparedOptionsTest {
  private static final long STEPS = 90;

  /** What a run may go on with although it is another. */
  private static final Set<String> MAY_CHANGE =
      Set.of(
          "device",
          "run.output",
          "run.resume",
          "run.stopAt",
          "run.checkpointEvery",
          "run.validateEvery",
          "run.logEvery",
          "run.keep");

  /** What is compared by what it comes to, once the data set's records are known. */
  private static final Set<String> KNOWN_LATER =
      Set.of("data.data", "data.numLabel", "data.labelIndices", "data.numValid", "data.loader");

  private static final Map<String, String> REFUSED_BY =
      Map.ofEntries(
          Map.entry("data.labelBalance", "--label-balance"),
          Map.entry("data.imageSize", "--image-size"),
          Map.entry("batch.size", "--batch-size"),
          Map.entry("batch.cropPadding", "--crop-padding"),
          Map.entry("batch.flip", "--flip"),
          Map.entry("network.architecture", "--architecture"),
          Map.entry("network.width", "--width"),
          Map.entry("network.initFrom", "--init-from"),
          Map.entry("network.normalise", "--normalise"),
          Map.entry("network.syncBatchNorm", "--sync-batch-norm"),
          Map.entry("method.method", "--method"),
          Map.entry("method.mixUpAlpha", "--alpha"),
          Map.entry("method.weight", "--weight"),
          Map.entry("method.epsilon", "--epsilon"),
          Map.entry("method.direction", "--meta-gradient"),
          Map.entry("method.scope", "--meta-scope"),
          Map.entry("schedule.ramp", "--ramp"),
          Map.entry("schedule.gamma", "--gamma"),
          Map.entry("schedule.learningRate", "--lr"),
          Map.entry("schedule.milestones", "--milestones"),
          Map.entry("sgd.momentum", "--momentum"),
          Map.entry("sgd.weightDecay", "--weight-decay"),
          Map.entry("seed", "--seed"),
          Map.entry("workers", "--workers"));

  private static TrainingRequest request(Kind kind) {
    TrainingRequest request =
        TrainingRequest.of(
            DataRequest.of("data"),
            ScheduleRequest.ofSteps(STEPS).withKind(kind),
            RunRequest.to("output"));
    return request.withMethod(request.method().withMixUpAlpha(1));
  }

  private static SortedMap<String, String> compared(TrainingRequest request) {
    return ComparedOptions.of(request);
  }

  private static Set<String> differences(TrainingRequest one, TrainingRequest other) {
    Map<String, String> first = compared(one);
    Map<String, String> second = compared(other);
    Set<String> names = new TreeSet<>(first.keySet());
    names.addAll(second.keySet());
    names.removeIf(name -> Objects.equals(first.get(name), second.get(name)));
    return names;
  }

  /** Under the step schedule, whose length may grow. */
  @Test
  void everyComponentIsComparedOrMayChange() {
    TrainingRequest request = request(Kind.STEP);
    Map<String, Set<String>> expected = new TreeMap<>();
    REFUSED_BY.forEach((path, option) -> expected.put(path, Set.of(option)));
    MAY_CHANGE.forEach(path -> expected.put(path, Set.of()));
    KNOWN_LATER.forEach(path -> expected.put(path, Set.of()));
    expected.put("schedule.totalSteps", Set.of());
    expected.put("schedule.epochs", Set.of("length in"));
    expected.put("schedule.warmup", Set.of("--warmup", "--ramp")); // which follows it
    expected.put("schedule.kind", Set.of("--schedule", "--gamma", "--milestones", "--total-steps"));

    Map<String, Set<String>> actual = new TreeMap<>();
    changed(request)
        .forEach((path, other) -> actual.put(path, differences(request, (TrainingRequest) other)));
    assertEquals(expected, actual);
  }

  @Test
  void theCosineSchedulesLengthIsCompared() {
    TrainingRequest request = request(Kind.COSINE);
    Map<String, Record> changed = changed(request);
    assertEquals(
        Set.of("--total-steps"),
        differences(request, (TrainingRequest) changed.get("schedule.totalSteps")));
    assertEquals(
        Set.of("--epochs", "length in"),
        differences(request, (TrainingRequest) changed.get("schedule.epochs")));
  }

  /** Names and values are spelled as in a checkpoint that an earlier version left. */
  @Test
  void anEarlierCheckpointsOptionsAreTheSame() throws IOException {
    TrainingRequest request =
        TrainingRequest.of(
                DataRequest.of("data"),
                ScheduleRequest.ofSteps(200).withRamp(OptionalLong.of(100)),
                RunRequest.to("output"))
            .withBatch(new BatchOptions(8, 1, true))
            .withNetwork(new NetworkRequest("convlarge", 0.05));
    Map<String, String> before = new TreeMap<>();
    try (InputStream state =
        getClass()
            .getResourceAsStream("/io/semimeta/before/run/checkpoints/step-00000200/state.json")) {
      new ObjectMapper()
          .readTree(state)
          .get("options")
          .properties()
          .forEach(option -> before.put(option.getKey(), option.getValue().asText()));
    }
    before.keySet().removeAll(PlanMaker.KNOWN_LATER);
    assertEquals(before, compared(request));
  }

  /** What is known later has a name in the plan's map for each such component. */
  @Test
  void whatIsKnownLaterIsComparedThen() {
    assertTrue(Collections.disjoint(PlanMaker.KNOWN_LATER, compared(request(Kind.STEP)).keySet()));
    assertTrue(
        PlanMaker.KNOWN_LATER.containsAll(
            List.of(
                "--data (contents)", "--num-label", "labelled images", "--num-valid", "--loader")));
  }

  /** The record with one component changed, for each of them, those of records in it too. */
  private static Map<String, Record> changed(Record record) {
    Map<String, Record> all = new HashMap<>();
    RecordComponent[] components = record.getClass().getRecordComponents();
    for (int i = 0; i < components.length; i++) {
      String name = components[i].getName();
      Object value = value(record, components[i]);
      if (value instanceof Record inner) {
        for (Map.Entry<String, Record> entry : changed(inner).entrySet()) {
          all.put(name + "." + entry.getKey(), with(record, i, entry.getValue()));
        }
      } else {
        all.put(name, with(record, i, other(name, value)));
      }
    }
    return all;
  }

  private static Object other(String name, Object value) {
    if (value instanceof Integer number) {
      return number + 1;
    } else if (value instanceof Long number) {
      return number + 1;
    } else if (value instanceof Double number) {
      return number + 1;
    } else if (value instanceof Boolean flag) {
      return !flag;
    } else if (value instanceof String text) {
      return text + "-other";
    } else if (value instanceof OptionalInt) {
      return OptionalInt.of(7);
    } else if (value instanceof OptionalLong) {
      return OptionalLong.of(7);
    } else if (value instanceof List) {
      return List.of(7L);
    } else if (value instanceof Optional) {
      return Optional.of(name.equals("loader") ? Loader.STREAM : "other");
    } else if (value instanceof Enum<?> constant) {
      List<?> rest = new ArrayList<>(List.of(constant.getDeclaringClass().getEnumConstants()));
      rest.remove(constant);
      rest.remove(Kind.AUTO);
      return rest.get(rest.size() - 1);
    }
    throw new AssertionError("say how " + name + " is changed, of " + value.getClass());
  }

  private static Object value(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private static Record with(Record record, int index, Object value) {
    RecordComponent[] components = record.getClass().getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = i == index ? value : value(record, components[i]);
    }
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return record.getClass().getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }
}
