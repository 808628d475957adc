package io.semimeta.source;

import io.semimeta.UserError;
import io.semimeta.files.DataFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * Lists an input's folders. Hidden files, the folders of thumbnails and of systems, and the output,
 * where it lies in the input, are passed over; so is a folder that another path has led to already,
 * as links may lead back. It counts what is passed over.
 */
public final class InputFiles {
  private static final Set<String> THUMBNAILS = Set.of("@eadir", "@__thumb");
  private static final Set<String> SYSTEM =
      Set.of(
          "__macosx",
          "#recycle",
          "#snapshot",
          "@recycle",
          "@recently-snapshot",
          "@tmp",
          "$recycle.bin",
          "system volume information",
          "lost+found");
  private static final String REPEATED = "repeated folders";
  private static final int MAX_EXTENSION = 8;

  private final Configuration conf;
  private final Object output;
  private final LongConsumer progress;
  private final SortedMap<String, Long> passedOver = new TreeMap<>();
  private final Map<Object, Path> claimed = new HashMap<>();
  private long listed;

  /** Makes a listing that leaves no output out, and tells nobody how far it is. */
  public InputFiles(Configuration conf) {
    this(conf, null, count -> {});
  }

  /**
   * Makes a listing.
   *
   * @param output a folder that is no input, or null
   * @param progress hears how many files have been listed so far
   */
  public InputFiles(Configuration conf, Path output, LongConsumer progress) {
    this.conf = conf;
    this.progress = progress;
    this.output = output == null ? null : keyOf(output);
  }

  /** Returns the settings of the file systems. */
  public Configuration conf() {
    return conf;
  }

  /** Counts the files and folders passed over, by kind: {@code .txt}, {@code hidden}. */
  public Map<String, Long> passedOver() {
    return Collections.unmodifiableSortedMap(passedOver);
  }

  /**
   * Looks up a folder on its own.
   *
   * @throws UserError where it is no folder
   */
  public InputEntry folder(Path path) throws IOException {
    if (!DataFiles.fileSystem(path, conf).getFileStatus(path).isDirectory()) {
      throw new UserError(path + " is not a folder; unpack it, if it is an archive");
    }
    return known(path);
  }

  /**
   * Looks up an input's folder.
   *
   * @throws UserError where it is no folder, or the output
   */
  public InputEntry input(Path path) throws IOException {
    InputEntry folder = folder(path);
    if (folder.key().equals(output)) {
      throw new UserError(
          "--output %s is where the images are; give it a folder of its own".formatted(path));
    }
    return folder;
  }

  /** Describes what is known to be a folder; an object store is not asked again. */
  private InputEntry known(Path path) throws IOException {
    FileSystem fileSystem = DataFiles.fileSystem(path, conf);
    Path qualified = fileSystem.makeQualified(path);
    Object key =
        fileSystem instanceof RawLocalFileSystem local
            ? LocalListing.key(local, qualified)
            : qualified;
    return new InputEntry(qualified, true, 0, 0, key, null);
  }

  private Object keyOf(Path path) {
    try {
      return known(path).key();
    } catch (FileNotFoundException e) {
      return null;
    } catch (IOException e) {
      throw DataFiles.unreadable(path, e);
    }
  }

  /** Returns what lies in a folder and is not passed over, sorted by name. */
  public List<InputEntry> in(Path folder) throws IOException {
    FileSystem fileSystem = DataFiles.fileSystem(folder, conf);
    Path root = fileSystem.makeQualified(folder);
    List<InputEntry> entries = new ArrayList<>();
    for (InputEntry entry :
        fileSystem instanceof RawLocalFileSystem local
            ? LocalListing.of(local, root)
            : listed(fileSystem, root)) {
      if (!isPassedOver(entry)) {
        entries.add(entry);
      }
      progress.accept(++listed);
    }
    entries.sort(Comparator.comparing(InputEntry::name));
    return entries;
  }

  private static List<InputEntry> listed(FileSystem fileSystem, Path folder) throws IOException {
    List<InputEntry> entries = new ArrayList<>();
    for (FileStatus child : fileSystem.listStatus(folder)) {
      Path path = child.getPath();
      entries.add(
          new InputEntry(
              path, child.isDirectory(), child.getLen(), child.getModificationTime(), path, null));
    }
    return entries;
  }

  private boolean isPassedOver(InputEntry entry) throws IOException {
    String name = entry.name().toLowerCase(Locale.ROOT);
    if (entry.folder() && entry.key().equals(output)) {
      if (!new InputFiles(conf).imagesIn(entry.path()).isEmpty()) {
        throw new UserError(
            "--output %s holds images; give it a folder of its own".formatted(entry.path()));
      }
      return true;
    }
    if (entry.folder() && (THUMBNAILS.contains(name) || name.equals(".@__thumb"))) {
      passOver("thumbnail folders");
    } else if (entry.folder() && SYSTEM.contains(name)) {
      passOver("system folders");
    } else if (name.startsWith(".")) {
      passOver("hidden");
    } else {
      return false;
    }
    return true;
  }

  /** Counts one more file or folder of a kind as passed over. */
  void passOver(String kind) {
    passedOver.merge(kind, 1L, Long::sum);
  }

  /** Counts a file that is no image as passed over. */
  public void passOver(InputEntry file) {
    if (file.problem() != null) {
      passOver(LocalListing.BROKEN_LINK.equals(file.problem()) ? "broken links" : "special files");
      return;
    }
    String name = file.name();
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    if (extension.length() == name.length()) {
      passOver("no extension");
    } else {
      boolean known = extension.length() <= MAX_EXTENSION && extension.matches("[a-z0-9]+");
      passOver(known ? "." + extension : "other");
    }
  }

  /** Counts a folder that another path has led to already as passed over. */
  public void passOverRepeated() {
    passOver(REPEATED);
  }

  /**
   * Claims a folder, so that nothing else walks through it.
   *
   * @return the path by which it was claimed before, or null
   */
  public Path claim(InputEntry folder) {
    return claimed.putIfAbsent(folder.key(), folder.path());
  }

  /** Hands over all files in a folder and, recursively, in its folders that are unclaimed. */
  public void forEach(Path folder, Consumer<InputEntry> action) throws IOException {
    claim(known(folder));
    Deque<Path> folders = new ArrayDeque<>(List.of(folder));
    while (!folders.isEmpty()) {
      for (InputEntry entry : in(folders.pop())) {
        if (!entry.folder()) {
          action.accept(entry);
        } else if (claim(entry) == null) {
          folders.push(entry.path());
        } else {
          passOverRepeated();
        }
      }
    }
  }

  /** Returns the images in a folder, recursively, sorted by path; other files are counted. */
  public List<FileSlice> imagesIn(Path folder) throws IOException {
    List<FileSlice> images = new ArrayList<>();
    forEach(
        folder,
        file -> {
          if (FileSlice.isImage(file.name())) {
            images.add(FileSlice.of(file));
          } else {
            passOver(file);
          }
        });
    images.sort(Comparator.comparing(FileSlice::file));
    return images;
  }
}
