package io.semimeta.ml.table;

import io.semimeta.UserError;
import io.semimeta.Versions;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.ManifestFile;
import io.semimeta.files.DataFiles;
import io.semimeta.prepare.PrepareJob;
import io.semimeta.prepare.PrepareRequest;
import io.semimeta.prepare.Resizing;
import io.semimeta.prepare.TableSource;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Holds the data set that a table's images were made into. Its folder is named by a digest of all
 * ids, labels, splits and images and of the settings, so that the same table is prepared once,
 * whatever its plan.
 *
 * @param folder the data set's folder
 * @param manifest its manifest
 * @param leftOut how many images were left out because they are null or cannot be decoded
 * @param repeated how many rows were passed over because their image is there already
 */
public record Materialised(Path folder, DatasetManifest manifest, long leftOut, long repeated) {
  private static final String SKIP = "handleInvalid=skip leaves such images out";

  /**
   * Makes the data set, unless it is there. Rows without an id of their own are one image where
   * their hashes are the same: a labelled row stands for it rather than one without, then one of
   * the validation split.
   *
   * @param workDir folder below which the data set's folder is made
   * @param leaveOutInvalid whether images that are null or cannot be decoded are left out
   * @throws UserError naming the Param of the column at fault, or the image
   */
  public static Materialised of(
      SparkSession session,
      Dataset<Row> table,
      TableColumns columns,
      Path workDir,
      boolean leaveOutInvalid,
      Resizing resizing)
      throws IOException {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    LabelColumn labels = LabelColumn.of(table, columns.labelCol());
    ImageRows rows = new ImageRows(spark, table, columns, labels);
    List<RowFacts> facts = rows.facts();
    requireKnown(facts, columns, labels);
    List<RowFacts> there = withImage(facts, columns, leaveOutInvalid);
    List<RowFacts> distinct = distinct(there, columns, labels, rows);
    KeptRows kept = KeptRows.of(distinct);
    String settings =
        "%s %s hashed %s, left out %s, %s, %s"
            .formatted(
                Versions.current(),
                rows.kind(),
                columns.idCol().isEmpty(),
                leaveOutInvalid,
                resizing,
                labels.classes());
    String key = key(settings, kept);
    Path folder =
        DataFiles.qualified(new Path(workDir, "data/" + key), spark.hadoopConfiguration());
    Optional<DatasetManifest> earlier = earlier(folder, spark.hadoopConfiguration());
    int repeated = there.size() - distinct.size();
    DatasetManifest manifest;
    if (earlier.isPresent()) {
      manifest = earlier.get();
    } else {
      TableSource source =
          new TableSource(rows.images(kept, repeated > 0), distinct.size(), labels.classes(), key);
      manifest =
          PrepareJob.run(spark, source, request(folder, resizing, leaveOutInvalid)).manifest();
    }
    long stored =
        manifest.splits().values().stream().mapToLong(DatasetManifest.Split::records).sum();
    long leftOut = facts.size() - there.size() + distinct.size() - stored;
    return new Materialised(folder, manifest, leftOut, repeated);
  }

  private static PrepareRequest request(Path folder, Resizing resizing, boolean leaveOutInvalid) {
    return new PrepareRequest(
        "table",
        folder.toUri(),
        resizing,
        0,
        0,
        PrepareRequest.SHARD_MB * 1_000_000L,
        leaveOutInvalid ? Integer.MAX_VALUE : 0,
        0,
        Optional.empty(),
        0);
  }

  private static String key(String settings, KeptRows rows) {
    MessageDigest digest = DigestUtils.getSha256Digest();
    DigestUtils.updateDigest(digest, settings);
    rows.addTo(digest);
    return HexFormat.of().formatHex(digest.digest()).substring(0, 32);
  }

  /** Reads the manifest of a data set that is there, and checks its files as training does. */
  private static Optional<DatasetManifest> earlier(Path folder, Configuration conf)
      throws IOException {
    if (!DataFiles.fileSystem(folder, conf).exists(new Path(folder, DatasetManifest.FILE_NAME))) {
      return Optional.empty();
    }
    try {
      return Optional.of(ManifestFile.read(folder.toUri(), conf));
    } catch (UserError e) {
      throw new UserError(
          "%s; remove the folder %s, and fit makes it again".formatted(e.getMessage(), folder), e);
    }
  }

  private static void requireKnown(List<RowFacts> facts, TableColumns columns, LabelColumn labels) {
    requireNoNull(
        facts.stream().filter(row -> row.id() == null).count(),
        ImageRows.ID_COL,
        columns.idCol(),
        "give each image an id of its own");
    requireNoNull(
        facts.stream().filter(row -> row.validation() == null).count(),
        ImageRows.VALIDATION_COL,
        columns.validationIndicatorCol(),
        "put true or false there, as by na().fill(false)");
    if (facts.stream()
        .anyMatch(
            row -> row.label() < ImageRecord.NO_LABEL || row.label() >= labels.classes().size())) {
      throw KeptRows.changed();
    }
  }

  private static void requireNoNull(
      long nulls, String param, Optional<String> name, String remedy) {
    if (nulls > 0) {
      throw new UserError(
          "%s %s: is null in %s rows; %s".formatted(param, name.orElseThrow(), nulls, remedy));
    }
  }

  /** Returns the rows with an image. */
  private static List<RowFacts> withImage(
      List<RowFacts> facts, TableColumns columns, boolean leaveOutInvalid) {
    List<RowFacts> there = facts.stream().filter(row -> !row.nullImage()).toList();
    int missing = facts.size() - there.size();
    if (missing > 0 && !leaveOutInvalid) {
      String first =
          columns.idCol().isEmpty()
              ? ""
              : ", first of image "
                  + facts.stream()
                      .filter(RowFacts::nullImage)
                      .mapToLong(RowFacts::id)
                      .min()
                      .orElse(0);
      throw new UserError(
          "imageCol %s: is null in %s rows%s; %s"
              .formatted(columns.imageCol(), missing, first, SKIP));
    }
    if (there.isEmpty()) {
      throw new UserError("imageCol %s: no row has an image".formatted(columns.imageCol()));
    }
    return there;
  }

  /** Returns one row an image, in the order of their ids. */
  private static List<RowFacts> distinct(
      List<RowFacts> rows, TableColumns columns, LabelColumn labels, ImageRows images) {
    List<RowFacts> distinct = new ArrayList<>();
    RowFacts last = null;
    for (RowFacts row : rows.stream().sorted(RowFacts.ORDER).toList()) {
      if (last == null || !last.id().equals(row.id())) {
        distinct.add(row);
        last = row;
      } else if (columns.idCol().isPresent()) {
        throw new UserError(
            "idCol %s: two images have the id %s; give each an id of its own, in both splits"
                .formatted(columns.idCol().get(), row.id()));
      } else if (row.label() != ImageRecord.NO_LABEL && row.label() != last.label()) {
        throw new UserError(
            "labelCol %s: one image%s is there twice, with the labels %s and %s; correct one"
                .formatted(
                    columns.labelCol(),
                    images.path(row.id()).map(path -> ", " + path + ",").orElse(""),
                    labels.classes().get(Math.min(last.label(), row.label())),
                    labels.classes().get(Math.max(last.label(), row.label()))));
      }
    }
    return distinct;
  }
}
