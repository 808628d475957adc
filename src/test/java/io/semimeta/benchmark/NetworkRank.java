package io.semimeta.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.semimeta.algorithm.Collective;
import io.semimeta.distributed.TestRanks;
import io.semimeta.model.Model;
import io.semimeta.model.NativeLibrary;
import io.semimeta.model.Placement;
import io.semimeta.plan.StepOptions;
import io.semimeta.plan.StepOptions.Scope;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Is a rank of {@code src/test/python/network.py}: does what the lines that it reads say, as the
 * other ranks do at the same time, and prints a line of JSON after each, with seconds.
 */
public final class NetworkRank {
  private static final int PORT = 29_500;

  private final Collective ranks;
  private final List<Double> calls = new ArrayList<>();

  private NetworkRank(Collective ranks) {
    this.ranks = ranks;
  }

  /** Arguments: the rank, the number of ranks, this rank's address, the first rank's. */
  public static void main(String[] args) throws IOException {
    NativeLibrary.load(1);
    int rank = Integer.parseInt(args[0]);
    int size = Integer.parseInt(args[1]);
    NetworkRank self = new NetworkRank(TestRanks.join(rank, size, args[2], args[3], PORT));
    ObjectMapper json = new ObjectMapper();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      System.out.println(json.writeValueAsString(self.answer(line.split(" ", -1))));
    }
  }

  private Map<String, List<Double>> answer(String[] words) {
    int count = Integer.parseInt(words[1]);
    return switch (words[0]) {
      case "reduce" -> reduce(count, Integer.parseInt(words[2]));
      case "step" -> step(count, network(words), Scope.valueOf(words[6]));
      case "beside" -> beside(count, network(words));
      default -> throw new IllegalArgumentException(words[0]);
    };
  }

  private static BenchmarkedNetwork network(String[] words) {
    return new BenchmarkedNetwork(
        words[2],
        Double.parseDouble(words[3]),
        Integer.parseInt(words[4]),
        Integer.parseInt(words[5]),
        Placement.CPU);
  }

  private static double seconds(Runnable work) {
    long begun = System.nanoTime();
    work.run();
    return (System.nanoTime() - begun) / 1e9;
  }

  /** Times what all ranks begin together. */
  private double together(Runnable work) {
    ranks.allGather(0);
    return seconds(work);
  }

  /** All-reduces of so many numbers. */
  private Map<String, List<Double>> reduce(int rounds, int numbers) {
    List<Double> seconds = new ArrayList<>();
    try (PointerScope scope = new PointerScope()) {
      Tensor tensor = torch.ones(numbers);
      for (int i = 0; i < rounds; i++) {
        seconds.add(together(() -> ranks.allReduceMean(tensor)));
      }
    }
    return Map.of("seconds", seconds);
  }

  /** Steps, after one that warms up: each as a whole, its parts, and its all-reduces in turn. */
  private Map<String, List<Double>> step(int steps, BenchmarkedNetwork network, Scope scope) {
    Map<String, List<Double>> figures = new LinkedHashMap<>();
    StepOptions method = StepOptions.defaults().withMixUpAlpha(1).withScope(scope);
    try (SteppedRank rank = new SteppedRank(network, method, timed())) {
      rank.update();
      calls.clear();
      for (int i = 0; i < steps; i++) {
        double seconds =
            together(
                () ->
                    rank.update()
                        .forEach(
                            (part, of) -> add(figures, part.name().toLowerCase(Locale.ROOT), of)));
        add(figures, "seconds", seconds);
      }
    }
    figures.put("calls", List.copyOf(calls));
    return figures;
  }

  private static void add(Map<String, List<Double>> figures, String name, double seconds) {
    figures.computeIfAbsent(name, key -> new ArrayList<>()).add(seconds);
  }

  /** The ranks, whose all-reduces are timed. */
  private Collective timed() {
    return (Collective)
        Proxy.newProxyInstance(
            NetworkRank.class.getClassLoader(),
            new Class<?>[] {Collective.class},
            (proxy, method, args) -> {
              long begun = System.nanoTime();
              try {
                return method.invoke(ranks, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              } finally {
                if (method.getName().equals("allReduceMean")) {
                  calls.add((System.nanoTime() - begun) / 1e9);
                }
              }
            });
  }

  /**
   * What an all-reduce of the network's vector would gain beside other work: a prediction, and a
   * backward pass. Each is timed alone, after the all-reduce, and at the same time.
   */
  private Map<String, List<Double>> beside(int rounds, BenchmarkedNetwork network) {
    Map<String, List<Double>> figures = new LinkedHashMap<>();
    try (Model model = network.plan().create(ranks);
        Tensor images = SteppedRank.images(network, network.batchSize()).to(ScalarType.Float);
        Tensor vector = torch.zeros_like(model.vector().gradient())) {
      model.vector().initialise(0);
      Runnable reduce = () -> ranks.allReduceMean(vector);
      for (int i = -1; i < rounds; i++) {
        Map<String, List<Double>> into = i < 0 ? new LinkedHashMap<>() : figures;
        add(into, "reduce", together(reduce));
        try (PointerScope scope = new PointerScope()) {
          compare(into, "prediction", reduce, () -> model.predict(images));
        }
        try (PointerScope scope = new PointerScope()) {
          Tensor[] losses = new Tensor[3];
          for (int j = 0; j < losses.length; j++) {
            losses[j] = model.train(images).square().mean();
          }
          int[] next = {0};
          compare(into, "backward", reduce, () -> losses[next[0]++].backward());
        }
      }
    }
    return figures;
  }

  private void compare(
      Map<String, List<Double>> figures, String name, Runnable reduce, Runnable work) {
    add(figures, name, together(work));
    add(
        figures,
        name + " after",
        together(
            () -> {
              reduce.run();
              work.run();
            }));
    add(
        figures,
        name + " beside",
        together(
            () -> {
              CompletableFuture<Void> reduced = CompletableFuture.runAsync(reduce);
              work.run();
              reduced.join();
            }));
  }
}
