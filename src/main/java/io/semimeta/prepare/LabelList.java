package io.semimeta.prepare;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ImageRecord;
import io.semimeta.files.TextFiles;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Represents the file of {@code --label-list}, which names a training image on each line by its id,
 * its file's name or the end of its path. What follows a blank is ignored, so that lists with a
 * class will do.
 */
final class LabelList {
  private final URI file;
  private final NavigableMap<Integer, String> lines = new TreeMap<>();

  private LabelList(URI file) {
    this.file = file;
  }

  /**
   * Reads the file.
   *
   * @throws UserError where it cannot be read or is empty
   */
  static LabelList read(URI file, Configuration conf) {
    LabelList list = new LabelList(file);
    TextFiles.forEachLine(new Path(file), conf, list.lines::put);
    if (list.lines.isEmpty()) {
      throw new UserError(
          file + " names no image; put one on each line: its id, its name or the end of its path");
    }
    return list;
  }

  /**
   * Returns the images that the list names. Images that could not be decoded are left out.
   *
   * @param surveyed all images of the source
   * @param train images of the training split
   * @throws UserError that names the line at fault: its image is not there, is there twice or has
   *     no label, or several images have its name
   */
  List<SurveyedImage> images(List<SurveyedImage> surveyed, List<SurveyedImage> train) {
    Names names = new Names(surveyed);
    Set<Long> trained = new HashSet<>();
    train.forEach(image -> trained.add(image.id()));
    Map<Long, SurveyedImage> labelled = new HashMap<>();
    for (Map.Entry<Integer, String> line : lines.entrySet()) {
      List<SurveyedImage> found = names.find(line.getValue());
      String problem = problem(found, trained);
      if (problem == null && found.get(0).problem() == null) {
        SurveyedImage image = found.get(0);
        problem = labelled.put(image.id(), image) == null ? null : "is there twice";
      }
      if (problem != null) {
        throw new UserError(
            "%s line %s: '%s' %s".formatted(file, line.getKey(), line.getValue(), problem));
      }
    }
    return List.copyOf(labelled.values());
  }

  private static String problem(List<SurveyedImage> found, Set<Long> trained) {
    if (found.isEmpty()) {
      return "is no training image of the input";
    }
    if (found.size() > 1) {
      return "is the name of %s images; put more of their paths before it".formatted(found.size());
    }
    SurveyedImage image = found.get(0);
    if (image.label() == ImageRecord.NO_LABEL) {
      return "has no label";
    }
    return image.problem() == null && !trained.contains(image.id())
        ? "was left out of the training images by --test-fraction or --num-train"
        : null;
  }

  /** Finds training images by what a line may call them. */
  private static final class Names {
    private final Map<Long, SurveyedImage> byId = new HashMap<>();

    /** Sorts images by their reversed path, so that paths with the same end lie together. */
    private final NavigableMap<String, List<SurveyedImage>> byPath = new TreeMap<>();

    Names(List<SurveyedImage> surveyed) {
      for (SurveyedImage image : surveyed) {
        if (image.split().equals(DatasetManifest.TRAIN)) {
          byId.put(image.id(), image);
          byPath
              .computeIfAbsent(backwards("/" + path(image)), path -> new ArrayList<>(1))
              .add(image);
        }
      }
    }

    List<SurveyedImage> find(String line) {
      List<SurveyedImage> whole = named(line);
      return whole.isEmpty() ? named(line.split("\\s", 2)[0]) : whole;
    }

    private List<SurveyedImage> named(String text) {
      if (text.matches("\\d{1,18}")) {
        SurveyedImage image = byId.get(Long.valueOf(text));
        return image == null ? List.of() : List.of(image);
      }
      String end = backwards("/" + text.replace('#', '/'));
      return byPath.subMap(end, true, end + Character.MAX_VALUE, true).values().stream()
          .flatMap(List::stream)
          .toList();
    }

    /** Returns a path as lists have it: a class's archive counts as the class's folder. */
    private static String path(SurveyedImage image) {
      return image.path().replace(".tar#", "/").replace('#', '/');
    }

    private static String backwards(String text) {
      return new StringBuilder(text).reverse().toString();
    }
  }
}
