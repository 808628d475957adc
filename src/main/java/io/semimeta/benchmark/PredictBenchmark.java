package io.semimeta.benchmark;

import io.semimeta.loader.Normalisation;
import io.semimeta.model.Model;
import io.semimeta.training.Evaluator;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Times a network's predictions of decoded images, as evaluation and prediction make them.
 *
 * @param network what predicts
 * @param rounds how often a batch is predicted
 */
public record PredictBenchmark(BenchmarkedNetwork network, Repetition rounds)
    implements NetworkBenchmark {
  private static final long SEED = 0;

  @Override
  public void requireFit() {
    network.requireFit();
  }

  @Override
  public Map<String, Object> run() throws IOException {
    rounds.load(network.placement());
    Rounds timed = new Rounds(rounds, network.placement());
    int channels = BenchmarkedNetwork.CHANNELS;
    try (Model model = network.plan().create();
        Normalisation normalisation =
            new Normalisation(
                Collections.nCopies(channels, 0.5),
                Collections.nCopies(channels, 0.25),
                network.placement());
        Tensor images = SteppedRank.images(network, network.batchSize())) {
      model.vector().initialise(SEED);
      Evaluator evaluator = new Evaluator(normalisation);
      timed.run(
          counts -> {
            try (PointerScope scope = new PointerScope()) {
              evaluator.logits(model, images);
            }
          });
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    network.describe(figures);
    timed.describeSeconds(figures);
    figures.put("images_per_second", network.batchSize() / timed.median());
    timed.describeRates(figures, network.passOperations());
    return figures;
  }
}
