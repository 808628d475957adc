package io.semimeta.cli.options;

import io.semimeta.model.Networks;
import io.semimeta.plan.NetworkRequest;
import io.semimeta.plan.Normalise;
import java.util.Iterator;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Says which network is trained. */
@Heading("Network")
public final class NetworkOptions {
  @Option(
      names = {"-a", "--architecture"},
      paramLabel = "NAME",
      defaultValue = "convlarge",
      completionCandidates = Architectures.class,
      description =
          "Network: ${COMPLETION-CANDIDATES}; or torchscript:URI, a file of torch.jit.script.")
  private String architecture;

  @Option(
      names = "--width",
      paramLabel = "FACTOR",
      defaultValue = "1.0",
      description = "On the paper's channel counts; convlarge and shake-shake-26 alone.")
  private double width;

  @Option(
      names = "--init-from",
      converter = ToPath.Text.class,
      paramLabel = "URI",
      description =
          "Weights to begin with: a PyTorch state dict, as a safetensors file or torch.save's, or a"
              + " checkpoint's step folder.")
  private String initFrom;

  @Option(
      names = "--normalise",
      paramLabel = "BY",
      defaultValue = "data",
      description =
          "Whose mean and deviation the images get: data, the data set's own; imagenet, for weights"
              + " that were trained on it.")
  private Normalise normalise;

  @Option(
      names = "--sync-batch-norm",
      description = "Batch statistics of all ranks' images together, not of each rank's own.")
  private boolean syncBatchNorm;

  public NetworkRequest request() {
    Checks.above("--width", width, 0);
    return new NetworkRequest(
        architecture, width, Optional.ofNullable(initFrom), normalise, syncBatchNorm);
  }

  private static final class Architectures implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Networks.names().iterator();
    }
  }
}
