package io.semimeta.training;

import java.util.Optional;

/**
 * The network as the user asks for it.
 *
 * @param architecture its name, or {@code torchscript:} and a file's URI
 * @param width factor on its channels, where it has one
 * @param initFrom weights to begin with instead of a draw: safetensors file or step folder
 * @param syncBatchNorm whether batch statistics are those of all ranks' images
 */
public record NetworkRequest(
    String architecture, double width, Optional<String> initFrom, boolean syncBatchNorm) {

  /** Weights drawn, each rank with batch statistics of its own. */
  public NetworkRequest(String architecture, double width) {
    this(architecture, width, Optional.empty(), false);
  }
}
