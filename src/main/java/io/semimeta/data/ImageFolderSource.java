package io.semimeta.data;

import io.semimeta.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Image files in a folder per class, {@code train/class/*} with {@code test/class/*} or {@code
 * val/class/*}, or {@code class/*} alone. Folders named {@code unlabelled} or {@code unlabeled},
 * beside the classes or the splits, hold training images of unknown class. Hidden files and files
 * of other kinds are passed over. Ids count the files of a split in the order of their class and
 * path, those without label last.
 */
public final class ImageFolderSource implements ImageSource {
  private static final Set<String> UNLABELLED = Set.of("unlabelled", "unlabeled");
  private static final List<String> TEST_NAMES = List.of("test", "val");
  private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png");
  private static final int PART_FILES = 1_000;
  private static final long PART_BYTES = 1L << 25;

  private final List<String> classes;
  private final List<Part> parts = new ArrayList<>();

  private ImageFolderSource(List<String> classes) {
    this.classes = classes;
  }

  /**
   * Opens a folder.
   *
   * @param testInput folder of the test images, or null where they are in the input or nowhere
   * @throws UserError where folders are missing, hold no images or do not fit together
   */
  public static ImageFolderSource open(Path input, Path testInput, Configuration conf) {
    try {
      Map<String, Path> top = folders(input, conf);
      Path trainFolder = top.get(DatasetManifest.TRAIN);
      Map<String, Path> train = trainFolder == null ? top : folders(trainFolder, conf);
      List<Path> unlabelled = new ArrayList<>();
      for (Map<String, Path> level : trainFolder == null ? List.of(top) : List.of(train, top)) {
        UNLABELLED.stream().sorted().map(level::get).forEach(unlabelled::add);
      }
      unlabelled.removeIf(folder -> folder == null);
      train.keySet().removeAll(UNLABELLED);
      if (train.isEmpty()) {
        throw new UserError(
            input + " holds no class folders; expected train/CLASS/*.jpg or CLASS/*.jpg");
      }
      ImageFolderSource source = new ImageFolderSource(List.copyOf(train.keySet()));
      source.add(DatasetManifest.TRAIN, train, unlabelled, conf);
      Map<String, Path> test = testFolders(trainFolder == null ? Map.of() : top, testInput, conf);
      for (Map.Entry<String, Path> folder : test.entrySet()) {
        if (!train.containsKey(folder.getKey())) {
          throw new UserError(
              folder.getValue()
                  + ": class '"
                  + folder.getKey()
                  + "' has no training images in "
                  + input);
        }
      }
      source.add(DatasetManifest.TEST, test, List.of(), conf);
      return source;
    } catch (IOException e) {
      throw DataFiles.unreadable(input, e);
    }
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public List<Part> parts() {
    return Collections.unmodifiableList(parts);
  }

  /** The test split's class folders; empty when there is none. */
  private static Map<String, Path> testFolders(
      Map<String, Path> top, Path testInput, Configuration conf) throws IOException {
    if (testInput != null) {
      Map<String, Path> given = folders(testInput, conf);
      Path inner = onlyTestFolder(given);
      return inner == null ? given : folders(inner, conf);
    }
    Path folder = onlyTestFolder(top);
    return folder == null ? Map.of() : folders(folder, conf);
  }

  private static Path onlyTestFolder(Map<String, Path> folders) {
    List<Path> found = TEST_NAMES.stream().filter(folders::containsKey).map(folders::get).toList();
    if (found.size() > 1) {
      throw new UserError(
          found.get(0) + " and " + found.get(1) + ": name the one to test on with --test-input");
    }
    return found.isEmpty() ? null : found.get(0);
  }

  /** The folders in a folder by name, sorted. */
  private static Map<String, Path> folders(Path folder, Configuration conf) {
    FileSystem fileSystem = DataFiles.fileSystem(folder, conf);
    Map<String, Path> folders = new TreeMap<>();
    try {
      if (!fileSystem.getFileStatus(folder).isDirectory()) {
        throw new UserError(folder + " is not a folder");
      }
      for (FileStatus child : fileSystem.listStatus(folder)) {
        String name = child.getPath().getName();
        if (child.isDirectory() && !name.startsWith(".")) {
          folders.put(name, child.getPath());
        }
      }
    } catch (IOException e) {
      throw DataFiles.unreadable(folder, e);
    }
    return folders;
  }

  private void add(
      String split, Map<String, Path> classFolders, List<Path> unlabelled, Configuration conf)
      throws IOException {
    PartBuilder builder = new PartBuilder(split);
    for (Map.Entry<String, Path> folder : classFolders.entrySet()) {
      int label = classes.indexOf(folder.getKey());
      if (builder.addAll(folder.getValue(), label, conf) == 0) {
        throw DataFiles.noImages(folder.getValue());
      }
    }
    for (Path folder : unlabelled) {
      builder.addAll(folder, ImageRecord.NO_LABEL, conf);
    }
    builder.finishPart();
  }

  private final class PartBuilder {
    private final String split;
    private final List<String> paths = new ArrayList<>();
    private final List<Integer> labels = new ArrayList<>();
    private final List<Long> sizes = new ArrayList<>();
    private long bytes;
    private long firstId;

    PartBuilder(String split) {
      this.split = split;
    }

    int addAll(Path folder, int label, Configuration conf) throws IOException {
      FileSystem fileSystem = DataFiles.fileSystem(folder, conf);
      Map<String, Long> found = new TreeMap<>();
      Path root = fileSystem.makeQualified(folder);
      DataFiles.forEachFile(
          fileSystem,
          folder,
          file -> {
            String path = root.toUri().relativize(file.getPath().toUri()).getPath();
            if (isImage(path)) {
              found.put(file.getPath().toString(), file.getLen());
            }
          });
      found.forEach(
          (path, size) -> {
            paths.add(path);
            labels.add(label);
            sizes.add(size);
            bytes += size;
            if (paths.size() >= PART_FILES || bytes >= PART_BYTES) {
              finishPart();
            }
          });
      return found.size();
    }

    void finishPart() {
      if (!paths.isEmpty()) {
        parts.add(
            new FilesPart(
                split,
                firstId,
                paths.toArray(String[]::new),
                labels.toArray(Integer[]::new),
                sizes.toArray(Long[]::new)));
        firstId += paths.size();
        paths.clear();
        labels.clear();
        sizes.clear();
        bytes = 0;
      }
    }
  }

  /** Whether a name is that of an image, and not hidden. */
  static boolean isImage(String path) {
    boolean hidden = Arrays.stream(path.split("/", -1)).anyMatch(name -> name.startsWith("."));
    String extension = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return !hidden && EXTENSIONS.contains(extension);
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record FilesPart(
      String split, long firstId, String[] paths, Integer[] labels, Long[] sizes) implements Part {
    @Override
    public Reader open(Configuration conf) {
      return new Reader() {
        private int done;

        @Override
        public Image next() {
          return done == paths.length ? null : image(done++, conf);
        }

        @Override
        public void close() {}
      };
    }

    private Image image(int i, Configuration conf) {
      Path path = new Path(paths[i]);
      try (InputStream in = DataFiles.fileSystem(path, conf).open(path)) {
        byte[] encoded = DataFiles.readImageFile(in, sizes[i]);
        return new Image(new ImageRecord(firstId + i, labels[i], encoded), paths[i]);
      } catch (IOException e) {
        throw DataFiles.unreadable(path, e);
      }
    }
  }
}
