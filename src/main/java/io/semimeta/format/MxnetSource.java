package io.semimeta.format;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.files.DataFiles;
import io.semimeta.source.ImageSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Reads record files that MXNet's im2rec wrote, each with its index {@code .idx} and, where it is
 * there, its list {@code .lst}. A folder holds {@code train.rec}, or {@code train_label.rec} and
 * {@code train_unlabel.rec} as the authors' ImageNet script has them, and {@code val.rec} or {@code
 * test.rec}. An image's id is its key in the index; the keys of the second training file count on
 * from the highest of the first.
 */
record MxnetSource(List<String> classes, List<Part> parts, List<Path> filesBeside, long labelledIds)
    implements ImageSource {
  private static final String TRAIN = "train.rec";
  private static final String LABELLED = "train_label.rec";
  private static final String UNLABELLED = "train_unlabel.rec";
  private static final List<String> TEST = List.of("val.rec", "test.rec");

  /**
   * Opens a folder or a record file.
   *
   * @param testInput record file of the test images, or null where they are in the input's folder
   * @param classNames text file of class names in the order of the labels, or null for the classes
   *     of the lists
   * @throws UserError where files are missing or do not fit together
   */
  static MxnetSource open(Path input, Path testInput, Path classNames, Configuration conf) {
    List<MxnetFile> train = new ArrayList<>();
    List<MxnetFile> test = new ArrayList<>();
    long firstId = 0;
    for (Path file : trainFiles(input, conf)) {
      MxnetFile opened = MxnetFile.open(file, firstId, conf);
      train.add(opened);
      firstId = opened.nextId();
    }
    Path testFile = testInput == null ? testFile(input, conf) : testInput;
    if (testFile != null) {
      test.add(MxnetFile.open(testFile, 0, conf));
    }
    List<MxnetFile> all = new ArrayList<>(train);
    all.addAll(test);
    List<String> classes =
        classNames == null ? listedClasses(all) : IdxSource.names(classNames, conf);
    List<Part> parts = new ArrayList<>();
    train.forEach(file -> file.addParts(parts, DatasetManifest.TRAIN, classes.size()));
    test.forEach(file -> file.addParts(parts, DatasetManifest.TEST, classes.size()));
    List<Path> beside = all.stream().flatMap(file -> file.filesBeside().stream()).toList();
    long labelledIds = train.size() > 1 ? train.get(0).nextId() : 0;
    return new MxnetSource(classes, parts, beside, labelledIds);
  }

  @Override
  public boolean isLabelled(long id) {
    return id < labelledIds;
  }

  private static List<Path> trainFiles(Path input, Configuration conf) {
    if (!isFolder(input, conf)) {
      return List.of(input);
    }
    List<Path> whole = present(input, List.of(TRAIN), conf);
    List<Path> halves = present(input, List.of(LABELLED, UNLABELLED), conf);
    if (whole.isEmpty() && halves.size() < 2) {
      throw new UserError(
          "%s holds neither %s nor %s and %s; name a record file as --input"
              .formatted(input, TRAIN, LABELLED, UNLABELLED));
    }
    if (!whole.isEmpty() && !halves.isEmpty()) {
      throw new UserError(
          "%s holds both %s and %s; name one of them as --input"
              .formatted(input, TRAIN, halves.get(0).getName()));
    }
    return whole.isEmpty() ? halves : whole;
  }

  /** Returns the record file of the test images, or null where there is none. */
  private static Path testFile(Path input, Configuration conf) {
    List<Path> found = isFolder(input, conf) ? present(input, TEST, conf) : List.of();
    if (found.size() > 1) {
      throw new UserError(
          input + " holds both val.rec and test.rec; name one of them as --test-input");
    }
    return found.isEmpty() ? null : found.get(0);
  }

  private static boolean isFolder(Path path, Configuration conf) {
    try {
      return DataFiles.fileSystem(path, conf).getFileStatus(path).isDirectory();
    } catch (IOException e) {
      throw DataFiles.unreadable(path, e);
    }
  }

  private static List<Path> present(Path folder, List<String> names, Configuration conf) {
    FileSystem fileSystem = DataFiles.fileSystem(folder, conf);
    List<Path> found = new ArrayList<>();
    try {
      for (String name : names) {
        Path file = new Path(folder, name);
        if (fileSystem.exists(file)) {
          found.add(file);
        }
      }
    } catch (IOException e) {
      throw DataFiles.unreadable(folder, e);
    }
    return found;
  }

  /**
   * Returns the class names: the folders of the images in the lists, by label. im2rec numbers the
   * folders that it meets: a class that one list lacks shifts all labels after it, so the lists
   * must agree. Where folders tell no classes, these are named by their labels.
   */
  private static List<String> listedClasses(List<MxnetFile> files) {
    Map<Integer, String> names = new TreeMap<>();
    int count = 0;
    boolean named = true;
    for (MxnetFile file : files) {
      Map<Integer, String> folders = file.folders();
      named &= !folders.isEmpty();
      count = Math.max(count, 1 + file.highestLabel());
      for (Map.Entry<Integer, String> folder : folders.entrySet()) {
        String other = names.putIfAbsent(folder.getKey(), folder.getValue());
        if (other != null && !other.equals(folder.getValue())) {
          throw new UserError(
              ("%s: label %s is class '%s', but '%s' in the list before it; make the record"
                      + " files again with one numbering of the classes")
                  .formatted(file.list(), folder.getKey(), folder.getValue(), other));
        }
      }
    }
    boolean distinct = names.values().stream().distinct().count() == count;
    return named && distinct
        ? List.copyOf(names.values())
        : IntStream.range(0, count).mapToObj(String::valueOf).toList();
  }
}
