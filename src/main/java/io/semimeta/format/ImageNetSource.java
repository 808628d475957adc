package io.semimeta.format;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.files.DataFiles;
import io.semimeta.source.ClassArchivePart;
import io.semimeta.source.FileSlice;
import io.semimeta.source.ImageFiles;
import io.semimeta.source.ImageSource;
import io.semimeta.source.ImagesPart;
import io.semimeta.source.InputEntry;
import io.semimeta.source.InputFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Reads ImageNet of 2012 (Russakovsky et al. 2015): training images in the archive of class
 * archives, in class archives or in class folders; validation images in their archive, in one
 * folder or in class folders. Archives are read in place. An image's id is its class's index times
 * a million, plus its index in the class; that of a validation image without class folder is its
 * index in the order of names.
 */
record ImageNetSource(
    ImageNetClasses known, InputFiles files, List<Part> parts, List<Path> filesBeside)
    implements ImageSource {
  private static final String TRAIN_ARCHIVE = "ILSVRC2012_img_train.tar";
  private static final String VALIDATION_ARCHIVE = "ILSVRC2012_img_val.tar";
  private static final long CLASS_IDS = 1_000_000;

  /**
   * Opens a folder of archives or of what was in them.
   *
   * @param testInput the validation images, or null where they are in the input or nowhere
   * @param classList list of classes with lines such as {@code n01440764 tench}, or null for the
   *     order of the ids
   * @throws UserError where files are missing or do not fit together
   */
  static ImageNetSource open(Path input, Path testInput, Path classList, InputFiles files) {
    try {
      Map<String, InputEntry> top = listed(input, files);
      Path train = either(input, top, DatasetManifest.TRAIN, TRAIN_ARCHIVE);
      if (train == null) {
        throw new UserError(
            input + " holds neither " + TRAIN_ARCHIVE + " nor train/ with a folder for each class");
      }
      Map<String, FileSlice> classFiles = classFiles(train, files);
      if (classFiles.isEmpty()) {
        throw new UserError(train + " holds no classes, such as n01440764 or n01440764.tar");
      }
      ImageNetSource source =
          new ImageNetSource(
              classList == null
                  ? ImageNetClasses.sorted(classFiles.keySet())
                  : ImageNetClasses.listed(classList, files.conf()),
              files,
              new ArrayList<>(),
              new ArrayList<>());
      source.addClasses(DatasetManifest.TRAIN, classFiles, train);
      Path validation =
          testInput == null
              ? either(input, top, DatasetManifest.VAL, VALIDATION_ARCHIVE)
              : testInput;
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
    return known.names();
  }

  @Override
  public Map<String, Long> passedOver() {
    return files.passedOver();
  }

  /** Returns the split's folder or its archive, or null when neither is there. */
  private static Path either(
      Path input, Map<String, InputEntry> top, String split, String archive) {
    List<InputEntry> found =
        top.values().stream()
            .filter(
                entry ->
                    entry.name().equals(archive)
                        || (entry.folder() && split.equals(SplitNames.of(entry.name()))))
            .sorted(Comparator.comparing(InputEntry::folder).reversed())
            .toList();
    if (found.size() > 1) {
      String names = found.stream().map(InputEntry::name).collect(Collectors.joining(" and "));
      throw new UserError("%s holds both %s; move one of them away".formatted(input, names));
    }
    return found.isEmpty() ? null : found.get(0).path();
  }

  /** Returns what is in a folder and not passed over, by name. */
  private static Map<String, InputEntry> listed(Path folder, InputFiles files) throws IOException {
    Map<String, InputEntry> entries = new TreeMap<>();
    for (InputEntry entry : files.in(files.input(folder).path())) {
      entry.requireNoBrokenLink();
      entries.put(entry.name(), entry);
    }
    return entries;
  }

  /** Returns the folders and archives of the classes by synset. */
  private static Map<String, FileSlice> classFiles(Path train, InputFiles files)
      throws IOException {
    Configuration conf = files.conf();
    List<FileSlice> found = new ArrayList<>();
    if (DataFiles.fileSystem(train, conf).getFileStatus(train).isDirectory()) {
      listed(train, files).values().stream()
          .filter(file -> file.folder() || file.name().endsWith(".tar"))
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
      int label = known.index(entry.getKey(), where);
      FileSlice file = entry.getValue();
      if (file.name().endsWith(".tar")) {
        parts.add(new ClassArchivePart(split, file, label, label * CLASS_IDS));
        continue;
      }
      List<FileSlice> images = files.imagesIn(new Path(file.file()));
      if (images.isEmpty()) {
        throw ImageFiles.noImages(file.file());
      }
      if (images.size() >= CLASS_IDS) {
        throw new UserError(file.file() + " holds " + images.size() + " images");
      }
      parts.addAll(ImagesPart.of(split, images, label, label * CLASS_IDS));
    }
  }

  private void addValidation(Path validation) throws IOException {
    Configuration conf = files.conf();
    FileSystem fileSystem = DataFiles.fileSystem(validation, conf);
    List<FileSlice> images;
    if (fileSystem.getFileStatus(validation).isDirectory()) {
      Map<String, FileSlice> folders = new TreeMap<>();
      listed(validation, files).values().stream()
          .filter(InputEntry::folder)
          .forEach(folder -> folders.put(folder.name(), FileSlice.of(folder)));
      if (!folders.isEmpty()) {
        addClasses(DatasetManifest.TEST, folders, validation);
        return;
      }
      images = files.imagesIn(validation);
    } else {
      images = FileSlice.inTar(validation, conf);
      images.removeIf(file -> !FileSlice.isImage(file.name()));
    }
    if (images.isEmpty()) {
      throw new UserError(validation + " holds no images");
    }
    images.sort(Comparator.comparing(FileSlice::name));
    Path folder = fileSystem.makeQualified(validation).getParent();
    int[] labels = ImageNetTruth.labels(folder, images, known, filesBeside, conf);
    parts.addAll(ImagesPart.of(DatasetManifest.TEST, images, labels, 0));
  }
}
