package io.semimeta.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.data.DatasetManifest;
import io.semimeta.distributed.EngineKind;
import io.semimeta.distributed.EngineOptions;
import io.semimeta.distributed.TrainingJob;
import io.semimeta.evaluation.EvaluateJob;
import io.semimeta.evaluation.EvaluateRequest;
import io.semimeta.evaluation.PredictJob;
import io.semimeta.evaluation.PredictRequest;
import io.semimeta.evaluation.PreparedInput;
import io.semimeta.evaluation.table.Mode;
import io.semimeta.figures.PlotJob;
import io.semimeta.figures.PlotRequest;
import io.semimeta.files.WholeFile;
import io.semimeta.image.TestImages;
import io.semimeta.model.TestNetworks;
import io.semimeta.plan.DataRequest;
import io.semimeta.plan.RunRequest;
import io.semimeta.plan.ScriptFile;
import io.semimeta.plan.TestRequest;
import io.semimeta.plan.TrainingRequest;
import io.semimeta.recordio.LocalSpark;
import io.semimeta.training.TrainingListeners;
import io.semimeta.training.TrainingResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** What must be the same on each file system, to the byte. */
abstract class FileSystemSuite {
  static final int STEPS = 12;
  static final int HALF = 6;
  private static final int IMAGES = 48;

  /** Digests by file, of whichever file system came first. */
  private static final Map<String, Map<String, String>> EXPECTED = new ConcurrentHashMap<>();

  /** Two executors. */
  abstract LocalSpark spark();

  /** An empty folder of the file system, as a URI. */
  abstract String root();

  @Test
  void everyCommandDoesTheSame() throws IOException {
    writeImages();
    DatasetManifest manifest = prepare("/prepared");
    assertEquals(IMAGES, records(manifest));
    assertAsElsewhere("/prepared");
    UserError taken = assertThrows(UserError.class, () -> prepare("/prepared"));
    assertTrue(taken.getMessage().contains("holds a prepared data set"), taken.getMessage());
    long rows = spark().session().read().format("recordio").load(root() + "/prepared").count();
    assertEquals(IMAGES, rows);

    train("/prepared", "/run", false);
    assertWeightsAsElsewhere("/run");
    assertEquals(EXPECTED.computeIfAbsent("names", key -> names("/run")), names("/run"));
    taken = assertThrows(UserError.class, () -> train("/prepared", "/run", false));
    assertTrue(taken.getMessage().contains("already holds a run"), taken.getMessage());

    Path last = path(String.format(Locale.ROOT, "/run/checkpoints/step-%08d", STEPS));
    assertTrue(fileSystem().delete(new Path(last, "MANIFEST"), false));
    assertEquals(List.of((long) HALF), store("/run").committed(), "no marker, no checkpoint");
    assertEquals(HALF, train("/prepared", "/run", true).validations().get(0).step());
    assertWeightsAsElsewhere("/run");

    evaluate();
    predictions();
    figure();
  }

  private void evaluate() throws IOException {
    Path report = path("/reports/errors.json");
    Path predictions = path("/reports/predictions.csv");
    EvaluateJob.run(
        spark().session(),
        new EvaluateRequest(
            path("/run"),
            path("/prepared"),
            "test",
            Optional.of(report),
            Optional.of(predictions)));
    assertTrue(text(report).contains("\"top1_error\""), text(report));
    String lines = text(predictions);
    assertEquals(EXPECTED.computeIfAbsent("csv", key -> Map.of("", lines)), Map.of("", lines));
  }

  /** A new table, then the same again in its place, and once more beside it. */
  private void predictions() throws IOException {
    Path table = path("/predictions/of run");
    for (Mode mode : List.of(Mode.ERRORIFEXISTS, Mode.OVERWRITE, Mode.APPEND)) {
      PredictRequest request =
          new PredictRequest(
              path("/run"),
              new PreparedInput(path("/prepared"), Optional.empty(), false),
              table,
              mode,
              false);
      PredictJob.Result result = new PredictJob(request, conf()).run(spark().session());
      assertEquals(IMAGES, result.images(), mode.name());
    }
    Dataset<Row> rows = spark().session().read().parquet(table.toString());
    assertEquals(2 * IMAGES, rows.count());
    assertEquals(IMAGES, rows.distinct().count());
    Map<String, String> found = new TreeMap<>();
    rows.selectExpr("split", "id", "probabilities")
        .collectAsList()
        .forEach(row -> found.put(row.get(0) + " " + row.get(1), row.get(2).toString()));
    assertEquals(EXPECTED.computeIfAbsent("table", key -> found), found);
    assertEquals(1, fileSystem().listStatus(table.getParent()).length, "nothing beside it");
  }

