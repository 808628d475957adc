package io.semimeta.report;

import io.semimeta.data.DatasetManifest;
import io.semimeta.data.LabelBalance;
import io.semimeta.data.LabelIndices;
import io.semimeta.data.LabelSplit;
import io.semimeta.data.ManifestFile;
import io.semimeta.data.Orientation;
import io.semimeta.data.RecordPosition;
import io.semimeta.data.SeededOrder;
import io.semimeta.evaluation.Evaluation;
import io.semimeta.evaluation.NotableImages;
import io.semimeta.evaluation.NotableImages.Notable;
import io.semimeta.files.DataFiles;
import io.semimeta.image.Thumbnail;
import io.semimeta.jobs.JobNames;
import io.semimeta.jobs.TaskErrors;
import io.semimeta.model.NativeLibrary;
import io.semimeta.recordio.RecordFiles;
import io.semimeta.recordio.RecordPositions;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Looks at a run's images with its network: the figures on the test split, or on what the run was
 * validated on, and a few images that a person should see.
 */
final class RunImages implements AutoCloseable {
  /** Is as many images of each kind as fit on a page of less than 1 MB. */
  private static final int SHOWN = 12;

  /** Is the longest side of a thumbnail, in pixels. */
  private static final int SIDE = 64;

  private final JavaSparkContext spark;
  private final Configuration conf;
  private final RunFiles run;
  private final URI data;
  private final int most;
  private final int tasks;
  private final DatasetManifest manifest;
  private final NotableImages network;

  /** Holds where the images of a split lie, for a scan reads all headers. */
  private final Map<String, List<RecordPosition>> scans = new HashMap<>();

  private Optional<Evaluation> evaluation = Optional.empty();
  private Optional<LabelSplit> split = Optional.empty();
  private boolean isSplitRead;
  private String judged = DatasetManifest.TRAIN;

  /**
   * Counts images.
   *
   * @param looked how many were looked at
   * @param all how many there are
   */
  record Sample(int looked, int all) {}

  /**
   * Holds what the page shows, the most notable first.
   *
   * @param classes the names of the classes
   * @param evaluation the figures, where there are images with a label to judge by
   * @param mistakes the most confident mistakes on those
   * @param uncertain the unlabelled images of the least confidence
   * @param doubted the labelled images whose label the network gives less than one half
   * @param unlabelled how many unlabelled images were looked at
   * @param labelled how many labelled ones; empty where nobody knows which they are
   */
  record Look(
      List<String> classes,
      Optional<Evaluation> evaluation,
      List<ShownImage> mistakes,
      List<ShownImage> uncertain,
      List<ShownImage> doubted,
      Sample unlabelled,
      Optional<Sample> labelled) {}

  /**
   * Reads network and manifest, and measures the figures.
   *
   * @param data the data set's folder
   * @param most how many labelled images, and how many unlabelled ones, are looked at
   * @param tasks about how many tasks to measure in; 0 for as many as suit the cluster
   * @throws io.semimeta.UserError where network, data and labels do not fit or cannot be read
   */
  RunImages(JavaSparkContext spark, RunFiles run, Path data, int most, int tasks)
      throws IOException {
    this.spark = spark;
    this.conf = spark.hadoopConfiguration();
    this.run = run;
    this.data = DataFiles.qualified(data, conf).toUri();
    this.most = most;
    this.tasks = tasks;
    this.manifest = ManifestFile.read(this.data, conf);
    this.network = new NotableImages(spark, run.folder(), this.data, manifest);
    try (JobNames names = names("predict images")) {
      evaluation = measure();
    } catch (Exception e) { // SparkException too, which nobody declares
      network.close();
      throw e;
    }
  }

  private JobNames names(String description) {
    return JobNames.grouped(spark, "semimeta report " + network.source(), description, false);
  }

  private Optional<Evaluation> measure() {
    for (String name : List.of(DatasetManifest.TEST, DatasetManifest.VAL)) {
      DatasetManifest.Split of = manifest.splits().get(name);
      if (of != null && of.records() > of.unlabelled()) {
        judged = name;
        return Optional.of(network.judge(name, tasks));
      }
    }
    List<RecordPosition> setAside = split().map(LabelSplit::validation).orElse(List.of());
    return setAside.isEmpty() ? Optional.empty() : Optional.of(network.judgeSetAside(setAside));
  }

  /** Returns the figures; empty where no image with a label is there to judge by. */
  Optional<Evaluation> evaluation() {
    return evaluation;
  }

  /** Divides the training images as the run did, by the list that it left. */
  private Optional<LabelSplit> split() {
    Path list = LabelIndices.file(run.folder());
    if (!isSplitRead && exists(list)) {
      split =
          Optional.of(LabelSplit.read(scan(DatasetManifest.TRAIN), list.toUri(), conf, rules()));
    }
    isSplitRead = true;
    return split;
  }

