package io.semimeta.source;

import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ImageRecord;
import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Where images come from, whatever their format. Opened by the driver, which learns the classes and
 * how to cut the images into parts; executors read the parts.
 */
public interface ImageSource {
  /** Class names in the order of their indices, one list for all splits. */
  List<String> classes();

  /** All parts of all splits. */
  List<Part> parts();

  /** Whether the source itself says that a training image's label is to be used. */
  default boolean isLabelled(long id) {
    return false;
  }

  /**
   * The files that were read from beside the input or the test input, such as a list of labels in
   * the folder above: other contents of theirs would make other images.
   */
  default List<Path> filesBeside() {
    return List.of();
  }

  /** What was recognised in the input, in lines for people. */
  default List<String> recognised() {
    return List.of();
  }

  /** How many files of the input are passed over, by kind. */
  default Map<String, Long> passedOver() {
    return Map.of();
  }

  /** Some images of one split, which one task reads. */
  interface Part extends Serializable {
    /**
     * {@link DatasetManifest#TRAIN}, {@link DatasetManifest#VAL} or {@link DatasetManifest#TEST}.
     */
    String split();

    /** Opens it. The caller closes the reader. */
    Reader open(Configuration conf) throws IOException;
  }

  /** Hands over a part's images one by one, in the order of their ids. */
  interface Reader extends Closeable {
    /** The next image, or null after the last one. */
    Image next() throws IOException;
  }

  /**
   * One image.
   *
   * @param record its id follows the split's original order
   * @param path for people: the file, and the index in it where it holds many
   * @param problem why its bytes cannot be read, so that it must be left out, or null
   */
  record Image(ImageRecord record, String path, String problem) {
    public Image(ImageRecord record, String path) {
      this(record, path, null);
    }
  }
}
