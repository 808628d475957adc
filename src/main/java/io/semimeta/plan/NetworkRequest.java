package io.semimeta.plan;

import io.semimeta.data.DatasetManifest;
import io.semimeta.model.NetworkOptions;
import io.semimeta.model.Networks;
import io.semimeta.model.Placement;
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
  private static final double DROPOUT = 0.5;

  /** The paper's network for CIFAR and SVHN. */
  public static NetworkRequest defaults() {
    return new NetworkRequest("convlarge", 1);
  }

  /** Weights drawn, each rank with batch statistics of its own. */
  public NetworkRequest(String architecture, double width) {
    this(architecture, width, Optional.empty(), false);
  }

  /**
   * The network for a data set.
   *
   * @param script its file, where it is one's
   */
  public NetworkPlan plan(
      DatasetManifest manifest, Placement placement, Optional<ScriptFile> script) {
    return new NetworkPlan(
        script.map(file -> Networks.SCRIPTED + file.source()).orElse(architecture),
        script.map(ScriptFile::program).orElse(new byte[0]),
        new NetworkOptions(manifest.classes().size(), manifest.channels(), width, DROPOUT),
        placement,
        syncBatchNorm);
  }
}
