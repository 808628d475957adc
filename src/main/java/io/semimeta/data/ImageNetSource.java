package io.semimeta.data;

import io.semimeta.UserError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * ImageNet of 2012 (Russakovsky et al. 2015): training images in the archive of class archives, in
 * class archives or in class folders; validation images in their archive, in one folder or in class
 * folders. Archives are read in place. An image's id is its class's index times a million, plus its
 * index in the class; that of a validation image without class folder is its index by name.
 */
public final class ImageNetSource implements ImageSource {
  private static final String TRAIN_ARCHIVE = "ILSVRC2012_img_train.tar";
  private static final String VALIDATION_ARCHIVE = "ILSVRC2012_img_val.tar";
  private static final long CLASS_IDS = 1_000_000;
  private static final int PART_FILES = 1_000;

  private final ImageNetClasses classes;
  private final List<Part> parts = new ArrayList<>();
  private final List<Path> filesBeside = new ArrayList<>();
  private final Configuration conf;

  private ImageNetSource(ImageNetClasses classes, Configuration conf) {
    this.classes = classes;
    this.conf = conf;
  }

  /**
   * Opens a folder of archives or of what was in them.
   *
   * @param testInput the validation images, or null where they are in the input or nowhere
   * @param classList of lines such as {@code n01440764 tench}, or null for the order of the ids
   * @throws UserError where files are missing or do not fit together
   */
  public static ImageNetSource open(
      Path input, Path testInput, Path classList, Configuration conf) {
    try {
      Map<String, FileStatus> top = listed(input, conf);
      Path train = either(input, top, DatasetManifest.TRAIN, TRAIN_ARCHIVE);
      if (train == null) {
        throw new UserError(
            input + " holds neither " + TRAIN_ARCHIVE + " nor train/ with a folder for each class");
      }
      Map<String, FileSlice> classFiles = classFiles(train, conf);
      if (classFiles.isEmpty()) {
        throw new UserError(train + " holds no classes, such as n01440764 or n01440764.tar");
      }
      ImageNetSource source =
          new ImageNetSource(
              classList == null
                  ? ImageNetClasses.sorted(classFiles.keySet())
                  : ImageNetClasses.listed(classList, conf),
              conf);
      source.addClasses(DatasetManifest.TRAIN, classFiles, train);
      Path validation =
          testInput == null ? either(input, top, "val", VALIDATION_ARCHIVE) : testInput;
      if (validation != null) {
        source.addValidation(validation);
      }
      return source;
    } catch (IOException e) {
      throw DataFiles.unreadable(input, e);
    }
  }

  @Override
  public List<String> classes() {
    return classes.names();
  }

  @Override
  public List<Part> parts() {
    return parts;
  }

  @Override
  public List<Path> filesBeside() {
    return filesBeside;
  }

  /** The folder or the archive, or null when neither is there. */
  private static Path either(
      Path input, Map<String, FileStatus> top, String folder, String archive) {
    if (top.containsKey(folder) && top.containsKey(archive)) {
      throw new UserError(
          input + " holds both " + folder + " and " + archive + "; move one of them away");
    }
    String name = top.containsKey(folder) ? folder : archive;
    return top.containsKey(name) ? top.get(name).getPath() : null;
  }

  /** What is in a folder and not hidden, by name. */
  private static Map<String, FileStatus> listed(Path folder, Configuration conf)
      throws IOException {
    FileSystem fileSystem = DataFiles.fileSystem(folder, conf);
    if (!fileSystem.getFileStatus(folder).isDirectory()) {
      throw new UserError(folder + " is not a folder");
    }
    Map<String, FileStatus> files = new TreeMap<>();
    for (FileStatus file : fileSystem.listStatus(folder)) {
      if (!file.getPath().getName().startsWith(".")) {
        files.put(file.getPath().getName(), file);
      }
    }
    return files;
  }

  /** Folders and archives of the classes by synset. */
  private static Map<String, FileSlice> classFiles(Path train, Configuration conf)
      throws IOException {
    List<FileSlice> found = new ArrayList<>();
    if (DataFiles.fileSystem(train, conf).getFileStatus(train).isDirectory()) {
      listed(train, conf).values().stream()
          .filter(file -> file.isDirectory() || file.getPath().getName().endsWith(".tar"))
          .map(FileSlice::of)
          .forEach(found::add);
    } else {
      found.addAll(FileSlice.inTar(train, conf));
      found.removeIf(file -> !file.name().endsWith(".tar"));
    }
    Map<String, FileSlice> bySynset = new TreeMap<>();
    for (FileSlice file : found) {
      if (bySynset.put(file.stem(), file) != null) {
        throw new UserError(train + " holds class " + file.stem() + " twice");
      }
    }
    return bySynset;
  }

  private void addClasses(String split, Map<String, FileSlice> classFiles, Path where)
      throws IOException {
    for (Map.Entry<String, FileSlice> entry : classFiles.entrySet()) {
      int label = classes.index(entry.getKey(), where);
      FileSlice file = entry.getValue();
      if (file.name().endsWith(".tar")) {
        parts.add(new ClassArchivePart(split, file, label, label * CLASS_IDS));
        continue;
      }
      List<FileSlice> images = FileSlice.imagesIn(new Path(file.file()), conf);
      if (images.isEmpty()) {
        throw DataFiles.noImages(file.file());
      }
      if (images.size() >= CLASS_IDS) {
        throw new UserError(file.file() + " holds " + images.size() + " images");
      }
      int[] labels = new int[images.size()];
      Arrays.fill(labels, label);
      addImages(split, images, labels, label * CLASS_IDS);
    }
  }

  private void addValidation(Path validation) throws IOException {
    FileSystem fileSystem = DataFiles.fileSystem(validation, conf);
    List<FileSlice> images;
    if (fileSystem.getFileStatus(validation).isDirectory()) {
      Map<String, FileSlice> folders = new TreeMap<>();
      listed(validation, conf).values().stream()
          .filter(FileStatus::isDirectory)
          .forEach(folder -> folders.put(folder.getPath().getName(), FileSlice.of(folder)));
      if (!folders.isEmpty()) {
        addClasses(DatasetManifest.TEST, folders, validation);
        return;
      }
      images = FileSlice.imagesIn(validation, conf);
    } else {
      images = FileSlice.inTar(validation, conf);
      images.removeIf(file -> !FileSlice.isImage(file.name()));
    }
    if (images.isEmpty()) {
      throw new UserError(validation + " holds no images");
    }
    images.sort(Comparator.comparing(FileSlice::name));
    Path folder = fileSystem.makeQualified(validation).getParent();
    int[] labels = ImageNetTruth.labels(folder, images, classes, filesBeside, conf);
    addImages(DatasetManifest.TEST, images, labels, 0);
  }

  private void addImages(String split, List<FileSlice> images, int[] labels, long firstId) {
    for (int first = 0; first < images.size(); first += PART_FILES) {
      int end = Math.min(images.size(), first + PART_FILES);
      parts.add(
          new ImagesPart(
              split,
              images.subList(first, end).toArray(FileSlice[]::new),
              Arrays.copyOfRange(labels, first, end),
              firstId + first));
    }
  }
}
