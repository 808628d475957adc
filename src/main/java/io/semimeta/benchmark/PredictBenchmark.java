package io.semimeta.benchmark;

import io.semimeta.loader.Normalisation;
import io.semimeta.model.Model;
import io.semimeta.training.Evaluator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Times a network's predictions, as evaluation and prediction make them.
 *
 * @param network what predicts
 * @param rounds how often a step is timed
 * @param folder image files, which a step decodes and predicts all; empty for a batch of random
 *     pixels
 */
public record PredictBenchmark(BenchmarkedNetwork network, Repetition rounds, Optional<Path> folder)
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
    int count;
    try (Model model = network.plan().create();
        Normalisation normalisation =
            new Normalisation(
                Collections.nCopies(channels, 0.5),
                Collections.nCopies(channels, 0.25),
                network.placement())) {
      model.vector().initialise(SEED);
      if (!network.placement().isCuda()) {
        model.fold();
      }
      Evaluator evaluator = new Evaluator(normalisation);
      count =
          folder.isPresent()
              ? files(folder.get(), model, evaluator, timed)
              : batch(model, evaluator, timed);
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    network.describe(figures);
    figures.put("images", count);
    timed.describeSeconds(figures);
    figures.put("images_per_second", count / timed.median());
    timed.describeRates(figures, network.passOperations() / network.batchSize() * count);
    return figures;
  }

  private int batch(Model model, Evaluator evaluator, Rounds timed) throws IOException {
    try (Tensor images = SteppedRank.images(network, network.batchSize())) {
      timed.run(
          counts -> {
            try (PointerScope scope = new PointerScope()) {
              evaluator.logits(model, images);
            }
          });
    }
    return network.batchSize();
  }

  private int files(Path of, Model model, Evaluator evaluator, Rounds timed) throws IOException {
    try (PredictedFiles files = new PredictedFiles(of, network, rounds.threads())) {
      timed.run(counts -> files.predict(model, evaluator));
      return files.count();
    }
  }
}
