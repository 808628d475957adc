package io.semimeta.format;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ImageRecord;
import io.semimeta.files.DataFiles;
import io.semimeta.files.TextFiles;
import io.semimeta.image.DecodedImage;
import io.semimeta.image.PngEncoder;
import io.semimeta.source.ImageSource;
import io.semimeta.source.MemberFiles;
import io.semimeta.source.StreamReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Reads the binary version of CIFAR-10 and CIFAR-100 (Krizhevsky 2009), as its archive or unpacked.
 * A training image's id is its index over {@code data_batch_1} to {@code 5}, as in the Python
 * version, so that lists of label indices made elsewhere hold here.
 */
record CifarSource(List<String> classes, List<Part> parts) implements ImageSource {
  private static final int SIDE = 32;
  private static final int PIXELS = 3 * SIDE * SIDE;
  private static final int PART_IMAGES = 10_000;

  /**
   * Says what differs between the two.
   *
   * @param names name of the file of class names
   * @param labelBytes label bytes of an image; the last one counts, as CIFAR-100's first is the
   *     coarse label
   */
  record Variant(List<String> train, String test, String names, int labelBytes)
      implements Serializable {
    static final Variant CIFAR10 =
        new Variant(
            IntStream.rangeClosed(1, 5).mapToObj(i -> "data_batch_" + i + ".bin").toList(),
            "test_batch.bin",
            "batches.meta.txt",
            1);
    static final Variant CIFAR100 =
        new Variant(List.of("train.bin"), "test.bin", "fine_label_names.txt", 2);

    private int recordBytes() {
      return labelBytes + PIXELS;
    }
  }

  /**
   * Opens the archive or folder.
   *
   * @param testInput where the test batch is, or null where it is in the input or nowhere
   * @throws UserError where a file is missing, or is not in this format
   */
  static CifarSource open(Variant variant, Path input, Path testInput, Configuration conf) {
    Set<String> wanted = new HashSet<>(variant.train);
    wanted.addAll(List.of(variant.test, variant.names));
    MemberFiles files = MemberFiles.find(input, wanted, conf);
    variant.train.forEach(files::require);
    List<String> classes;
    try (InputStream names = files.open(variant.names, conf)) {
      classes = TextFiles.lines(names, variant.names + " in " + input);
    } catch (IOException e) {
      throw DataFiles.unreadable(variant.names + " in " + input, e);
    }
    List<Part> parts = new ArrayList<>();
    addParts(parts, variant, files, DatasetManifest.TRAIN, variant.train, classes.size());
    MemberFiles testFiles =
        testInput == null ? files : MemberFiles.find(testInput, Set.of(variant.test), conf);
    if (testInput != null || files.members().containsKey(variant.test)) {
      List<String> test = List.of(variant.test);
      addParts(parts, variant, testFiles, DatasetManifest.TEST, test, classes.size());
    }
    return new CifarSource(classes, parts);
  }

  private static void addParts(
      List<Part> parts,
      Variant variant,
      MemberFiles files,
      String split,
      List<String> names,
      int classCount) {
    long id = 0;
    for (String name : names) {
      long bytes = files.require(name).size();
      if (bytes == 0 || bytes % variant.recordBytes() != 0) {
        throw new UserError(
            "%s in %s has %s bytes, no multiple of %s; get it again"
                .formatted(name, files.location(), bytes, variant.recordBytes()));
      }
      long images = bytes / variant.recordBytes();
      for (long first = 0; first < images; first += PART_IMAGES) {
        int count = (int) Math.min(PART_IMAGES, images - first);
        parts.add(new BatchPart(files, variant, split, name, first, count, id + first, classCount));
      }
      id += images;
    }
  }

  private record BatchPart(
      MemberFiles files,
      Variant variant,
      String split,
      String name,
      long first,
      int count,
      long firstId,
      int classCount)
      implements Part {
    @Override
    public Reader open(Configuration conf) {
      return StreamReader.open(
          name + " in " + files.location(),
          count,
          () -> files.open(name, conf),
          in -> {
            in.skipNBytes(first * variant.recordBytes());
            return this::image;
          });
    }

    private Image image(InputStream in, int i) throws IOException {
      byte[] record = in.readNBytes(variant.recordBytes());
      if (record.length < variant.recordBytes()) {
        throw new EOFException("truncated");
      }
      String path = name + "#" + (first + i);
      int label = record[variant.labelBytes - 1] & 0xff;
      if (label >= classCount) {
        throw new UserError(
            "%s in %s has label %s, but there are %s classes; is it the right --format?"
                .formatted(path, files.location(), label, classCount));
      }
      byte[] pixels = Arrays.copyOfRange(record, variant.labelBytes, record.length);
      byte[] png = PngEncoder.encode(new DecodedImage(3, SIDE, SIDE, pixels));
      return new Image(new ImageRecord(firstId + i, label, png), path);
    }
  }
}
