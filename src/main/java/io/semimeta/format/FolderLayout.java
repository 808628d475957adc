package io.semimeta.format;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.source.InputEntry;
import io.semimeta.source.InputFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;

/**
 * Says which folders of an input hold the images of which class and split, by their names.
 *
 * @param train training split
 * @param unlabelled folders of training images of unknown class
 * @param test test split, or null
 * @param val validation split, or null
 * @param unused the input's own test split, where another was named, or null
 * @param hasSplits whether the training images lie in a folder of their own, not in the input
 */
record FolderLayout(
    Split train,
    List<InputEntry> unlabelled,
    Split test,
    Split val,
    InputEntry unused,
    boolean hasSplits) {

  /**
   * Describes a split's folders.
   *
   * @param folder folder that holds the class folders
   * @param classes the class folders, by name
   */
  record Split(InputEntry folder, SortedMap<String, InputEntry> classes) {}

  /**
   * Looks at the input, the splits in it, and what lies beside the classes.
   *
   * @param testInput folder of the test images, or null where they are in the input or nowhere
   * @throws UserError where folders are missing, or could be meant in another way
   */
  static FolderLayout of(Path input, Path testInput, InputFiles files) throws IOException {
    FolderLevel top = FolderLevel.of(files.input(input), files);
    FolderLevel given = testInput == null ? null : givenTest(testInput, files);
    if (given != null) {
      top.forget(given.folder());
      top.forget(files.folder(testInput));
    }
    boolean hasSplits = top.split(DatasetManifest.TRAIN) != null;
    FolderLevel train = train(top, files);
    List<InputEntry> unlabelled = new ArrayList<>();
    for (FolderLevel level : hasSplits ? List.of(train, top) : List.of(top)) {
      if (level.split(SplitNames.UNLABELLED) != null) {
        unlabelled.add(level.split(SplitNames.UNLABELLED));
      }
    }
    InputEntry test = top.split(DatasetManifest.TEST);
    InputEntry val = top.split(DatasetManifest.VAL);
    FolderLevel testLevel = given;
    if (given == null && (test != null || val != null)) {
      testLevel = FolderLevel.of(test != null ? test : val, files);
    }
    boolean valApart = val != null && (given != null || test != null);
    FolderLayout layout =
        new FolderLayout(
            new Split(train.folder(), train.others()),
            unlabelled,
            evaluated(testLevel, train),
            evaluated(valApart ? FolderLevel.of(val, files) : null, train),
            given == null ? null : test,
            hasSplits);
    layout.claim(top.folder(), files);
    if (hasSplits) {
      requireNoMoreClasses(top, train.folder(), files);
    }
    return layout;
  }

  /** Returns the named folder of test images, or the test or validation split in it. */
  private static FolderLevel givenTest(Path testInput, InputFiles files) throws IOException {
    FolderLevel level = FolderLevel.of(files.input(testInput), files);
    InputEntry test = level.split(DatasetManifest.TEST);
    InputEntry val = level.split(DatasetManifest.VAL);
    if (test != null && val != null) {
      throw new UserError(
          test.path() + " and " + val.path() + ": name the one to test on with --test-input");
    }
    return test == null && val == null ? level : FolderLevel.of(test != null ? test : val, files);
  }

  private static FolderLevel train(FolderLevel top, InputFiles files) throws IOException {
    InputEntry folder = top.split(DatasetManifest.TRAIN);
    if (folder == null) {
      top.requireNoSplits("move the classes into " + top.child("train") + ", or rename it");
      top.requireClasses();
      return top;
    }
    top.requireNoImages();
    FolderLevel train = FolderLevel.of(folder, files);
    train.requireNoSplits(
        "splits lie beside one another; move it, give --input "
            + folder.path()
            + " if that holds them all, or rename it if it is a class");
    train.requireClasses();
    return train;
  }

  private static void requireNoMoreClasses(FolderLevel top, InputEntry train, InputFiles files)
      throws IOException {
    for (InputEntry other : top.others().values()) {
      if (files.claim(other) != null) {
        files.passOverRepeated();
      } else if (!files.imagesIn(other.path()).isEmpty()) {
        throw new UserError(
            "%s holds images, but lies beside %s; move it into that folder if it is a class, or away"
                .formatted(other.path(), train.path()));
      }
    }
  }

  /** Returns the test or validation split; its classes must have training images. */
  private static Split evaluated(FolderLevel level, FolderLevel train) {
    if (level == null) {
      return null;
    }
    InputEntry unlabelled = level.split(SplitNames.UNLABELLED);
    if (unlabelled != null) {
      throw new UserError(
          unlabelled.path()
              + ": images without label are for training alone; move it beside "
              + level.folder().path());
    }
    level.requireNoSplits("move it away, or rename it if it is a class");
    level.requireClasses();
    for (Map.Entry<String, InputEntry> folder : level.others().entrySet()) {
      if (!train.others().containsKey(folder.getKey())) {
        throw new UserError(
            "%s: class '%s' has no training images in %s; add some, or remove it"
                .formatted(folder.getValue().path(), folder.getKey(), train.folder().path()));
      }
    }
    return new Split(level.folder(), level.others());
  }

  /**
   * Claims the folders of the splits and the classes, so that no link leads from one into another.
   * A link among the classes that leads back to a split is no class.
   */
  private void claim(InputEntry input, InputFiles files) {
    Set<Path> roots = new HashSet<>();
    List<InputEntry> folders = new ArrayList<>(List.of(input));
    if (!train.folder().equals(input)) {
      folders.add(train.folder());
    }
    folders.addAll(unlabelled);
    for (Split split : evaluated()) {
      folders.add(split.folder());
    }
    for (InputEntry folder : folders) {
      requireUnclaimed(folder, files.claim(folder));
      roots.add(folder.path());
    }
    List<Split> splits = new ArrayList<>(List.of(train));
    splits.addAll(evaluated());
    for (Split split : splits) {
      for (InputEntry folder : List.copyOf(split.classes().values())) {
        Path before = files.claim(folder);
        if (roots.contains(before)) {
          split.classes().remove(folder.name());
          files.passOverRepeated();
        } else {
          requireUnclaimed(folder, before);
        }
      }
    }
  }

  private static void requireUnclaimed(InputEntry folder, Path before) {
    if (before != null) {
      throw new UserError(
          "%s and %s are one folder; each split and each class needs its own"
              .formatted(before, folder.path()));
    }
  }

  private List<Split> evaluated() {
    return Stream.of(test, val).filter(Objects::nonNull).toList();
  }
}