  private void figure() throws IOException {
    PlotRequest request =
        new PlotRequest(
            List.of(path("/run")),
            path("/prepared"),
            path("/run/label_indices.txt"),
            10,
            5,
            0,
            path("/figures/features.svg"));
    new PlotJob(request, conf()).run(spark().session());
    Map<String, String> files = digests("/figures");
    assertEquals(Set.of("features.csv", "features.svg"), files.keySet());
    String coordinates = text(path("/figures/features.csv")).replaceAll("(?m)^[^,]*,", "");
    assertEquals(
        EXPECTED.computeIfAbsent("places", key -> Map.of("", coordinates)),
        Map.of("", coordinates));
    assertTrue(text(path("/figures/features.svg")).endsWith("</svg>\n"));
  }

  @Test
  void weightsAndNetworksAreRead() throws IOException {
    Path file = path("/networks/plain.pt");
    byte[] script = Files.readAllBytes(TestNetworks.script("traced-plain"));
    WholeFile.replace(file, conf(), script);
    ScriptFile.read(file.toString(), conf()).keep(path("/scripted"), conf());
    try (InputStream in = fileSystem().open(ScriptFile.in(path("/scripted")))) {
      assertEquals(DigestUtils.sha256Hex(script), DigestUtils.sha256Hex(in));
    }
  }

  @Test
  void aFileIsReplacedAsAWhole() throws IOException {
    Path file = path("/replaced/file.json");
    WholeFile.replace(
        file, conf(), "the first, which is longer".getBytes(StandardCharsets.US_ASCII));
    WholeFile.replace(file, conf(), "second".getBytes(StandardCharsets.US_ASCII));
    assertEquals("second", text(file));
    assertEquals(1, fileSystem().listStatus(file.getParent()).length, "nothing beside it");
  }

  final DatasetManifest prepare(String output) throws IOException {
    return spark()
        .prepare(
            path(output).toUri(),
            List.of(
                "--format image-folder --input %s/in --output %s --test-fraction 0.25"
                    .formatted(root(), root() + output)
                    .split(" ")));
  }

  final void writeImages() throws IOException {
    if (fileSystem().exists(path("/in"))) {
      return;
    }
    for (int i = 0; i < IMAGES; i++) {
      Path file = path(String.format(Locale.ROOT, "/in/class %d/%02d.png", i % 3, i));
      WholeFile.replace(file, conf(), TestImages.png(1, 28, 28, i));
    }
  }

  private static long records(DatasetManifest manifest) {
    return manifest.splits().values().stream().mapToLong(DatasetManifest.Split::records).sum();
  }

  final TrainingResult train(String data, String output, boolean resume) throws IOException {
    EngineOptions options =
        new EngineOptions(EngineKind.BARRIER, 0, Duration.ofMinutes(2), Duration.ofMinutes(2));
    TrainingRequest request =
        new TestRequest(DataRequest.drawn(root() + data, 12, 6), root() + output, STEPS)
            .batchSize(4)
            .resume(resume ? RunRequest.Resume.YES : RunRequest.Resume.NO)
            .checkpointEvery(HALF)
            .build();
    return new TrainingJob(spark().session(), request, options)
        .run(new TrainingListeners(List.of()));
  }

  final void assertWeightsAsElsewhere(String output) throws IOException {
    String step = output + String.format(Locale.ROOT, "/checkpoints/step-%08d", STEPS);
    Map<String, String> digests = digests(step);
    digests.keySet().retainAll(List.of("model.safetensors", "optimizer.safetensors"));
    assertEquals(2, digests.size(), digests.toString());
    assertEquals(EXPECTED.computeIfAbsent("weights", key -> digests), digests);
  }

  final CheckpointStore store(String output) throws IOException {
    return new CheckpointStore(path(output), conf());
  }

  final void assertAsElsewhere(String prepared) throws IOException {
    Map<String, String> digests = digests(prepared);
    assertEquals(EXPECTED.computeIfAbsent("prepared", key -> digests), digests);
  }

  /** Of the files in a folder. */
  private Map<String, String> digests(String folder) throws IOException {
    Map<String, String> digests = new TreeMap<>();
    for (FileStatus file : fileSystem().listStatus(path(folder))) {
      try (InputStream in = fileSystem().open(file.getPath())) {
        digests.put(file.getPath().getName(), DigestUtils.sha256Hex(in));
      }
    }
    return digests;
  }

  /** All that lies in a folder, folders included. */
  private Map<String, String> names(String folder) {
    Map<String, String> names = new TreeMap<>();
    List<FileStatus> found = new ArrayList<>();
    try {
      found.addAll(List.of(fileSystem().listStatus(path(folder))));
      for (int i = 0; i < found.size(); i++) {
        Path file = found.get(i).getPath();
        boolean isFolder = found.get(i).isDirectory();
        names.put(file.toString().substring(root().length()), isFolder ? "folder" : "file");
        if (isFolder) {
          found.addAll(List.of(fileSystem().listStatus(file)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }

  final String text(Path file) throws IOException {
    try (InputStream in = fileSystem().open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  final Path path(String inRoot) {
    return new Path(root() + inRoot);
  }

  final Configuration conf() {
    return spark().context().hadoopConfiguration();
  }

  final FileSystem fileSystem() throws IOException {
    return WholeFile.fileSystem(path("/"), conf());
  }
}
