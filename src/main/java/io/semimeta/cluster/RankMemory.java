package io.semimeta.cluster;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ManifestFile;
import io.semimeta.files.DataFiles;
import io.semimeta.image.ImageInput;
import io.semimeta.model.Placement;
import io.semimeta.plan.NetworkPlan;
import io.semimeta.plan.ScriptFile;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.plan.TrainingRequest;
import java.net.URI;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Estimates a rank's memory, except for TorchScript networks, whose need is not known. */
public final class RankMemory {
  private RankMemory() {}

  /**
   * Estimates before submission, from the data set's manifest alone.
   *
   * @throws UserError where the manifest cannot be read, or its images do not fit the network
   */
  public static Optional<MemoryEstimate> ofRequest(TrainingRequest request, Configuration conf) {
    URI data = DataFiles.qualified(new Path(request.data().data()), conf).toUri();
    DatasetManifest manifest = ManifestFile.read(data, conf);
    if (ScriptFile.isMeant(request.network().architecture())) {
      return Optional.empty();
    }
    NetworkPlan network = request.network().plan(manifest, Placement.CPU, Optional.empty());
    ImageInput input = ImageInput.of(manifest, request.data().imageSize());
    network.requireFit(input.height(), input.width());
    long all = manifest.splits().values().stream().mapToLong(DatasetManifest.Split::records).sum();
    long images = (all + request.workers() - 1) / request.workers();
    TrainingPlan.Loader loader = request.data().loaderFor(input, images);
    return Optional.of(estimate(request, network, input, loader, images));
  }

  /**
   * Estimates once the records' headers are read; a GPU's need is not known.
   *
   * @param images the number of one rank's images of all kinds
   */
  public static Optional<MemoryEstimate> ofPlan(
      TrainingPlan plan, TrainingRequest request, long images) {
    NetworkPlan network = plan.network();
    if (network.placement().isCuda() || network.isScripted()) {
      return Optional.empty();
    }
    return Optional.of(estimate(request, network, plan.input(), plan.loader(), images));
  }

  private static MemoryEstimate estimate(
      TrainingRequest request,
      NetworkPlan network,
      ImageInput input,
      TrainingPlan.Loader loader,
      long images) {
    return MemoryEstimate.of(
        network,
        request.method(),
        request.batch().size(),
        input,
        loader,
        images,
        request.workers());
  }
}
