package io.semimeta.recordio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.semimeta.data.DatasetManifest;
import io.semimeta.data.DatasetManifest.Shard;
import io.semimeta.data.DatasetManifest.Split;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.LabelSplit;
import io.semimeta.data.Orientation;
import io.semimeta.data.RankRecords;
import io.semimeta.data.RecordPosition;
import io.semimeta.data.Role;
import io.semimeta.image.ImageInput;
import io.semimeta.image.TestImages;
import io.semimeta.loader.BatchOptions;
import io.semimeta.loader.RankImages;
import io.semimeta.loader.StreamedImages;
import io.semimeta.model.Placement;
import io.semimeta.model.TensorBytes;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three ranks stream a data set whose record files are of very different sizes. */
class StreamedRanksIT {
  private static final int[] SHARDS = {3, 40, 1, 17};
  private static final int IMAGES = 61;
  private static final int RANKS = 3;

  @TempDir private Path folder;

  @Test
  void aPassOfAllRanksIsTheSplit() throws IOException {
    DatasetManifest manifest = write();
    URI data = folder.toUri();
    try (LocalSpark spark = new LocalSpark("local[2]")) {
      List<RecordPosition> train = RecordPositions.scan(spark.context(), data, manifest, "train");
      List<RecordPosition> labelled =
          IntStream.range(0, 11).mapToObj(i -> train.get(5 * i)).toList();
      List<RecordPosition> unlabelled = new ArrayList<>(train);
      unlabelled.removeAll(labelled);
      JavaRDD<RankRecords> records =
          PartitionedRecords.rdd(
              spark.context(),
              data,
              manifest,
              new LabelSplit(labelled, List.of(), unlabelled),
              List.of(),
              RANKS,
              1);
      for (boolean withLabel : new boolean[] {true, false}) {
        List<List<Integer>> whole =
            records.map(rank -> pass(rank, manifest, withLabel, 0)).collect();
        assertEquals(RANKS, whole.size());
        assertEquals(
            (withLabel ? labelled : unlabelled)
                .stream().map(RecordPosition::label).sorted().toList(),
            whole.stream().flatMap(List::stream).sorted().toList());
        List<List<Integer>> rest =
            records.map(rank -> pass(rank, manifest, withLabel, 2)).collect();
        for (int rank = 0; rank < RANKS; rank++) {
          List<Integer> own = whole.get(rank);
          assertEquals(own.subList(2, own.size()), rest.get(rank), "rank " + rank);
        }
      }
    }
  }

  /** A rank's labels, by batches of one, from a step of its first pass to the pass's end. */
  private static List<Integer> pass(
      RankRecords records, DatasetManifest manifest, boolean withLabel, int from) {
    int size = records.list(withLabel ? Role.LABELLED : Role.UNLABELLED).size();
    List<Integer> labels = new ArrayList<>();
    try (RankImages images =
        new StreamedImages(
            records,
            ImageInput.of(manifest, OptionalInt.empty()),
            new BatchOptions(1, 0, true),
            new StreamedImages.Windows(3, 2),
            Placement.CPU,
            7,
            TaskContext.getPartitionId(),
            2)) {
      for (int step = from; step < size; step++) {
        try (PointerScope scope = new PointerScope()) {
          var batch = withLabel ? images.labelled(step) : images.unlabelled(step);
          labels.add((int) TensorBytes.longs(batch.labels())[0]);
        }
      }
    }
    return labels;
  }

  /** Each image is of a class of its own. */
  private DatasetManifest write() throws IOException {
    List<Shard> shards = new ArrayList<>();
    int id = 0;
    for (int s = 0; s < SHARDS.length; s++) {
      String name = String.format(Locale.ROOT, "train-%05d", s);
      Path file = folder.resolve(name + ".rec");
      try (OutputStream records = Files.newOutputStream(file);
          OutputStream offsets = Files.newOutputStream(folder.resolve(name + ".idx"));
          RecordWriter writer = new RecordWriter(records, offsets)) {
        for (int i = 0; i < SHARDS[s]; i++, id++) {
          var image = new ImageRecord(id, id, TestImages.png(1, 6, 5, id));
          writer.write(id, RecordWriter.payload(image));
        }
      }
      shards.add(new Shard(name + ".rec", SHARDS[s], Files.size(file), "", null));
    }
    return new DatasetManifest(
        1,
        "test",
        IntStream.range(0, IMAGES).mapToObj(Integer::toString).toList(),
        1,
        6,
        5,
        Orientation.STORED,
        List.of(0.5),
        List.of(0.3),
        Map.of("train", new Split(IMAGES, 0, List.of(), shards)),
        null,
        null);
  }
}
