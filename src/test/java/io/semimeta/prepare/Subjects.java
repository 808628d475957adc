package io.semimeta.prepare;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semimeta.UserError;
import io.semimeta.checkpoint.Checkpoint;
import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.checkpoint.StoredTensor;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.LabelIndices;
import io.semimeta.data.ManifestFile;
import io.semimeta.data.Orientation;
import io.semimeta.image.StoredImage;
import io.semimeta.image.TestImages;
import io.semimeta.recordio.NamedRecord;
import io.semimeta.recordio.RecordHeader;
import io.semimeta.recordio.RecordIndex;
import io.semimeta.recordio.RecordReader;
import io.semimeta.recordio.Sidecar;
import io.semimeta.source.TestSources;
import io.semimeta.training.TrainingState;
import io.semimeta.training.metrics.MetricsFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;

/** A small file for every parser. */
final class Subjects extends SubjectFolder {
  private static final Configuration CONF = new Configuration();
  private static final JsonMapper JSON = new JsonMapper();
  private static final Path SAMPLE = Path.of("data-prep/fashion-mnist/sample");

  private Subjects(Path root) {
    super(root);
  }

  static List<Subject> in(Path folder) throws Exception {
    Subjects subjects = new Subjects(folder);
    subjects.dataSet();
    subjects.unfinished();
    subjects.run();
    subjects.lists();
    subjects.images();
    subjects.all.addAll(SourceSubjects.in(folder));
    subjects.all.addAll(RunSubjects.in(folder));
    return subjects.all;
  }

  private static String digest(byte[] bytes) {
    return DigestUtils.md5Hex(bytes);
  }

  private Path file(String path, String content) throws IOException {
    TestSources.file(root.resolve(path), content.getBytes(StandardCharsets.UTF_8));
    return root.resolve(path);
  }

  private static String records(Path file, Sidecar sidecar) throws IOException {
    StringBuilder text = new StringBuilder();
    try (RecordReader reader = RecordReader.open(hadoop(file), CONF).checkedBy(sidecar)) {
      for (ImageRecord record; (record = reader.next()) != null; ) {
        text.append(record.id()).append(' ').append(record.label()).append(' ');
        text.append(digest(record.encoded())).append('\n');
      }
    }
    return text.toString();
  }

  private static String headers(Path file) throws IOException {
    StringBuilder text = new StringBuilder();
    try (RecordReader reader = RecordReader.openForHeaders(hadoop(file), CONF)) {
      for (RecordHeader header; (header = reader.nextHeader()) != null; ) {
        header.checkLabel(hadoop(file), 10);
        text.append(header).append('\n');
      }
    }
    return text.toString();
  }

