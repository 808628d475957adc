package io.semimeta.cli.options;

import io.semimeta.UserError;
import io.semimeta.plan.TrainingRequest;
import java.util.Set;
import picocli.CommandLine.Mixin;

/** Says all that a training run is made of. */
public final class TrainingOptions {
  @Mixin public DataOptions data;
  @Mixin private NetworkOptions network;
  @Mixin public MethodOptions method;
  @Mixin private OptimizerOptions optimizer;
  @Mixin public RunOptions run;
  @Mixin public ClusterOptions workers;

  /**
   * Returns the run that the options ask for.
   *
   * @throws UserError naming an option whose value is wrong
   */
  public TrainingRequest request() {
    workers.resources(); // refuses wrong values
    if (!Set.of("auto", "cpu", "cuda").contains(workers.device)) {
      throw new UserError("--device %s: must be auto, cpu or cuda".formatted(workers.device));
    }
    return new TrainingRequest(
        data.request(),
        data.batch(),
        network.request(),
        method.plan(),
        optimizer.schedule(),
        optimizer.sgd(),
        workers.device,
        data.seed,
        workers.workers,
        run.request());
  }
}
