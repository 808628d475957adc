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
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Reads MNIST's IDX files (LeCun), gzipped or not, which hold grey images and a label of one byte
 * for each. Class names are the labels' digits unless a list is given.
 */
record IdxSource(List<String> classes, List<Part> parts) implements ImageSource {
  private static final int IMAGES_MAGIC = 0x0803;
  private static final int LABELS_MAGIC = 0x0801;
  private static final int MAX_SIDE = 1 << 12;
  private static final int MAX_IMAGES = 1 << 26;
  private static final int PART_BYTES = 10_000 * 28 * 28;

  /**
   * Opens a folder of IDX files.
   *
   * @param testInput folder of the test images, or null where they are in the input or nowhere
   * @param names class names, or null for the labels' digits
   * @throws UserError where a file is missing, or is not in this format
   */
  static IdxSource open(Path input, Path testInput, List<String> names, Configuration conf) {
    IdxFile train = IdxFile.find(input, "train", conf);
    if (train == null) {
      throw new UserError("train-images-idx3-ubyte (or .gz) is missing in " + input);
    }
    byte[] trainLabels = train.labels(conf);
    if (names != null) {
      train.requireLabelsBelow(names.size(), trainLabels, "names in --class-names; add the others");
    }
    List<String> classes =
        names == null
            ? IntStream.rangeClosed(0, max(trainLabels)).mapToObj(String::valueOf).toList()
            : names;
    List<Part> parts = new ArrayList<>();
    train.addParts(parts, DatasetManifest.TRAIN, trainLabels, conf);
    IdxFile test = IdxFile.find(testInput == null ? input : testInput, "t10k", conf);
    if (test == null && testInput != null) {
      throw new UserError("t10k-images-idx3-ubyte (or .gz) is missing in " + testInput);
    }
    if (test != null) {
      byte[] testLabels = test.labels(conf);
      test.requireLabelsBelow(
          classes.size(), testLabels, "classes among the training images; get both files again");
      test.addParts(parts, DatasetManifest.TEST, testLabels, conf);
    }
    return new IdxSource(classes, parts);
  }

  /** Reads the class names in a text file, one on each line. */
  static List<String> names(Path file, Configuration conf) {
    Set<String> names = new LinkedHashSet<>();
    TextFiles.forEachLine(
        file,
        conf,
        (number, line) -> {
          if (!names.add(line)) {
            throw new UserError(
                file + " line " + number + ": class name '" + line + "' is there twice");
          }
        });
    return List.copyOf(names);
  }

  private static int max(byte[] labels) {
    return IntStream.range(0, labels.length).map(i -> labels[i] & 0xff).max().orElse(0);
  }

  private static DataInputStream open(MemberFiles files, String name, Configuration conf)
      throws IOException {
    InputStream in = files.open(name, conf);
    return new DataInputStream(name.endsWith(".gz") ? MemberFiles.inflated(in) : in);
  }

  private static int bounded(int value, int max, String what) throws IOException {
    if (value < 1 || value > max) {
      throw new IOException(what + " is " + value);
    }
    return value;
  }

  /** Describes a split's two files. */
  private record IdxFile(MemberFiles files, String imagesName, String labelsName) {
    /** Finds the files; returns null when that of the images is missing. */
    static IdxFile find(Path folder, String prefix, Configuration conf) {
      String images = prefix + "-images-idx3-ubyte";
      String labels = prefix + "-labels-idx1-ubyte";
      Set<String> wanted = Set.of(images, images + ".gz", labels, labels + ".gz");
      MemberFiles files = MemberFiles.find(folder, wanted, conf);
      Set<String> found = files.members().keySet();
      if (found.contains(images) && found.contains(images + ".gz")) {
        throw new UserError(folder + " holds " + images + " twice, with .gz and without");
      }
      if (!found.contains(images) && !found.contains(images + ".gz")) {
        return null;
      }
      return new IdxFile(
          files,
          found.contains(images) ? images : images + ".gz",
          found.contains(labels) ? labels : labels + ".gz");
    }

    byte[] labels(Configuration conf) {
      try (DataInputStream in = IdxSource.open(files, labelsName, conf)) {
        if (in.readInt() != LABELS_MAGIC) {
          throw new IOException("not an IDX file of labels (unsigned bytes, one dimension)");
        }
        int count = bounded(in.readInt(), MAX_IMAGES, "the number of labels");
        // readNBytes grows its buffer as the bytes come: a wrong count allocates nothing.
        byte[] labels = in.readNBytes(count);
        if (labels.length < count) {
          throw new IOException("truncated: " + labels.length + " of " + count + " labels");
        }
        MemberFiles.requireEnd(in);
        return labels;
      } catch (IOException e) {
        throw DataFiles.unreadable(labelsName + " in " + files.location(), e);
      }
    }

    void requireLabelsBelow(int count, byte[] labels, String ofWhat) {
      for (int i = 0; i < labels.length; i++) {
        if ((labels[i] & 0xff) >= count) {
          throw new UserError(
              "%s in %s: image %s has label %s, but there are %s %s"
                  .formatted(labelsName, files.location(), i, labels[i] & 0xff, count, ofWhat));
        }
      }
    }

    void addParts(List<Part> parts, String split, byte[] labels, Configuration conf) {
      try (DataInputStream in = IdxSource.open(files, imagesName, conf)) {
        if (in.readInt() != IMAGES_MAGIC) {
          throw new IOException("not an IDX file of images (unsigned bytes, three dimensions)");
        }
        int count = bounded(in.readInt(), MAX_IMAGES, "the number of images");
        if (count != labels.length) {
          throw new IOException(
              count + " images, but " + labels.length + " labels in " + labelsName);
        }
        int rows = bounded(in.readInt(), MAX_SIDE, "the height");
        int columns = bounded(in.readInt(), MAX_SIDE, "the width");
        int partImages = Math.max(1, PART_BYTES / (rows * columns));
        for (int first = 0; first < count; first += partImages) {
          byte[] own = Arrays.copyOfRange(labels, first, Math.min(count, first + partImages));
          boolean last = first + own.length == count;
          parts.add(new RangePart(files, split, imagesName, rows, columns, first, own, last));
        }
      } catch (IOException e) {
        throw DataFiles.unreadable(imagesName + " in " + files.location(), e);
      }
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record RangePart(
      MemberFiles files,
      String split,
      String name,
      int rows,
      int columns,
      int first,
      byte[] labels,
      boolean last)
      implements Part, StreamReader.ImageParser {
    @Override
    public Reader open(Configuration conf) {
      return StreamReader.open(
          name + " in " + files.location(),
          labels.length,
          () -> IdxSource.open(files, name, conf),
          in -> {
            in.skipNBytes(16 + (long) first * rows * columns);
            return this;
          });
    }

    @Override
    public Image parse(InputStream in, int i) throws IOException {
      byte[] pixels = in.readNBytes(rows * columns);
      if (pixels.length < rows * columns) {
        throw new IOException("truncated within image " + (first + i));
      }
      byte[] png = PngEncoder.encode(new DecodedImage(1, rows, columns, pixels));
      return new Image(new ImageRecord(first + i, labels[i] & 0xff, png), name + "#" + (first + i));
    }

    @Override
    public void end(InputStream in) throws IOException {
      if (last) {
        MemberFiles.requireEnd(in);
      }
    }
  }
}
