package io.semimeta.format;

import io.semimeta.Shown;
import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ImageRecord;
import io.semimeta.files.DataFiles;
import io.semimeta.source.FileSlice;
import io.semimeta.source.ImageFiles;
import io.semimeta.source.ImageSource;
import io.semimeta.source.ImagesPart;
import io.semimeta.source.InputEntry;
import io.semimeta.source.InputFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;

/**
 * Reads image files in a folder for each class, {@code train/class/*} with {@code test/class/*} and
 * {@code val/class/*}, or {@code class/*} alone. Folders named {@code unlabelled}, beside the
 * classes or the splits, hold training images of unknown class. {@code val} without {@code test} is
 * the test split. Ids count the files of a split in the order of their class and path, those
 * without label last.
 */
record ImageFolderSource(
    InputFiles files,
    FolderLayout layout,
    List<String> classes,
    List<Part> parts,
    List<String> recognised)
    implements ImageSource {
  private static final int SHOWN_FOLDERS = 3;

  /**
   * Opens a folder.
   *
   * @param testInput folder of the test images, or null where they are in the input or nowhere
   * @throws UserError where folders are missing, hold no images or do not fit together
   */
  static ImageFolderSource open(Path input, Path testInput, InputFiles files) {
    try {
      FolderLayout layout = FolderLayout.of(input, testInput, files);
      ImageFolderSource source =
          new ImageFolderSource(
              files, layout, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      source.addTrain();
      if (layout.test() != null) {
        source.addEvaluated(DatasetManifest.TEST, layout.test());
      }
      if (layout.val() != null) {
        source.addEvaluated(DatasetManifest.VAL, layout.val());
      }
      if (layout.unused() != null) {
        source.recognised.add(layout.unused().path() + " is not used: --test-input was given");
      }
      return source;
    } catch (IOException e) {
      throw DataFiles.unreadable(input, e);
    }
  }

  @Override
  public Map<String, Long> passedOver() {
    return files.passedOver();
  }

  private void addTrain() throws IOException {
    FolderLayout.Split train = layout.train();
    Labelled images = new Labelled();
    for (InputEntry folder : train.classes().values()) {
      List<FileSlice> own = files.imagesIn(folder.path());
      if (own.isEmpty() && isDataset(folder)) {
        continue;
      }
      if (own.isEmpty()) {
        throw ImageFiles.noImages(folder.path());
      }
      requireClass(folder, own);
      images.add(own, classes.size());
      classes.add(folder.name());
    }
    if (classes.isEmpty()) {
      throw ImageFiles.noImages(train.folder().path());
    }
    tell(DatasetManifest.TRAIN, images, classes.size(), train.folder().path());
    for (InputEntry folder : layout.unlabelled()) {
      List<FileSlice> own = files.imagesIn(folder.path());
      images.add(own, ImageRecord.NO_LABEL);
      recognised.add(line(SplitNames.UNLABELLED, own.size(), "", folder.path()));
    }
    images.addTo(parts, DatasetManifest.TRAIN);
  }

  private void addEvaluated(String split, FolderLayout.Split folders) throws IOException {
    Labelled images = new Labelled();
    for (InputEntry folder : folders.classes().values()) {
      List<FileSlice> own = files.imagesIn(folder.path());
      if (own.isEmpty()) {
        throw ImageFiles.noImages(folder.path());
      }
      images.add(own, Collections.binarySearch(classes, folder.name()));
    }
    tell(split, images, folders.classes().size(), folders.folder().path());
    images.addTo(parts, split);
  }

  private void tell(String split, Labelled images, int classCount, Path folder) {
    boolean stands =
        split.equals(DatasetManifest.TEST)
            && DatasetManifest.VAL.equals(SplitNames.of(folder.getName()));
    String of = Shown.format(" of %,d %s", classCount, classCount == 1 ? "class" : "classes");
    recognised.add(
        line(split, images.slices.size(), of, folder)
            + (stands ? ", which stands for the test split" : ""));
  }

  private static String line(String split, int images, String of, Path folder) {
    return Shown.format("%-10s  %,d images%s in %s", split, images, of, folder);
  }

  /** Tells whether a folder is a data set that {@code prepare} made or has begun. */
  private boolean isDataset(InputEntry folder) throws IOException {
    Set<String> names =
        DataFiles.inFolder(DataFiles.fileSystem(folder.path(), files.conf()), folder.path())
            .keySet();
    return names.contains(DatasetManifest.FILE_NAME)
        || names.stream().anyMatch(name -> name.startsWith(DatasetManifest.UNFINISHED));
  }

  /**
   * Refuses a folder of splits. It also refuses a folder of classes that has no other beside it, as
   * an archive is often unpacked into a folder of its own.
   */
  private void requireClass(InputEntry folder, List<FileSlice> images) {
    boolean alone = layout.train().classes().size() == 1;
    Path below = folder.path();
    Set<String> names = foldersIn(below, images);
    while (alone && names.size() == 1 && !names.contains("") && !holdsSplit(names)) {
      below = new Path(below, new Path(null, null, names.iterator().next()));
      names = foldersIn(below, images);
    }
    boolean ofClasses = alone && names.size() > 1 && !names.contains("");
    boolean ofSplits = holdsSplit(names) && (alone || !layout.hasSplits());
    if (ofClasses || ofSplits) {
      String remedy = "did you mean --input " + below + "?";
      if (layout.hasSplits()) {
        remedy = "move them into " + layout.train().folder().path();
      } else if (!alone) {
        remedy =
            "splits lie above the classes: train/%1$s, not %1$s/train".formatted(folder.name());
      }
      throw new UserError(
          "%s holds the folders %s rather than images of one class; %s"
              .formatted(below, firstOf(names), remedy));
    }
  }

  private static boolean holdsSplit(Set<String> folders) {
    return folders.stream().anyMatch(name -> SplitNames.of(name) != null);
  }

  private static String firstOf(Set<String> folders) {
    return folders.stream().limit(SHOWN_FOLDERS).collect(Collectors.joining(", "))
        + (folders.size() > SHOWN_FOLDERS ? ", …" : "");
  }

  /** Returns the folders in a folder that images lie in, "" where some lie in itself. */
  private static Set<String> foldersIn(Path folder, List<FileSlice> images) {
    int start = folder.toString().length() + 1;
    Set<String> names = new LinkedHashSet<>();
    for (FileSlice image : images) {
      int end = image.file().indexOf('/', start);
      names.add(end < 0 ? "" : image.file().substring(start, end));
    }
    return names;
  }

  /** Collects a split's images and their labels. */
  private static final class Labelled {
    private final List<FileSlice> slices = new ArrayList<>();
    private final List<Integer> labels = new ArrayList<>();

    void add(List<FileSlice> images, int label) {
      slices.addAll(images);
      labels.addAll(Collections.nCopies(images.size(), label));
    }

    void addTo(List<Part> parts, String split) {
      int[] all = labels.stream().mapToInt(Integer::intValue).toArray();
      parts.addAll(ImagesPart.of(split, slices, all, 0));
    }
  }
}
