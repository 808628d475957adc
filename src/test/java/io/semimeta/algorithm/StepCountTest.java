package io.semimeta.algorithm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.semimeta.algorithm.StepClock.Part;
import io.semimeta.model.Model;
import io.semimeta.model.NetworkOptions;
import io.semimeta.model.Networks;
import io.semimeta.model.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a step of convlarge costs, in numbers that no clock is needed for: a step that does more
 * than it did fails here. libtorch's own counts of kernels, copies and allocations have no Java
 * API.
 */
class StepCountTest {
  private static final int B = 4;
  private static final int CLASSES = 10;
  private static final int PIXELS = 12;
  private static final String GRAPH = "EVAL 4 with graph";
  private static final String PLAIN = "EVAL 4";
  private static final String TRAIN = "TRAIN 4 with graph";

  /** One of each for the nine convolutions; the leaky ReLU, in place, has the name with a 1. */
  private static final Map<String, Integer> EVAL_GRAPH =
      Map.of(
          "torch::autograd::AccumulateGrad", 29,
          "AddmmBackward0", 1,
          "ConvolutionBackward0", 9,
          "LeakyReluBackward1", 9,
          "MaxPool2DWithIndicesBackward0", 2,
          "MeanBackward1", 1,
          "NativeBatchNormBackward0", 9,
          "TBackward0", 1);

  private final List<Long> reduced = new ArrayList<>();
  private final List<Part> parts = new ArrayList<>();
  private PointerScope scope;
  private CountingNetwork network;
  private Model model;

  @BeforeEach
  void open() {
    scope = new PointerScope();
    network =
        new CountingNetwork(Networks.create("convlarge", new NetworkOptions(CLASSES, 3, 0.1, 0)));
    model = new Model(network, Placement.CPU);
    model.vector().initialise(1);
  }

  @AfterEach
  void close() {
    model.close();
    scope.close();
  }

  private static Tensor images() {
    return torch.rand(B, 3, PIXELS, PIXELS);
  }

  private void step(TrainStep step, boolean mixUp) {
    torch.manual_seed(2);
    Tensor labels = torch.randint(CLASSES, new long[] {B}, new TensorOptions(ScalarType.Long));
    Optional<Tensor> weights = mixUp ? Optional.of(torch.rand(B, 1)) : Optional.empty();
    step.gradient(
        new Batch(images(), labels, images(), labels, weights, 3),
        new StepSettings(0.1, 1),
        parts::add);
  }

  private SemiMetaStep semiMeta(MetaGradient way) {
    return new SemiMetaStep(model, CLASSES, way, 0.01, true, new Counted());
  }

  /** A rank alone that writes down how many numbers are averaged in each call. */
  private final class Counted implements Collective {
    private final Collective alone = new SoloCollective();

    @Override
    public int rank() {
      return alone.rank();
    }

    @Override
    public int size() {
      return alone.size();
    }

    @Override
    public void allReduceMean(Tensor tensor) {
      reduced.add(tensor.numel());
    }

    @Override
    public void broadcast(Tensor tensor, int root) {}

    @Override
    public List<long[]> allGather(long... numbers) {
      return alone.allGather(numbers);
    }

    @Override
    public void close() {}
  }

  @Test
  void semiMetaByFiniteDifferences() {
    step(semiMeta(new FiniteDifference()), true);
    assertEquals(List.of(GRAPH, PLAIN, PLAIN, PLAIN, TRAIN, TRAIN), network.passes);
    assertEquals(List.of(model.vector().parameterCount()), reduced);
    assertEquals(
        List.of(Part.LABEL_GRADIENT, Part.DIRECTION, Part.MIXED, Part.CONSISTENCY, Part.METRICS),
        parts);
    assertEquals(List.of(EVAL_GRAPH, EVAL_GRAPH, EVAL_GRAPH), network.graphs);
  }

  @Test
  void semiMetaInForwardMode() {
    step(semiMeta(new ForwardDerivative()), false);
    assertEquals(List.of(GRAPH, PLAIN, TRAIN, TRAIN), network.passes);
    assertEquals(1, reduced.size());
    assertEquals(List.of(EVAL_GRAPH, EVAL_GRAPH, EVAL_GRAPH), network.graphs);
  }

  @Test
  void baselines() {
    step(new PseudoLabelStep(model, CLASSES, true), true);
    assertEquals(List.of(PLAIN, TRAIN, TRAIN), network.passes);
    network.passes.clear();
    step(new SupervisedStep(model, CLASSES), true);
    assertEquals(List.of(TRAIN), network.passes);
    assertEquals(
        List.of(
            Part.DIRECTION, Part.MIXED, Part.CONSISTENCY, Part.METRICS, Part.MIXED, Part.METRICS),
        parts);
  }
}
