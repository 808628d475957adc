package io.semimeta.distributed;

import io.semimeta.UserError;
import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.cluster.Cluster;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.LabelIndices;
import io.semimeta.data.ManifestFile;
import io.semimeta.files.DataFiles;
import io.semimeta.files.OutputLease;
import io.semimeta.files.OutputPlace;
import io.semimeta.image.ImageInput;
import io.semimeta.model.Placement;
import io.semimeta.plan.ComparedOptions;
import io.semimeta.plan.LabelDemand;
import io.semimeta.plan.NetworkPlan;
import io.semimeta.plan.ScriptFile;
import io.semimeta.plan.TrainingRequest;
import io.semimeta.training.InitialWeights;
import io.semimeta.training.TrainingState;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Finds before Spark starts what is wrong with a run: by its options, the data set's manifest, and
 * what its output holds. {@link TrainingJob} finds the rest.
 */
public final class TrainingCheck {
  private final TrainingRequest request;
  private final Configuration conf;
  private final Path output;
  private final URI data;

  private TrainingCheck(TrainingRequest request, Configuration conf) {
    this.request = request.withNetwork(request.network().qualified(conf));
    this.conf = conf;
    this.output = DataFiles.qualified(new Path(request.run().output()), conf);
    this.data = DataFiles.qualified(new Path(request.data().data()), conf).toUri();
  }

  /**
   * Refuses settings under which the run cannot work.
   *
   * @throws UserError naming the option or setting
   */
  public static void requireSettings(
      TrainingRequest request, EngineOptions options, Cluster cluster) {
    EngineKind engine = EngineKind.named(options.engine());
    cluster.contradictions();
    engine.requireSettings(cluster, options.allowUnencrypted());
    request.schedule().requireSound();
  }

  /** Returns the compared options whose values are known once the data set's records are. */
  public static Set<String> knownLater() {
    return PlanMaker.KNOWN_LATER;
  }

  /**
   * Refuses a run that the content of its folders rules out.
   *
   * @throws UserError naming the option or file
   */
  public static void requireFiles(TrainingRequest request, Configuration conf) throws IOException {
    new TrainingCheck(request, conf).requireFiles();
  }

  private void requireFiles() throws IOException {
    if (output.toUri().equals(data)) {
      throw new UserError(
          "--output %s: is the data set's own folder; choose another".formatted(output));
    }
    OutputLease.refuseLive(RunOutput.place(output), conf);
    CheckpointStore store = new CheckpointStore(output, conf);
    RunOutput.require(request.run(), output, store);
    OutputPlace.requireFolder("--output", output, conf);
    List<Long> steps = store.committed(); // where there are any, the run goes on
    DatasetManifest manifest = request.network().normalised(ManifestFile.read(data, conf));
    requireScript(!steps.isEmpty());
    NetworkPlan network = request.network().plan(manifest, Placement.CPU, Optional.empty());
    ImageInput input = ImageInput.of(manifest, request.data().imageSize());
    network.requireFit(input.height(), input.width());
    network.requireBatch(request.batch().size(), request.workers(), input);
    long stopAt = requireLength(manifest, input);
    if (!steps.isEmpty()) {
      requireSameOptions(store, steps.get(steps.size() - 1), stopAt);
    } else if (request.network().initFrom().isPresent()) {
      requireInitialWeights(request.network().initFrom().get(), network);
    }
  }

  /** Checks the numbers of images, classes, labels and ranks, and returns the run's last step. */
  private long requireLength(DatasetManifest manifest, ImageInput input) {
    DatasetManifest.Split train = manifest.splits().get(DatasetManifest.TRAIN);
    int valid = request.data().numValid();
    LabelDemand.require(request.data(), request.method(), request.seed(), manifest);
    long labelled;
    if (request.data().numLabel().isPresent()) {
      labelled = request.data().numLabel().getAsInt();
    } else {
      long known = train.perClass().stream().mapToLong(Long::longValue).sum();
      labelled =
          TrainingData.labelList(request.data(), data, manifest, conf)
              .map(file -> (long) LabelIndices.count(file, conf))
              .orElse(known - valid);
    }
    long unlabelled = Math.max(0, train.records() - labelled - valid);
    TrainingData.requireEnough(data, labelled, unlabelled, request.workers(), request.method());
    long all = manifest.splits().values().stream().mapToLong(DatasetManifest.Split::records).sum();
    request.data().loaderFor(input, all / request.workers());
    long globalBatch = (long) request.batch().size() * request.workers();
    long epoch = unlabelled == 0 ? labelled : unlabelled;
    long total =
        request.schedule().resolve(epoch, globalBatch, request.method().weight()).totalSteps();
    return request.run().resolve(output.toString(), total).stopAt();
  }

  /**
   * Requires the network's TorchScript file, where it has one.
   *
   * @param goesOn whether a run exists already, whose copy will do if the original is gone
   */
  private void requireScript(boolean goesOn) throws IOException {
    String architecture = request.network().architecture();
    if (ScriptFile.isMeant(architecture)) {
      String uri = ScriptFile.uri(architecture, conf);
      boolean copied = goesOn && ScriptFile.exists(ScriptFile.in(output).toString(), conf);
      if (!copied && !ScriptFile.exists(uri, conf)) {
        throw ScriptFile.missing(uri);
      }
    }
  }

  /** Checks the tensors of a named architecture; those of a script are known to libtorch alone. */
  private void requireInitialWeights(String initFrom, NetworkPlan network) throws IOException {
    InitialWeights weights = InitialWeights.read(initFrom, conf);
    if (!network.isScripted()) {
      weights.requireFit(network);
    }
  }

  /** Compares with the newest state's options; where that is damaged, the run goes further back. */
  private void requireSameOptions(CheckpointStore store, long step, long stopAt)
      throws IOException {
    TrainingState state;
    try {
      state = TrainingState.fromJson(store.readState(step), store.folder(step).toString());
    } catch (UserError e) {
      return;
    }
    RunOutput.requireGoesOn(state, ComparedOptions.of(request), PlanMaker.KNOWN_LATER, stopAt);
  }
}
