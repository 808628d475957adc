package io.semimeta.data;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/**
 * Where images come from, whatever their format. Opened by the driver, which learns the classes and
 * how to cut the images into parts; executors read the parts.
 */
public interface ImageSource {
  /** Class names in the order of their indices, one list for all splits. */
  List<String> classes();

  /** All parts of all splits. */
  List<Part> parts();

  /** Some images of one split, few enough for one task to hold them in memory. */
  interface Part extends Serializable {
    /** {@link DatasetManifest#TRAIN} or {@link DatasetManifest#TEST}. */
    String split();

    /** Hands over every image, in the order of their ids. */
    void read(Configuration conf, Consumer<Image> sink) throws IOException;
  }

  /**
   * One image.
   *
   * @param record its id is its index in the split's original order
   * @param path for people: the file, and the index in it where it holds many
   */
  record Image(ImageRecord record, String path) {}
}
