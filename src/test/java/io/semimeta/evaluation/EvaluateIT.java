package io.semimeta.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.semimeta.OutputException;
import io.semimeta.UserError;
import io.semimeta.console.HeardJobs;
import io.semimeta.console.HeardJobs.Job;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.DatasetManifest.Split;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.ManifestFile;
import io.semimeta.data.Orientation;
import io.semimeta.figures.FeaturePlot;
import io.semimeta.figures.PlotJob;
import io.semimeta.figures.PlotRequest;
import io.semimeta.files.FullDisk;
import io.semimeta.files.LeasedPlace;
import io.semimeta.image.ImageDecoder;
import io.semimeta.image.PngEncoder;
import io.semimeta.image.TestImages;
import io.semimeta.inference.LoadedNetwork;
import io.semimeta.jobs.LeasedOutput;
import io.semimeta.plot.PlottedImage.Kind;
import io.semimeta.recordio.LocalSpark;
import io.semimeta.recordio.NamedRecord;
import io.semimeta.recordio.RecordFiles;
import io.semimeta.report.EndOfRun;
import io.semimeta.report.ReportJob;
import io.semimeta.report.ReportRequest;
import io.semimeta.source.TestSources;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateIT {
  @TempDir private static Path folder;
  private static LocalSpark spark;
  private static TrainedOnce trained;
  private static Path step;

  @BeforeAll
  static void train() throws IOException {
    spark = new LocalSpark("local[2]");
    trained = TrainedOnce.make(spark, folder);
    step =
        trained
            .output()
            .resolve(String.format(Locale.ROOT, "checkpoints/step-%08d", TrainedOnce.STEPS));
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  private static EvaluateRequest request(Path checkpoint, Path data, String split) {
    return new EvaluateRequest(
        hadoop(checkpoint), hadoop(data), split, Optional.empty(), Optional.empty());
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri().toString());
  }

  private static List<ImageRecord> records(String split) {
    List<ImageRecord> records =
        new ArrayList<>(
            RecordFiles.rdd(
                    spark.context(), trained.data().toUri(), trained.manifest(), split, 2, 1, false)
                .map(NamedRecord::record)
                .collect());
    records.sort(Comparator.comparingLong(ImageRecord::id));
    return records;
  }

  @Test
  void equalsOneProcessHoweverTheWorkIsDivided() throws IOException {
    SingleProcess expected = SingleProcess.of(hadoop(step), records("test"));
    assertTrue(expected.top5Errors() > 0 && expected.top1Errors() < expected.examples());
    EvaluateRequest request = request(step, trained.data(), "test");
    Evaluation first = EvaluateJob.run(spark.session(), request);
    for (int tasks : new int[] {1, 2, 5, TrainedOnce.TEST}) {
      Evaluation evaluation = evaluation(request, tasks);
      assertEquals(expected.examples(), evaluation.examples());
      assertEquals((double) expected.top1Errors() / expected.examples(), evaluation.top1Error());
      assertEquals((double) expected.top5Errors() / expected.examples(), evaluation.top5Error());
      assertEquals(expected.crossEntropy(), evaluation.crossEntropy(), 1e-6);
      assertEquals(json(first), json(evaluation)); // in every bit
    }
    assertEquals(TrainedOnce.STEPS, first.step());
    assertEquals(
        Set.of(9L), new HashSet<>(first.perClass().stream().map(c -> c.examples()).toList()));
  }

  private static String json(Evaluation evaluation) {
    return new EvaluationReport(List.of(evaluation), List.of()).toJson();
  }

  @Test
  void aTrainingOutputMeansItsBestCheckpoint() throws IOException {
    try (HeardJobs heard = new HeardJobs(spark.context())) {
      Evaluation evaluation =
          EvaluateJob.run(spark.session(), request(trained.output(), trained.data(), "test"));
      assertEquals(hadoop(step).toString(), evaluation.checkpoint());
      String group = "semimeta evaluate " + evaluation.checkpoint();
      String headers = "read record headers of test";
      assertEquals(
          List.of(
              new Job(group, headers, Set.of(headers)),
              new Job(group, "predict test", Set.of("predict test"))),
          heard.all().subList(0, 2));
      assertEquals(
          Set.of("bin test by confidence"),
          heard.all().stream().skip(2).map(Job::description).collect(Collectors.toSet()));
      assertEquals(0, LoadedNetwork.loaded(), "the network is freed when the job ends");
    }
  }

  @Test
  void aReportIsTheSameHoweverTheWorkIsDivided() throws IOException {
    String command = "semimeta report --run run";
    Path page = trained.output().resolve("report.html");
    Evaluation seen =
        EndOfRun.report(spark.session(), hadoop(trained.output()), hadoop(trained.data()), command)
            .figures()
            .orElseThrow();
    assertEquals(0, LoadedNetwork.loaded(), "the network is freed");
    assertEquals(
        json(EvaluateJob.run(spark.session(), request(step, trained.data(), "test"))), json(seen));
    String first = Files.readString(page);
    assertTrue(first.endsWith("</html>\n") && first.length() < 1_000_000, first.length() + "");
    assertTrue(first.contains(String.format(Locale.ROOT, "%.1f %%", 100 * seen.top1Error())));
    int unlabelled = TrainedOnce.TRAIN + TrainedOnce.UNLABELLED - 4 * TrainedOnce.CLASSES;
    assertTrue(first.contains("Of all " + unlabelled + " unlabelled images."));
    long wrong = Math.round(seen.top1Error() * TrainedOnce.TEST);
    int shown = first.split("<img ", -1).length - 1;
    assertTrue(shown >= 12 + Math.min(12, wrong), shown + " pictures, " + wrong + " mistakes");
    assertTrue(first.contains("class 3/"), "paths are named");
    for (int tasks : new int[] {1, 5, TrainedOnce.TEST}) {
      Path file = folder.resolve("report-" + tasks + ".html");
      ReportRequest request =
          new ReportRequest(
              hadoop(trained.output()),
              Optional.empty(), // result.json names the data
              Optional.of(hadoop(file)),
              ReportRequest.MOST_IMAGES,
              command);
      new ReportJob(request, new Configuration()).run(spark.session(), tasks, ignored -> {});
      assertEquals(first, Files.readString(file), tasks + " tasks");
    }
    Files.delete(page); // other tests look at the folder
  }

  @Test
  void aFullDiskLeavesTheOldPage() throws IOException {
    Path page = Files.writeString(folder.resolve("old.html"), "old");
    ReportRequest request =
        new ReportRequest(
            hadoop(trained.output()),
            Optional.empty(),
            Optional.of(new org.apache.hadoop.fs.Path("full:" + page)),
            10,
            "semimeta report");
    ReportJob job = new ReportJob(request, FullDisk.configure(new Configuration()));
    FullDisk.files = ".*old.html.*";
    try {
      Exception error = assertThrows(Exception.class, () -> job.run(spark.session()));
      String line = OutputException.messageIn(error).orElseThrow();
      assertTrue(line.contains("old.html") && line.contains(": no space left on device"), line);
    } finally {
      FullDisk.files = "";
    }
    assertEquals("old", Files.readString(page));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(1, files.filter(file -> file.toString().contains("old.html")).count());
    }
  }

  @Test
  void aReportThatCannotBeMadeIsNoFailureOfTheRun() throws IOException {
    Path run = Files.createDirectory(folder.resolve("copy"));
    for (String name : List.of("result.json", "metrics.jsonl")) {
      Files.copy(trained.output().resolve(name), run.resolve(name));
    }
    org.apache.hadoop.fs.Path nowhere = hadoop(folder.resolve("nowhere"));
    EndOfRun.Seen seen =
        EndOfRun.report(spark.session(), hadoop(trained.output()), nowhere, "semimeta report");
    assertEquals(new EndOfRun.Seen(Optional.empty(), Optional.empty()), seen);
    assertFalse(Files.exists(trained.output().resolve("report.html")));
    ReportRequest request =
        new ReportRequest(hadoop(run), Optional.empty(), Optional.empty(), 10, "semimeta report");
    new ReportJob(request, new Configuration()).run(spark.session());
    String page = Files.readString(run.resolve("report.html"));
    assertTrue(page.contains("the folder holds no checkpoint of the network"), page);
    assertTrue(page.contains("Losses") && !page.contains("<img "), page);
  }

  /** Spark's own failures are checked exceptions that nobody declares. */
  @Test
  void aReportWhoseJobFailsIsNoFailureOfTheRun() throws InterruptedException {
    SparkListener cancelling =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart job) {
            spark.session().sparkContext().cancelAllJobs();
          }
        };
    spark.session().sparkContext().addSparkListener(cancelling);
    try {
      EndOfRun.Seen seen =
          EndOfRun.report(
              spark.session(), hadoop(trained.output()), hadoop(trained.data()), "semimeta report");
      assertEquals(new EndOfRun.Seen(Optional.empty(), Optional.empty()), seen);
    } finally {
      spark.session().sparkContext().removeSparkListener(cancelling);
    }
    awaitNoNetwork();
  }

  /** The network of a cancelled job is freed after a while; other tests count networks. */
  private static void awaitNoNetwork() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (hasRunningTasks() || LoadedNetwork.loaded() > 0) {
      assertTrue(System.nanoTime() < deadline, "a cancelled job's network is still loaded");
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  /** A cancelled task that still runs may load the network yet. */
  private static boolean hasRunningTasks() {
    return Stream.of(spark.session().sparkContext().statusTracker().getExecutorInfos())
        .anyMatch(executor -> executor.numRunningTasks() > 0);
  }

  @Test
  void imagesWithoutLabelArePredictedButNotCounted() throws IOException {
    Path csv = folder.resolve("files/predictions.csv");
    Path json = folder.resolve("files/report.json");
    EvaluateRequest request =
        new EvaluateRequest(
            hadoop(step),
            hadoop(trained.data()),
            "train",
            Optional.of(hadoop(json)),
            Optional.of(hadoop(csv)));
    Evaluation evaluation = EvaluateJob.run(spark.session(), request);
    assertEquals(TrainedOnce.TRAIN, evaluation.examples());
    assertEquals(TrainedOnce.UNLABELLED, evaluation.unlabelled());
    assertPredictions(Files.readAllLines(csv), evaluation);

    JsonNode report = new JsonMapper().readTree(json.toFile());
    assertEquals(TrainedOnce.TRAIN, report.get("examples").asInt());
    assertEquals(evaluation.top1Error(), report.get("top1_error").asDouble());
    assertEquals(evaluation.top5Error(), report.get("top5_error").asDouble());
    assertEquals("train", report.get("split").asText());
    assertEquals(3, report.at("/normalisation/mean").size());
    assertFalse(report.at("/normalisation/differs_from_data").asBoolean(true));
    assertEquals("class 3", report.at("/per_class/3/name").asText());
    assertEquals(10, report.at("/per_class/3/examples").asInt());
    assertFigures(report);
    try (Stream<Path> files = Files.list(json.getParent())) {
      assertEquals(2, files.count(), "nothing but the two files");
    }
  }

  /** The figures agree with one another; MetricsTest holds each against scikit-learn. */
  private static void assertFigures(JsonNode report) {
    long right = 0;
    for (int label = 0; label < TrainedOnce.CLASSES; label++) {
      assertEquals(TrainedOnce.CLASSES, report.at("/confusion/" + label).size());
      right += report.at("/confusion/" + label + "/" + label).asLong();
    }
    assertEquals(1 - report.get("top1_error").asDouble(), (double) right / TrainedOnce.TRAIN, 1e-9);
    assertTrue(report.at("/top1_interval/0").asDouble() < report.get("top1_error").asDouble());
    assertTrue(report.get("top1_error").asDouble() < report.at("/top1_interval/1").asDouble());
    assertEquals(report.get("expected_calibration_error"), report.at("/equal_width/error"));
    for (String bins : List.of("equal_width", "equal_mass")) {
      long examples = 0;
      double before = 0;
      for (JsonNode bin : report.at("/" + bins + "/bins")) {
        examples += bin.get("examples").asLong();
        assertTrue(before <= bin.get("from").asDouble(), bin.toString());
        before = bin.get("to").asDouble();
      }
      assertEquals(TrainedOnce.TRAIN, examples);
    }
    for (JsonNode bin : report.at("/equal_mass/bins")) {
      assertTrue(bin.get("examples").asLong() >= TrainedOnce.TRAIN / 15, bin.toString());
    }
  }

  @Test
  void severalCheckpointsAreCompared() throws IOException {
    Path json = folder.resolve("compared/report.json");
    Path early =
        trained
            .output()
            .resolve(String.format(Locale.ROOT, "checkpoints/step-%08d", TrainedOnce.STEPS - 10));
    assertTrue(Files.exists(early), () -> early + " is kept");
    EvaluateRequest request =
        new EvaluateRequest(
            List.of(hadoop(early), hadoop(step)),
            hadoop(trained.data()),
            "test",
            Optional.of(hadoop(json)),
            Optional.empty());
    EvaluationReport report =
        new EvaluateJob(request, spark.context().hadoopConfiguration()).run(spark.session());
    assertEquals(
        json(EvaluateJob.run(spark.session(), request(step, trained.data(), "test"))),
        json(report.evaluations().get(1)));
    Comparison pair = report.comparisons().get(0);
    long right = pair.bothRight() + pair.secondRight();
    Evaluation second = report.evaluations().get(1);
    assertEquals(1 - second.top1Error(), (double) right / second.examples(), 1e-12);
    assertEquals(
        second.examples(), right + pair.firstRight() + pair.bothWrong(), "each image counts once");
    JsonNode written = new JsonMapper().readTree(json.toFile());
    assertEquals(pair.pValue(), written.at("/comparisons/0/p_value").asDouble());
    assertEquals(second.top1Error(), written.at("/evaluations/1/top1_error").asDouble());
    EvaluateRequest both =
        new EvaluateRequest(
            request.checkpoints(), request.data(), "test", Optional.empty(), request.report());
    assertRefused("--predictions is for one --checkpoint", both);
  }

  private static void assertPredictions(List<String> lines, Evaluation evaluation)
      throws IOException {
    List<ImageRecord> records = records("train");
    float[][] logits = SingleProcess.logits(hadoop(step), records);
    assertEquals("id,label,predicted,confidence,path", lines.get(0));
    assertEquals(records.size() + 1, lines.size());
    Set<String> classes = new HashSet<>();
    int errors = 0;
    for (int i = 0; i < records.size(); i++) {
      String[] cells = lines.get(i + 1).split(",", 5);
      ImageRecord record = records.get(i);
      byte[] named = Files.readAllBytes(folder.resolve("in").resolve(unquoted(cells[4])));
      assertArrayEquals(named, record.encoded());
      assertEquals(Long.toString(record.id()), cells[0]);
      boolean known = record.label() != ImageRecord.NO_LABEL;
      assertEquals(known ? Integer.toString(record.label()) : "", cells[1]);
      int predicted = SingleProcess.argmax(logits[i]);
      assertEquals(Integer.toString(predicted), cells[2]);
      double sum = 0;
      for (float logit : logits[i]) {
        sum += Math.exp(logit - logits[i][predicted]);
      }
      assertEquals(1 / sum, Double.parseDouble(cells[3]), 1e-5);
      classes.add(cells[2]);
      errors += known && predicted != record.label() ? 1 : 0;
    }
    assertTrue(classes.size() >= 3, "a network that tells something apart: " + classes);
    assertEquals((double) errors / TrainedOnce.TRAIN, evaluation.top1Error());
  }

  /** By RFC 4180. */
  private static String unquoted(String cell) {
    if (!cell.startsWith("\"")) {
      assertFalse(cell.contains(",") || cell.contains("\""), cell);
      return cell;
    }
    assertTrue(cell.endsWith("\""), cell);
    return cell.substring(1, cell.length() - 1).replace("\"\"", "\"");
  }

  /** The same record files under another manifest. */
  private static Path variant(String name, UnaryOperator<DatasetManifest> change)
      throws IOException {
    Path copy = folder.resolve(name);
    copy(trained.data(), copy);
    ManifestFile.write(change.apply(trained.manifest()), copy.toUri(), new Configuration());
    return copy;
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static DatasetManifest manifest(
      List<String> classes, int side, List<Double> mean, Map<String, Split> splits) {
    DatasetManifest old = trained.manifest();
    return new DatasetManifest(
        old.schemaVersion(),
        old.name(),
        classes,
        3,
        side,
        side,
        old.orientation(),
        mean,
        old.std(),
        splits,
        null,
        null);
  }

  /**
   * A photograph that lies on its side is predicted as the upright one, unless it is not turned.
   */
  @Test
  void imagesAreTurnedAsTheManifestSays() throws IOException {
    BufferedImage image =
        new BufferedImage(TrainedOnce.SIDE, TrainedOnce.SIDE, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < TrainedOnce.SIDE; y++) {
      for (int x = 0; x < TrainedOnce.SIDE; x++) {
        image.setRGB(x, y, ((16 * x) << 16) | (6 * y));
      }
    }
    byte[] lying = TestImages.toBeTurned(TestImages.encode(image, "jpeg"));
    byte[] upright = PngEncoder.encode(ImageDecoder.decode(lying, 3, Orientation.EXIF));
    double expected = crossEntropy("upright", upright);
    assertEquals(expected, crossEntropy("lying", lying));
    assertNotEquals(expected, crossEntropy("not-turned", lying, "--orientation", "stored"));
  }

  private static double crossEntropy(String name, byte[] image, String... more) throws IOException {
    Path input = folder.resolve(name + "-images");
    String file = image[1] == 'P' ? "image.png" : "image.jpg";
    for (String aClass : trained.manifest().classes()) {
      TestSources.file(input.resolve("test").resolve(aClass).resolve(file), image);
      TestSources.file(input.resolve("train").resolve(aClass).resolve(file), image);
    }
    Path data = folder.resolve(name);
    List<String> arguments = new ArrayList<>(List.of("--format", "image-folder", "--input"));
    arguments.addAll(List.of(input.toString(), "--output", data.toString()));
    arguments.addAll(List.of(more));
    spark.prepare(data, arguments);
    return evaluation(request(step, data, "test"), 1).crossEntropy();
  }

  @Test
  void theCheckpointsNormalisationCounts() throws IOException {
    Path brighter =
        variant(
            "brighter",
            old -> manifest(old.classes(), old.height(), List.of(0.9, 0.9, 0.9), old.splits()));
    Evaluation own = evaluation(request(step, trained.data(), "test"), 2);
    Evaluation other = evaluation(request(step, brighter, "test"), 2);
    assertFalse(own.normalisation().differsFromData());
    assertTrue(other.normalisation().differsFromData());
    assertEquals(own.normalisation().mean(), other.normalisation().mean());
    assertEquals(own.crossEntropy(), other.crossEntropy());
  }

  private static void assertRefused(String message, EvaluateRequest request) {
    UserError error =
        assertThrows(UserError.class, () -> EvaluateJob.run(spark.session(), request));
    assertTrue(error.getMessage().contains(message), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }

  @Test
  void dataThatDoesNotFitIsRefused() throws IOException {
    DatasetManifest old = trained.manifest();
    List<String> renamed = new ArrayList<>(old.classes());
    renamed.set(4, "dog");
    Path otherClasses =
        variant("renamed", m -> manifest(renamed, m.height(), m.mean(), m.splits()));
    assertRefused(
        "its class 4 is 'dog', the network's 'class 4'", request(step, otherClasses, "test"));
    Path otherSize = variant("larger", m -> manifest(m.classes(), 20, m.mean(), m.splits()));
    assertRefused("are 20x20 pixels, the network's are 14x14", request(step, otherSize, "test"));
    Path otherSizes = variant("various", m -> manifest(m.classes(), 0, m.mean(), m.splits()));
    assertRefused("its images differ in size", request(step, otherSizes, "test"));
  }

  @Test
  void splitsWithoutLabelledImagesAreRefused() throws IOException {
    assertRefused("--split none: ", request(step, trained.data(), "none"));
    Path empty =
        variant(
            "empty",
            m -> {
              Map<String, Split> splits = new HashMap<>(m.splits());
              List<Long> perClass = java.util.Collections.nCopies(TrainedOnce.CLASSES, 0L);
              splits.put("test", new Split(0, 0, perClass, List.of()));
              return manifest(m.classes(), m.height(), m.mean(), splits);
            });
    assertRefused("holds no images of it", request(step, empty, "test"));
  }

  @Test
  void checkpointsThatAreMissingOrDamagedAreRefused() throws IOException {
    assertRefused("no such folder", request(folder.resolve("gone"), trained.data(), "test"));
    assertRefused("neither a step folder", request(trained.data(), trained.data(), "test"));
    Path damaged =
        folder.resolve(String.format(Locale.ROOT, "damaged/step-%08d", TrainedOnce.STEPS));
    copy(step, damaged);
    Path weights = damaged.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length / 2] ^= 1;
    Files.write(weights, bytes);
    assertRefused("model.safetensors: damaged", request(damaged, trained.data(), "test"));
  }

  @Test
  void aTasksErrorComesInOneLine() throws IOException {
    Path broken = variant("broken", m -> m);
    for (DatasetManifest.Shard shard : trained.manifest().splits().get("test").shards()) {
      Path file = broken.resolve(shard.file());
      byte[] bytes = Files.readAllBytes(file);
      // The first record's image begins after its frame (8 bytes) and header (24 bytes).
      bytes[32] ^= 1;
      Files.write(file, bytes);
    }
    assertRefused("is not the one that prepare wrote", request(step, broken, "test"));
  }

  private static EvaluateRequest reporting(String report) {
    return new EvaluateRequest(
        hadoop(folder.resolve("gone")),
        hadoop(trained.data()),
        "test",
        Optional.of(new org.apache.hadoop.fs.Path(report)),
        Optional.empty());
  }

  @Test
  void filesThatAnotherRunWritesAreLeftAlone() throws IOException {
    Path file = folder.resolve("shared.csv");
    EvaluateRequest request =
        new EvaluateRequest(
            hadoop(step),
            hadoop(trained.data()),
            "test",
            Optional.empty(),
            Optional.of(hadoop(file)));
    EvaluateJob second = new EvaluateJob(request, spark.context().hadoopConfiguration());
    LeasedPlace place = LeasedPlace.ofFile("--predictions", hadoop(file));
    try (LeasedOutput first =
        LeasedOutput.take(spark.context(), "evaluate", List.of(place), words -> {})) {
      assertRefused(": in use by evaluate on ", request);
      UserError refused = assertThrows(UserError.class, () -> second.run(spark.session()));
      String application = ", application " + spark.context().sc().applicationId() + ", since ";
      assertTrue(refused.getMessage().contains(application), refused.getMessage());
      assertFalse(Files.exists(file));
    }
    second.run(spark.session());
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          List.of(file), files.filter(found -> found.toString().contains("shared.csv")).toList());
    }
  }

  @Test
  void filesThatCannotBeWrittenAreRefusedBeforeTheWork() {
    assertRefused("is a folder; name a file", reporting(folder.toString()));
    assertRefused("--report nofs://host/r.json: cannot be", reporting("nofs://host/r.json"));
  }

  private static PlotRequest plot(String output, int numPoint, double perplexity) {
    return new PlotRequest(
        List.of(hadoop(step), hadoop(trained.output())),
        hadoop(trained.data()),
        hadoop(trained.output().resolve("label_indices.txt")),
        numPoint,
        perplexity,
        5,
        hadoop(folder.resolve(output)));
  }

  @Test
  void featuresAreDrawn() throws IOException {
    PlotRequest request = plot("figures/features.svg", 20, 8);
    FeaturePlot plot = new PlotJob(request, new Configuration()).run(spark.session());
    assertEquals(2, plot.rows().size());
    int labelled = 4 * TrainedOnce.CLASSES;
    assertEquals(labelled, plot.count(Kind.LABELLED));
    assertEquals(20, plot.count(Kind.UNLABELLED));
    assertEquals(20, plot.count(Kind.TEST));
    String svg = Files.readString(folder.resolve("figures/features.svg"));
    assertTrue(svg.contains("labelled: 28, by class") && svg.contains("step 150"), "titles");
    List<String> lines = Files.readAllLines(folder.resolve("figures/features.csv"));
    assertEquals("checkpoint,id,kind,label,class,x,y", lines.get(0));
    int images = plot.images().size();
    assertEquals(1 + 2 * images, lines.size());
    assertEquals(lines.subList(1, 1 + images), lines.subList(1 + images, lines.size()));
    assertCoordinates(lines.subList(1, 1 + images));
    try (Stream<Path> files = Files.list(folder.resolve("figures"))) {
      assertEquals(2, files.count(), "nothing but the two files");
    }
  }

  /** What all images' features come to is known from the first ones. */
  @Test
  void featuresThatTheDriverCannotHoldAreRefused() throws IOException {
    SparkConf conf = spark.context().sc().conf();
    String most = "spark.driver.maxResultSize";
    conf.set(most, "30k");
    try {
      PlotJob job = new PlotJob(plot("held/features.svg", 5000, 8), new Configuration());
      UserError error = assertThrows(UserError.class, () -> job.run(spark.session()));
      assertTrue(
          error.getMessage().startsWith("138 images of 6 features are about 0 MiB, and " + most),
          error.getMessage());
    } finally {
      conf.remove(most);
    }
    assertFalse(Files.exists(folder.resolve("held/features.csv")));
  }

  /** Checks that images are what the data set says, and that classes lie together. */
  private static void assertCoordinates(List<String> lines) throws IOException {
    Map<String, Integer> labels = new HashMap<>();
    records("train").forEach(one -> labels.put("train" + one.id(), one.label()));
    records("test").forEach(one -> labels.put("test" + one.id(), one.label()));
    List<String> listed = new ArrayList<>();
    int together = 0;
    for (String line : lines) {
      String[] cells = line.split(",", -1);
      assertEquals(hadoop(step).toString(), cells[0]);
      String split = cells[2].equals("test") ? "test" : "train";
      int label = labels.get(split + cells[1]);
      assertEquals(
          label == ImageRecord.NO_LABEL ? "," : label + ",class " + label,
          cells[3] + "," + cells[4]);
      if (cells[2].equals("labelled")) {
        listed.add(cells[1]);
        String nearest =
            lines.stream()
                .filter(other -> !other.equals(line) && other.contains(",labelled,"))
                .min(Comparator.comparingDouble(other -> distance(cells, other.split(",", -1))))
                .orElseThrow();
        together += nearest.split(",", -1)[3].equals(cells[3]) ? 1 : 0;
      }
    }
    assertEquals(Files.readAllLines(trained.output().resolve("label_indices.txt")), listed);
    assertTrue(together > listed.size() / 2, together + " have a neighbour of their class");
  }

  private static double distance(String[] a, String[] b) {
    return Math.hypot(
        Double.parseDouble(a[5]) - Double.parseDouble(b[5]),
        Double.parseDouble(a[6]) - Double.parseDouble(b[6]));
  }

  @Test
  void figuresThatCannotBeDrawnAreRefusedBeforeTheWork() throws IOException {
    assertRefused(
        "--output " + hadoop(folder.resolve("a.gif")) + ": must end in", plot("a.gif", 5, 8));
    assertRefused("too large for 38 images, for which 12 is the largest", plot("a.svg", 5, 30));
    Path list = Files.writeString(folder.resolve("none.txt"), "123456\n");
    PlotRequest unknown =
        new PlotRequest(
            List.of(hadoop(step)),
            hadoop(trained.data()),
            hadoop(list),
            20,
            8,
            0,
            hadoop(folder.resolve("unknown.png")));
    PlotJob job = new PlotJob(unknown, new Configuration());
    UserError error = assertThrows(UserError.class, () -> job.run(spark.session()));
    assertTrue(error.getMessage().endsWith("line 1: image 123456 is no training image"));
    assertFalse(Files.exists(folder.resolve("unknown.png")));
    assertFalse(Files.exists(folder.resolve("unknown.csv")));
  }

  private static void assertRefused(String message, PlotRequest request) {
    UserError error =
        assertThrows(UserError.class, () -> new PlotJob(request, new Configuration()));
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }

  /** Evaluates in about so many tasks. */
  private static Evaluation evaluation(EvaluateRequest request, int tasks) throws IOException {
    return new EvaluateJob(request, spark.context().hadoopConfiguration())
        .run(spark.session(), tasks)
        .evaluations()
        .get(0);
  }
}