  private boolean exists(Path file) {
    try {
      return DataFiles.fileSystem(file, conf).exists(file);
    } catch (IOException e) {
      throw DataFiles.unreadable(file, e);
    }
  }

  private LabelSplit.Rules rules() {
    RunOptions options = run.options();
    int numValid = (int) options.whole("--num-valid").orElse(0);
    String balance = options.get("--label-balance").orElse(LabelBalance.EQUAL.toString());
    boolean equal = balance.equals(LabelBalance.EQUAL.toString());
    return new LabelSplit.Rules(
        manifest.classes(),
        numValid,
        equal ? LabelBalance.EQUAL : LabelBalance.PROPORTIONAL,
        seed());
  }

  private long seed() {
    return run.options().seed().orElse(0);
  }

  private List<RecordPosition> scan(String name) {
    return scans.computeIfAbsent(name, split -> RecordPositions.scan(spark, data, manifest, split));
  }

  /** Chooses the images to show, and makes their pictures. */
  Look look() {
    try (JobNames names = names("choose images to show")) {
      List<RecordPosition> labelled = some(split().map(LabelSplit::labelled).orElse(List.of()));
      List<RecordPosition> unlabelled = some(split().map(LabelSplit::unlabelled).orElse(List.of()));
      List<Notable> mistakes = network.mistakes(SHOWN);
      List<Notable> uncertain = network.uncertain(unlabelled, SHOWN);
      List<Notable> doubted = network.doubted(labelled, SHOWN);
      Map<String, Set<Long>> wanted = new HashMap<>();
      want(wanted, judged, mistakes);
      want(wanted, DatasetManifest.TRAIN, uncertain);
      want(wanted, DatasetManifest.TRAIN, doubted);
      Map<String, Map<Long, Pictured>> pictures = pictures(wanted);
      Map<Long, Pictured> ofTrain = pictures.getOrDefault(DatasetManifest.TRAIN, Map.of());
      return new Look(
          manifest.classes(),
          evaluation,
          shown(mistakes, pictures.getOrDefault(judged, Map.of())),
          shown(uncertain, ofTrain),
          shown(doubted, ofTrain),
          new Sample(unlabelled.size(), split.map(of -> of.unlabelled().size()).orElse(0)),
          split.map(of -> new Sample(labelled.size(), of.labelled().size())));
    }
  }

  /** Draws images by their ids and the run's seed alone. */
  private List<RecordPosition> some(List<RecordPosition> all) {
    if (all.size() <= most) {
      return all;
    }
    return SeededOrder.shuffled(all, seed(), SeededOrder.Purpose.REPORT, RecordPosition::id)
        .subList(0, most)
        .stream()
        .sorted(RecordPosition.ORDER)
        .toList();
  }

  private static void want(Map<String, Set<Long>> wanted, String split, List<Notable> images) {
    images.forEach(one -> wanted.computeIfAbsent(split, name -> new HashSet<>()).add(one.id()));
  }

  /** Holds what the driver needs of a shown image. */
  private record Pictured(String split, long id, String path, Thumbnail thumbnail)
      implements Serializable {}

  private Map<String, Map<Long, Pictured>> pictures(Map<String, Set<Long>> wanted) {
    JavaRDD<Pictured> all = spark.emptyRDD();
    Orientation orientation = manifest.orientation();
    for (Map.Entry<String, Set<Long>> one : wanted.entrySet()) {
      String name = one.getKey();
      List<RecordPosition> positions =
          scan(name).stream().filter(at -> one.getValue().contains(at.id())).toList();
      int partitions = Math.min(spark.defaultParallelism(), positions.size());
      all =
          all.union(
              RecordFiles.chosen(spark, data, manifest, name, positions, partitions, 1, true)
                  .map(
                      of ->
                          new Pictured(
                              name,
                              of.record().id(),
                              of.path(),
                              thumbnail(of.record().encoded(), orientation))));
    }
    JavaRDD<Pictured> found = all;
    Map<String, Map<Long, Pictured>> pictures = new HashMap<>();
    for (Pictured one : TaskErrors.unwrapped(spark, found::collect)) {
      pictures.computeIfAbsent(one.split, name -> new HashMap<>()).put(one.id, one);
    }
    return pictures;
  }

  private static Thumbnail thumbnail(byte[] encoded, Orientation orientation) {
    NativeLibrary.load(TaskContext.get().cpus());
    try {
      return Thumbnail.of(encoded, SIDE, orientation);
    } catch (IOException e) {
      return null; // the id is shown without a picture
    }
  }

  private static List<ShownImage> shown(List<Notable> images, Map<Long, Pictured> pictures) {
    return images.stream()
        .map(
            one -> {
              Optional<Pictured> picture = Optional.ofNullable(pictures.get(one.id()));
              return new ShownImage(
                  one, picture.map(Pictured::path), picture.map(Pictured::thumbnail));
            })
        .toList();
  }

  /** Frees the network. */
  @Override
  public void close() {
    network.close();
  }
}
