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
 * The paths of images as a data set keeps them: from the input on, so that the same images give the
 * same bytes wherever they lie.
 *
 * @param roots what the inputs' paths begin with
 */
public record RelativePaths(List<String> roots) implements Serializable {

  public static RelativePaths to(SourceOptions inputs, Configuration conf) {
    return new RelativePaths(
        Stream.of(inputs.testInput(), inputs.input()) // the one may lie in the other
            .filter(Objects::nonNull)
            .flatMap(path -> Stream.of(DataFiles.qualified(path, conf), path))
            .map(Path::toString)
            .distinct()
            .toList());
  }

  /** A path as a source gives it; one that is outside of the inputs stays as it is. */
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
