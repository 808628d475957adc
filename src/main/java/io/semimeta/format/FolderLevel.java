package io.semimeta.format;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.source.FileSlice;
import io.semimeta.source.InputEntry;
import io.semimeta.source.InputFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/**
 * Says what lies in a folder of splits or of classes.
 *
 * @param splits folders that are named like splits, by split
 * @param others all other folders, by name
 * @param images names of the images that lie in none of them
 */
record FolderLevel(
    InputEntry folder,
    Map<String, InputEntry> splits,
    SortedMap<String, InputEntry> others,
    List<String> images) {

  static FolderLevel of(InputEntry folder, InputFiles files) throws IOException {
    FolderLevel level =
        new FolderLevel(folder, new TreeMap<>(), new TreeMap<>(), new ArrayList<>());
    for (InputEntry entry : files.in(folder.path())) {
      if (entry.folder()) {
        level.add(entry);
      } else if (FileSlice.isImage(entry.name())) {
        level.images.add(entry.name());
      } else {
        entry.requireNoBrokenLink();
        files.passOver(entry);
      }
    }
    return level;
  }

  private void add(InputEntry entry) {
    String split = SplitNames.of(entry.name());
    if (split == null) {
      others.put(entry.name(), entry);
      return;
    }
    InputEntry twin = splits.put(split, entry);
    if (twin != null) {
      throw new UserError(
          "%s holds both %s and %s; make one of them"
              .formatted(folder.path(), twin.name(), entry.name()));
    }
  }

  /** Returns the folder of a split, or null. */
  InputEntry split(String name) {
    return splits.get(name);
  }

  Path child(String name) {
    return new Path(folder.path(), name);
  }

  /** Leaves out a folder that is read as something else, unless it is the training split's. */
  void forget(InputEntry other) {
    splits
        .entrySet()
        .removeIf(
            split ->
                !split.getKey().equals(DatasetManifest.TRAIN)
                    && split.getValue().key().equals(other.key()));
    others.values().removeIf(entry -> entry.key().equals(other.key()));
  }

  /** Refuses folders that are named like splits, but lie where classes do. */
  void requireNoSplits(String remedy) {
    for (Map.Entry<String, InputEntry> split : splits.entrySet()) {
      if (!split.getKey().equals(SplitNames.UNLABELLED)) {
        Object neighbour = others.isEmpty() ? folder.path() : "class folders";
        throw new UserError(
            "%s looks like a split, but lies %s %s; %s"
                .formatted(
                    split.getValue().path(),
                    others.isEmpty() ? "alone in" : "among",
                    neighbour,
                    remedy));
      }
    }
  }

  /** Refuses a folder of images, of nothing, or of both images and classes. */
  void requireClasses() {
    if (others.isEmpty() && !images.isEmpty()) {
      throw new UserError(
          "%s holds images, such as %s, but no class folders; move those of each class into a folder of its name, and those of unknown class into unlabelled/"
              .formatted(folder.path(), images.get(0)));
    }
    if (others.isEmpty()) {
      throw new UserError(
          folder.path()
              + " holds no class folders; expected CLASS/*.jpg in it, or train/CLASS/*.jpg");
    }
    requireNoImages();
  }

  /** Refuses images beside folders. */
  void requireNoImages() {
    if (!images.isEmpty()) {
      throw new UserError(
          "%s holds images beside its folders, such as %s; move them into the folder of their class, into unlabelled/, or away"
              .formatted(folder.path(), images.get(0)));
    }
  }
}
