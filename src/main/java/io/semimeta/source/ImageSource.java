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
 * Gives images of any format. The driver opens it, and learns the classes and how to cut the images
 * into parts; executors read the parts.
 */
public interface ImageSource {
  /** Returns the class names in the order of their indices, one list for all splits. */
  List<String> classes();

  /** Returns all parts of all splits. */
  List<Part> parts();

  /** Tells whether the source itself says that a training image's label is to be used. */
  default boolean isLabelled(long id) {
    return false;
  }

  /**
   * Returns the files that were read from beside the input or the test input, such as a list of
   * labels in the folder above. With other contents they would change the data set.
   */
  default List<Path> filesBeside() {
    return List.of();
  }

  /** Returns what was recognised in the input, in lines for people. */
  default List<String> recognised() {
    return List.of();
  }

  /** Returns how many files of the input are passed over, by kind. */
  default Map<String, Long> passedOver() {
    return Map.of();
  }

  /** Describes some images of one split, which one task reads. */
  interface Part extends Serializable {
    /** Returns the split's name, such as {@link DatasetManifest#TRAIN}. */
    String split();

    /** Opens the part. The caller closes the reader. */
    Reader open(Configuration conf) throws IOException;
  }

  /** Hands over a part's images one by one, in the order of their ids. */
  interface Reader extends Closeable {
    /** Returns the next image, or null after the last one. */
    Image next() throws IOException;
  }

  /**
   * Holds one image.
   *
   * @param record the image and its id, which follows the split's original order
   * @param path path for people: the file, and the index in it where it holds many
   * @param problem why its bytes cannot be read, so that it must be left out, or null
   */
  record Image(ImageRecord record, String path, String problem) {
    public Image(ImageRecord record, String path) {
      this(record, path, null);
    }
  }
}
