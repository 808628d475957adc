package io.semimeta.prepare;

import io.semimeta.files.DataFiles;
import io.semimeta.format.SourceOptions;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Makes the paths of images as a data set keeps them: relative to the input, so that the same
 * images give the same bytes wherever they lie.
 *
 * @param roots beginnings of the inputs' paths
 */
public record RelativePaths(List<String> roots) implements Serializable {

  /** Makes paths relative to a source's inputs. */
  public static RelativePaths to(SourceOptions inputs, Configuration conf) {
    return new RelativePaths(
        Stream.of(inputs.testInput(), inputs.input()) // the first may lie in the second
            .filter(Objects::nonNull)
            .flatMap(path -> Stream.of(DataFiles.qualified(path, conf), path))
            .map(Path::toString)
            .distinct()
            .toList());
  }

  /** Makes a source's path relative; one that is outside of the inputs stays as it is. */
  public String of(String path) {
    for (String root : roots) {
      if (path.startsWith(root.endsWith("/") ? root : root + "/")) {
        return path.substring(root.length() + (root.endsWith("/") ? 0 : 1));
      }
      if (path.startsWith(root + "#")) { // an archive or a record file
        return path.substring(root.lastIndexOf('/') + 1);
      }
    }
    return path;
  }
}
