package io.semimeta.format;

import io.semimeta.UserError;
import io.semimeta.files.TextFiles;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Holds ImageNet's classes, which are named by their synset's id such as {@code n01440764}.
 *
 * @param list names the list of classes in messages; empty where there is none
 */
record ImageNetClasses(String list, List<String> names, Map<String, Integer> indices) {
  private ImageNetClasses(String list) {
    this(list, new ArrayList<>(), new HashMap<>());
  }

  /** Makes classes in the order of their synsets' ids. */
  static ImageNetClasses sorted(Collection<String> synsets) {
    ImageNetClasses classes = new ImageNetClasses("");
    synsets.stream().sorted().forEach(synset -> classes.add(synset, synset));
    return classes;
  }

  /**
   * Reads classes in the order of a list's lines, such as {@code n01440764 tench, Tinca tinca}. A
   * class is named by its id and first name, as two classes have the name crane.
   */
  static ImageNetClasses listed(Path file, Configuration conf) {
    ImageNetClasses classes = new ImageNetClasses(" " + file);
    TextFiles.forEachLine(
        file,
        conf,
        (number, line) -> {
          String synset = line.split("[\\s,]", 2)[0];
          if (classes.indices.containsKey(synset)) {
            throw new UserError(file + " line " + number + ": lists " + synset + " twice");
          }
          classes.add(synset, line.split(",", 2)[0].strip());
        });
    return classes;
  }

  private void add(String synset, String name) {
    indices.put(synset, names.size());
    names.add(name);
  }

  /**
   * Returns a class's index.
   *
   * @param where where the synset was found, for people
   * @throws UserError where there is no such class
   */
  int index(String synset, Object where) {
    Integer index = indices.get(synset);
    if (index == null) {
      throw new UserError(
          "%s: class '%s' is neither among the training images nor in --class-names%s"
              .formatted(where, synset, list));
    }
    return index;
  }
}