  /** A data set with sidecars, and one without. */
  private void dataSet() throws IOException {
    Path set = root.resolve("data-set");
    Unfinished unfinished = Unfinished.in(hadoop(Files.createDirectories(set)), "0123");
    List<NamedRecord> images = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      byte[] png = TestImages.png(1, 6, 6, i);
      images.add(new NamedRecord(new ImageRecord(i, i % 3, png), "class/" + i + ".png"));
    }
    ShardWriter.write(set.toUri(), "train.rec", 1, images.iterator(), unfinished, CONF);
    Path shard = set.resolve("train.rec");
    addChecked(shard, 0, () -> records(shard, Sidecar.read(hadoop(shard), CONF)));
    addChecked(set.resolve("train.meta"), 0, () -> records(shard, sidecar(shard)));
    add(shard, 64, () -> headers(shard));
    add(shard, 64, () -> records(shard, null));
    add(set.resolve("train.idx"), 0, () -> RecordIndex.entries(hadoop(shard), CONF).toString());
    Path old = Files.createDirectories(root.resolve("manifest"));
    Files.copy(SAMPLE.resolve("manifest.json"), old.resolve("manifest.json"));
    for (String split : List.of("train", "test")) {
      for (int i = 0; i < 4; i++) {
        String name = String.format(Locale.ROOT, "%s-%05d-of-00004.rec", split, i);
        Files.copy(SAMPLE.resolve(name), old.resolve(name));
      }
    }
    Path manifest = old.resolve("manifest.json");
    all.add(
        new Subject(
            manifest,
            400,
            false,
            "/manifest/", // a shard's name may be the one at fault
            () -> ManifestFile.read(old.toUri(), CONF).toString()));
  }

  /** The table, and every path. */
  private static Sidecar sidecar(Path shard) throws IOException {
    Sidecar sidecar = Sidecar.read(hadoop(shard), CONF);
    try (Sidecar.Paths paths = sidecar.paths()) {
      for (long offset : RecordIndex.offsets(hadoop(shard), CONF)) {
        paths.of(hadoop(shard), offset);
      }
    }
    return sidecar;
  }

  private void unfinished() throws IOException {
    Path set = root.resolve("data-set");
    Unfinished unfinished = Unfinished.in(hadoop(set), "0123");
    Path receipt = Path.of(unfinished.folder()).resolve("train.rec.json");
    // Damaged, it counts as none: the shard is made again.
    add(receipt, 0, () -> String.valueOf(unfinished.verified("train.rec", CONF)));
    List<SurveyedImage> images = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      long[] sums = {i};
      images.add(new SurveyedImage("train", i, 1, "a/" + i, 9, 1, 4, 4, sums, sums, null));
    }
    unfinished.writeSurvey(images, CONF);
    Path survey = Path.of(unfinished.folder()).resolve("survey.jsonl.gz");
    addChecked(
        survey,
        20,
        () ->
            unfinished
                .survey(CONF)
                .map(found -> JSON.valueToTree(found).toString())
                .orElseThrow(() -> new UserError("survey.jsonl.gz counts as none")));
  }

  private static StoredTensor tensor(long... shape) {
    int count = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    ByteBuffer data = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      data.putFloat(i * Float.BYTES, i / 7f);
    }
    return new StoredTensor("F32", shape, data);
  }

  private static String text(Map<String, StoredTensor> tensors) {
    StringBuilder text = new StringBuilder();
    tensors.forEach(
        (name, tensor) -> {
          byte[] bytes = new byte[tensor.data().remaining()];
          tensor.data().get(bytes);
          text.append(name).append(Arrays.toString(tensor.shape())).append(digest(bytes));
        });
    return text.toString();
  }

  /** A run's checkpoint and figures. */
  private void run() throws Exception {
    Path run = Files.createDirectories(root.resolve("run"));
    CheckpointStore store = new CheckpointStore(hadoop(run), CONF);
    String state =
        """
        {"step":20,"best_step":20,"batches_tracked":20,"seconds":1.5,
         "network":{"architecture":"convlarge",
           "options":{"classes":2,"channels":1,"width":0.25,"dropout":0.5}},
         "data":{"classes":["cat","dog"],"channels":1,"height":14,"width":14,"cropped":false,
           "mean":[0.28],"std":[0.33]},
         "options":{"--batch-size":"8"},"validations":[]}
        """;
    Map<String, StoredTensor> model = new LinkedHashMap<>(); // the same order each time
    model.put("conv.weight", tensor(4, 3, 3, 3));
    model.put("bn.running_mean", tensor(4));
    Map<String, StoredTensor> velocity = Map.of("conv.weight", tensor(4, 3, 3, 3));
    store.write(new Checkpoint(20, model, velocity, (ObjectNode) JSON.readTree(state)));
    Path checkpoint = Path.of(store.folder(20).toUri().getPath());
    for (String name :
        List.of("model.safetensors", "optimizer.safetensors", "state.json", "MANIFEST")) {
      all.add(
          new Subject(
              checkpoint.resolve(name),
              300,
              true,
              "step-00000020",
              () -> {
                Checkpoint read = store.read(20);
                return read.state() + text(read.model()) + text(read.optimizer());
              }));
    }
    Path weights = root.resolve("weights.safetensors");
    Files.copy(checkpoint.resolve("model.safetensors"), weights);
    add(weights, 200, () -> text(CheckpointStore.readWeights(hadoop(weights), CONF)));
    Path saved = root.resolve("weights.pth");
    Files.copy(Path.of("src/test/resources/io/semimeta/checkpoint/views.pth"), saved);
    addChecked(saved, 60, () -> text(CheckpointStore.readWeights(hadoop(saved), CONF)));
    Path json = file("state/state.json", state);
    add(
        json,
        0,
        () -> {
          ObjectNode node;
          try {
            node = JSON.readValue(json.toFile(), ObjectNode.class);
          } catch (IOException e) { // its SHA-256 is compared before
            throw new UserError("state.json: " + e.getMessage());
          }
          return TrainingState.fromJson(node, "").toString();
        });
    StringBuilder rows = new StringBuilder();
    for (int i = 1; i < 9; i++) {
      rows.append("{\"step\":").append(i);
      rows.append(",\"kind\":\"train\",\"time\":\"2026-01-01T00:00:00Z\",\"loss\":1.25}\n");
    }
    Path metrics = file("metrics/metrics.jsonl", rows.toString());
    add(metrics, 0, () -> MetricsFiles.resume(hadoop(metrics.getParent()), CONF, 9).rows() + "");
  }

  private void lists() throws IOException {
    Path ids = file("lists/label_indices.txt", "17\n4\n99\n1203\n".repeat(8));
    add(ids, 0, () -> LabelIndices.count(ids.toUri(), CONF) + "");
    List<SurveyedImage> images = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      long[] none = {0};
      images.add(new SurveyedImage("train", i, 1, "c/" + i + ".png", 9, 1, 4, 4, none, none, null));
    }
    Path list = file("lists/labels.txt", "0\nc/3.png\n7.png 1\n");
    add(
        list,
        0,
        () ->
            LabelList.read(list.toUri(), CONF).images(images, images).stream()
                .map(SurveyedImage::id)
                .sorted()
                .toList()
                .toString());
  }

  /** Images alone: who reads them adds their names. */
  private void images() throws IOException {
    BufferedImage colour = new BufferedImage(33, 21, BufferedImage.TYPE_3BYTE_BGR);
    BufferedImage grey = new BufferedImage(20, 20, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 20 * 20; i++) {
      colour.setRGB(i % 20, i / 20, i * 40_503);
      grey.getRaster().setSample(i % 20, i / 20, 0, i);
    }
    for (String format : List.of("jpeg", "png", "bmp", "tiff", "gif")) {
      for (BufferedImage image : List.of(colour, grey)) {
        String name = (image == grey ? "grey." : "colour.") + format;
        Path file = root.resolve("images").resolve(name);
        TestSources.file(file, TestImages.encode(image, format));
        all.add(new Subject(file, 60, false, "", () -> pixels(file)));
      }
    }
  }

  private static String pixels(Path file) throws IOException {
    StoredImage stored = StoredImage.of(Files.readAllBytes(file), Orientation.EXIF);
    return digest(TestImages.decode(stored.encoded()).pixels());
  }
}
