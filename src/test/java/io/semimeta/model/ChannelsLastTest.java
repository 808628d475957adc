package io.semimeta.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelsLastTest {
  private static final Placement FLOAT32 = new Placement("cpu", Placement.Precision.FLOAT32);

  /** Notes in which order the activations lie that pass. */
  private record OrderProbe(List<Boolean> channelsLast) implements Layer {
    @Override
    public Tensor forward(Tensor x, Weights weights, Mode mode) {
      channelsLast.add(x.is_contiguous(MemoryFormat.ChannelsLast));
      return x;
    }
  }

  private static Network network(int channels, List<Boolean> channelsLast) {
    return LayeredNetwork.of(
        List.of(
            new Layers.Conv2d("0", channels, 4, 3, 1),
            new Layers.BatchNorm2d("1", 4),
            new OrderProbe(channelsLast),
            new Layers.MaxPool2d(2, 2, 0),
            new Layers.Conv2d("2", 4, 5, 3, 1),
            new OrderProbe(channelsLast)),
        "classifier",
        5,
        10);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void activationsAreInChannelsLastOrder(int channels) {
    List<Boolean> channelsLast = new ArrayList<>();
    try (PointerScope scope = new PointerScope();
        Model model = new Model(network(channels, channelsLast), FLOAT32)) {
      model.vector().initialise(1);
      Tensor images = torch.ones(2, channels, 8, 6);
      model.train(images);
      model.evaluate(images);
      model.predict(images);
      model.derivative(images, model.vector().parameterValues().detach());
    }
    assertEquals(Collections.nCopies(8, true), channelsLast);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void pixelsKeepTheirPlaces(int channels) {
    try (PointerScope scope = new PointerScope()) {
      Tensor images = torch.rand(2, channels, 3, 4);
      assertTrue(new ChannelsLast().forward(images, name -> null, Mode.EVAL).equal(images));
    }
  }

  @Test
  void everyNamedNetworkBeginsSo() {
    for (String name : Networks.names()) {
      Network network = Networks.create(name, new NetworkOptions(10, 1, 1, 0.5));
      assertEquals(new ChannelsLast(), ((LayeredNetwork) network).backbone().layers().get(0), name);
    }
  }
}
