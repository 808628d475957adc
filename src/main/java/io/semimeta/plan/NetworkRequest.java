package io.semimeta.plan;

import io.semimeta.data.DatasetManifest;
import io.semimeta.files.DataFiles;
import io.semimeta.model.NetworkOptions;
import io.semimeta.model.Networks;
import io.semimeta.model.Placement;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Describes the network as the user asks for it.
 *
 * @param architecture the network's name, or {@code torchscript:} and a file's URI
 * @param width the factor on its channels, where it has one
 * @param initFrom the file or step folder of the initial weights, or empty for a draw
 * @param normalise whose mean and standard deviation the network's input has
 * @param syncBatchNorm whether batch statistics are those of all ranks' images
 */
public record NetworkRequest(
    String architecture,
    double width,
    Optional<String> initFrom,
    Normalise normalise,
    boolean syncBatchNorm) {
  private static final double DROPOUT = 0.5;

  /** Asks for the paper's network for CIFAR and SVHN. */
  public static NetworkRequest defaults() {
    return new NetworkRequest("convlarge", 1);
  }

  /** Asks for drawn weights and for batch statistics of each rank's own. */
  public NetworkRequest(String architecture, double width) {
    this(architecture, width, Optional.empty(), Normalise.DATA, false);
  }

  /** Returns the same with the initial weights' URI as all machines find it. */
  public NetworkRequest qualified(Configuration conf) {
    return new NetworkRequest(
        architecture,
        width,
        initFrom.map(uri -> DataFiles.qualified(new Path(uri), conf).toString()),
        normalise,
        syncBatchNorm);
  }

  /**
   * Returns a data set's manifest with the mean and deviation that the network's input has.
   *
   * @throws io.semimeta.UserError where its images do not have the channels
   */
  public DatasetManifest normalised(DatasetManifest manifest) {
    return normalise.apply(manifest);
  }

  /**
   * Makes the plan of the network for a data set.
   *
   * @param script the network's TorchScript file, if it has one
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
