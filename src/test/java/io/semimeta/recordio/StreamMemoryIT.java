package io.semimeta.recordio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.MeasuredJvm;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.Orientation;
import io.semimeta.data.Role;
import io.semimeta.image.ImageInput;
import io.semimeta.image.TestImages;
import io.semimeta.loader.BatchOptions;
import io.semimeta.loader.RankImages;
import io.semimeta.loader.StreamedImages;
import io.semimeta.model.Placement;
import io.semimeta.model.TensorBytes;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One pass over 20,000 JPEGs in a JVM whose heap could not hold them: every image comes once, and
 * what is resident does not grow.
 */
@Tag("long")
class StreamMemoryIT {
  private static final int SHARDS = 4;
  private static final int IMAGES_OF_SHARD = 5_000;
  private static final int IMAGES = SHARDS * IMAGES_OF_SHARD;
  private static final int BATCH = 50;
  private static final long SEED = 7;

  @TempDir private Path folder;

  /** The measured program. */
  static final class Measured {
    private Measured() {}

    public static void main(String[] args) {
      Path data = Path.of(args[0]);
      Configuration conf = new Configuration();
      List<RecordRange> ranges = new ArrayList<>();
      List<DatasetManifest.Shard> shards = new ArrayList<>();
      for (int s = 0; s < SHARDS; s++) {
        org.apache.hadoop.fs.Path file =
            new org.apache.hadoop.fs.Path(data.resolve(name(s)).toUri());
        long[] offsets = RecordIndex.offsets(file, conf);
        ranges.add(
            new RecordRange(
                Role.UNLABELLED,
                name(s),
                offsets[0],
                offsets[offsets.length - 1],
                offsets.length,
                List.of()));
        long bytes = data.resolve(name(s)).toFile().length();
        shards.add(new DatasetManifest.Shard(name(s), offsets.length, bytes, "", null));
      }
      DatasetManifest.Split split = new DatasetManifest.Split(IMAGES, IMAGES, List.of(), shards);
      DatasetManifest manifest =
          new DatasetManifest(
              1,
              "test",
              List.of("a"),
              3,
              0,
              0,
              Orientation.STORED,
              List.of(0.5, 0.5, 0.5),
              List.of(0.2, 0.2, 0.2),
              Map.of(DatasetManifest.TRAIN, split),
              null,
              null);
      ShardRecords records =
          new ShardRecords(
              ranges, new ShardFiles(new org.apache.hadoop.fs.Path(data.toUri()), conf, false));
      walk(records, manifest, split);
    }

    private static void walk(
        ShardRecords records, DatasetManifest manifest, DatasetManifest.Split split) {
      BitSet seen = new BitSet();
      try (RankImages images =
          new StreamedImages(
              records,
              ImageInput.of(manifest, OptionalInt.of(112)),
              new BatchOptions(BATCH, 0, true),
              StreamedImages.Windows.of(split),
              Placement.CPU,
              SEED,
              0,
              2)) {
        for (int step = 0; step < IMAGES / BATCH; step++) {
          try (PointerScope scope = new PointerScope()) {
            for (long label : TensorBytes.longs(images.unlabelled(step).labels())) {
              seen.set((int) label);
            }
          }
          if (step % 20 == 19) {
            System.out.println("resident " + Pointer.physicalBytes());
          }
        }
      }
      System.out.println("seen " + seen.cardinality());
    }
  }

  private static String name(int shard) {
    return String.format(Locale.ROOT, "train-%05d.rec", shard);
  }

  /** Smooth, with some noise, so that a file has about 20 kB; the label tells images apart. */
  private void write() throws IOException {
    Random random = new Random(SEED);
    for (int s = 0; s < SHARDS; s++) {
      Path file = folder.resolve(name(s));
      Path index = folder.resolve(name(s).replace(".rec", ".idx"));
      try (OutputStream records = Files.newOutputStream(file);
          OutputStream offsets = Files.newOutputStream(index);
          RecordWriter writer = new RecordWriter(records, offsets)) {
        for (int i = 0; i < IMAGES_OF_SHARD; i++) {
          int id = s * IMAGES_OF_SHARD + i;
          var image = new ImageRecord(id, id, TestImages.encode(image(random), "jpeg"));
          writer.write(id, RecordWriter.payload(image));
        }
      }
    }
  }

  private static BufferedImage image(Random random) {
    BufferedImage image = new BufferedImage(224, 224, BufferedImage.TYPE_INT_RGB);
    int[] row = new int[224];
    int base = random.nextInt(128);
    for (int y = 0; y < 224; y++) {
      for (int x = 0; x < 224; x++) {
        int noise = random.nextInt(96);
        row[x] = (base + x / 4 + noise) << 16 | (base + y / 4 + noise) << 8 | (base + noise);
      }
      image.setRGB(0, y, 224, 1, row, 0, 224);
    }
    return image;
  }

  @Test
  void aPassKeepsMemoryFlat() throws Exception {
    write();
    long bytes = 0;
    for (int s = 0; s < SHARDS; s++) {
      bytes += Files.size(folder.resolve(name(s)));
    }
    assertTrue(bytes > 256L << 20, bytes + " bytes: more than the heap");
    List<Long> resident = new ArrayList<>();
    List<String> lines = measured();
    for (String line : lines) {
      if (line.startsWith("resident ")) {
        resident.add(Long.parseLong(line.substring(9)));
      }
    }
    assertTrue(lines.contains("seen " + IMAGES), () -> String.join("\n", lines));
    assertEquals(IMAGES / BATCH / 20, resident.size());
    long warm = resident.subList(3, 6).stream().max(Long::compare).orElseThrow();
    long end = resident.subList(17, 20).stream().max(Long::compare).orElseThrow();
    assertTrue(end < 1.05 * warm, resident.toString());
  }

  private List<String> measured() throws IOException, InterruptedException {
    return MeasuredJvm.run(
        Measured.class, "256m", folder.resolve("out.txt"), Map.of(), List.of(folder.toString()));
  }
}
