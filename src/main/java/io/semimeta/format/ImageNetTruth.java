package io.semimeta.format;

import io.semimeta.UserError;
import io.semimeta.files.DataFiles;
import io.semimeta.files.TextFiles;
import io.semimeta.source.FileSlice;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import us.hebi.matlab.mat.types.Struct;

/** Reads the classes of ImageNet's validation images, where no folders tell them. */
final class ImageNetTruth {
  private static final String NUMBERS = "ILSVRC2012_validation_ground_truth.txt";
  private static final String META = "meta.mat";

  /** Lists the files that may lie beside the images; the last two are Caffe's and Kaggle's. */
  private static final List<String> FILES =
      List.of(NUMBERS, "ILSVRC2012_devkit_t12/data/" + NUMBERS, "val.txt", "LOC_val_solution.csv");

  private ImageNetTruth() {}

  /**
   * Returns the labels of images. Each line of a list is the class of an image, in the order of the
   * images' names, or begins with an image's name. A class is given by its synset's id. After a
   * name it may also be an index from 0; on its own, also a number from 1 in the development kit,
   * whose order is not that of the ids, so that {@code meta.mat} must be there.
   *
   * @param folder folder of the list
   * @param images images in the order of their names
   * @param read list to which the files that were read are added
   */
  static int[] labels(
      Path folder,
      List<FileSlice> images,
      ImageNetClasses classes,
      List<Path> read,
      Configuration conf) {
    Path file = find(folder, conf);
    read.add(file);
    List<Line> lines = lines(file, conf);
    int[] labels = new int[images.size()];
    if (lines.get(0).columns.length == 1) {
      if (lines.size() != images.size()) {
        throw new UserError(
            file + " has " + lines.size() + " lines for " + images.size() + " images");
      }
      Map<String, String> synsets = Map.of();
      if (isNumber(lines.get(0).columns[0])) {
        Path meta = new Path(file.getParent(), META);
        synsets = numbered(file, meta, conf);
        read.add(meta);
      }
      for (int i = 0; i < labels.length; i++) {
        String text = lines.get(i).columns[0];
        labels[i] = classes.index(synsets.getOrDefault(text, text), lines.get(i).place(file));
      }
      return labels;
    }
    Map<String, Line> byImage = new HashMap<>();
    for (Line line : lines) {
      byImage.put(FileSlice.stem(FileSlice.lastName(line.columns[0])), line);
    }
    for (int i = 0; i < labels.length; i++) {
      Line line = byImage.get(images.get(i).stem());
      if (line == null) {
        throw new UserError(
            "%s has no line for %s; is it the list of these images?"
                .formatted(file, images.get(i).name()));
      }
      labels[i] = line.label(classes, file);
    }
    return labels;
  }

  /** Holds a line of a list. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Line(int number, String[] columns) {
    String place(Path file) {
      return file + " line " + number;
    }

    /** Returns the index of the class after an image's name. */
    int label(ImageNetClasses classes, Path file) {
      if (columns.length < 2) {
        throw new UserError(place(file) + ": no class after the image's name");
      }
      String text = columns[1];
      if (!isNumber(text)) {
        return classes.index(text, place(file));
      }
      int index = Integer.parseInt(text);
      int count = classes.names().size();
      if (index >= count) {
        throw new UserError(
            "%s: class %s, but there are %s, counted from 0; is it the list of these images?"
                .formatted(place(file), index, count));
      }
      return index;
    }
  }

  private static Path find(Path folder, Configuration conf) {
    FileSystem fileSystem = DataFiles.fileSystem(folder, conf);
    try {
      for (String name : FILES) {
        Path file = new Path(folder, name);
        if (fileSystem.exists(file)) {
          return file;
        }
      }
    } catch (IOException e) {
      throw DataFiles.unreadable(folder, e);
    }
    throw new UserError(
        folder + " needs a list of the validation images' classes, such as " + NUMBERS);
  }

  private static List<Line> lines(Path file, Configuration conf) {
    List<Line> lines = new ArrayList<>();
    TextFiles.forEachLine(
        file,
        conf,
        (number, line) -> {
          if (!line.startsWith("ImageId")) {
            lines.add(new Line(number, line.split("[\\s,]+", -1)));
          }
        });
    if (lines.isEmpty()) {
      throw DataFiles.unreadable(file, new IOException("empty file"));
    }
    return lines;
  }

  private static boolean isNumber(String text) {
    return text.matches("\\d{1,6}");
  }

  /** Returns the synsets by their number in the development kit. */
  private static Map<String, String> numbered(Path list, Path meta, Configuration conf) {
    try (InputStream in = DataFiles.open(meta, conf)) {
      Struct synsets = MatFiles.find(in, meta.toString(), "synsets").whole().getStruct("synsets");
      Map<String, String> byNumber = new HashMap<>();
      for (int i = 0; i < synsets.getNumElements(); i++) {
        byNumber.put(
            String.valueOf(synsets.getMatrix("ILSVRC2012_ID", i).getInt(0)),
            synsets.getChar("WNID", i).getString());
      }
      return byNumber;
    } catch (IOException | RuntimeException e) {
      throw new UserError(
          ("The class numbers in %s have a meaning only by the development kit's meta.mat"
                  + " beside it: %s")
              .formatted(list, DataFiles.unreadable(meta, e).getMessage()),
          e);
    }
  }
}
