package io.semimeta.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.semimeta.UserError;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Says what a prepared data set holds: the file {@code manifest.json}. {@code prepare} writes it
 * last, so that a folder with a manifest is complete.
 *
 * @param schemaVersion version of this layout, 1
 * @param name name for people, from the source's folder
 * @param classes class names in the order of their indices
 * @param channels 1 when every image is grey, else 3
 * @param height height of every image in pixels, or 0 where sizes differ
 * @param width width of every image in pixels, or 0 where sizes differ
 * @param orientation which way up the stored files are to be decoded
 * @param mean mean of each channel, for the training pixels in [0, 1]
 * @param std standard deviation of each channel, for the training pixels in [0, 1]
 * @param splits splits by name: {@code train}, and {@code test} and {@code val} where there are
 *     such
 * @param labelled the training images whose labels are to be used, or null where it is left to each
 *     run
 * @param passedOver how many files of the source were passed over, by kind, or null where it wasn't
 *     counted
 */
@RecordBuilder
public record DatasetManifest(
    int schemaVersion,
    String name,
    List<String> classes,
    int channels,
    int height,
    int width,
    Orientation orientation,
    List<Double> mean,
    List<Double> std,
    Map<String, Split> splits,
    @JsonInclude(Include.NON_NULL) @JsonSetter(nulls = Nulls.SET) Labelled labelled,
    @JsonInclude(Include.NON_NULL) @JsonSetter(nulls = Nulls.SET) Map<String, Long> passedOver)
    implements Serializable, DatasetManifestBuilder.With {

  public static final int SCHEMA_VERSION = 1;
  public static final String FILE_NAME = "manifest.json";

  /** Begins the name of the folder that an unfinished data set has in place of a manifest. */
  public static final String UNFINISHED = "_unfinished-";

  public static final String TRAIN = "train";
  public static final String TEST = "test";
  public static final String VAL = "val";

  /**
   * Returns a split by its name.
   *
   * @param data the data set's folder, for the message
   * @throws UserError when there is no split of the name
   */
  public Split split(String split, URI data) {
    if (!splits.containsKey(split)) {
      throw new UserError(data + " has no split '" + split + "', only " + splits.keySet());
    }
    return splits.get(split);
  }

  /** Returns the name of the split that errors are measured on during training, if any. */
  public Optional<String> evaluated() {
    return Stream.of(VAL, TEST).filter(splits::containsKey).findFirst();
  }

  /**
   * Describes the images of one split.
   *
   * @param records how many images
   * @param unlabelled how many of them have no label
   * @param perClass labelled images of each class, in class order
   * @param shards record files in the order of their names
   */
  public record Split(long records, long unlabelled, List<Long> perClass, List<Shard> shards)
      implements Serializable {
    private Split withoutSidecars() {
      List<Shard> bare =
          shards.stream()
              .map(of -> new Shard(of.file(), of.records(), of.bytes(), of.sha256(), null))
              .toList();
      return new Split(records, unlabelled, perClass, bare);
    }
  }

  /**
   * Describes the list of labelled images.
   *
   * @param file path relative to the manifest's folder; it holds images' ids, one a line, ascending
   * @param images how many images it lists
   * @param sha256 SHA-256 of the file, in hexadecimal
   */
  public record Labelled(String file, long images, String sha256) implements Serializable {
    static final String FILE_NAME = "labelled.txt";
  }

  /**
   * Describes one record file.
   *
   * @param file path relative to the manifest's folder; its index has the same name with {@code
   *     .idx}
   * @param records how many records it holds
   * @param bytes size of the record file in bytes
   * @param sha256 SHA-256 of the record file, in hexadecimal
   * @param sidecar the file of the same name with {@code .meta}, which holds a checksum of each
   *     record and its image's path; null in data sets made before sidecars were introduced
   */
  public record Shard(
      String file,
      long records,
      long bytes,
      String sha256,
      @JsonInclude(Include.NON_NULL) @JsonSetter(nulls = Nulls.SET) SidecarFile sidecar)
      implements Serializable {}

  /**
   * Describes a shard's sidecar.
   *
   * @param bytes size of the file in bytes
   * @param sha256 SHA-256 of the file, in hexadecimal
   */
  public record SidecarFile(long bytes, String sha256) implements Serializable {

    /** Returns the name of the sidecar beside a record file. */
    public static String name(String recordFile) {
      return recordFile.replaceFirst("\\.rec$", ".meta");
    }
  }

  /** Tells whether the shards have sidecars: either all or none have one. */
  public boolean hasSidecars() {
    return splits.values().stream()
        .flatMap(split -> split.shards().stream())
        .anyMatch(shard -> shard.sidecar() != null);
  }

  /** Returns the manifest that the data set would have had before sidecars were introduced. */
  public DatasetManifest withoutSidecars() {
    Map<String, Split> bare = new LinkedHashMap<>();
    splits.forEach((split, of) -> bare.put(split, of.withoutSidecars()));
    return withSplits(bare);
  }
}
