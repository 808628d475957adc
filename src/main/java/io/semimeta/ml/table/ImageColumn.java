package io.semimeta.ml.table;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.semimeta.files.DataFiles;
import io.semimeta.files.FileReading;
import io.semimeta.image.PngEncoder;
import io.semimeta.source.ImageFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads the images of a table's column: files' bytes, paths, or Spark's image structs.
 *
 * @param name the column's name
 * @param index the column's place in the rows
 * @param kind what it holds
 * @param conf gives access to the files that paths name
 */
public record ImageColumn(String name, int index, Kind kind, SerializableConfiguration conf)
    implements Serializable {
  private static final String PARAM = "imageCol";
  private static final String ORIGIN = "origin";

  /** Lists what an image column may hold. */
  public enum Kind {
    BYTES,
    PATH,
    STRUCT
  }

  /**
   * Holds one row's image.
   *
   * @param bytes the image as a file has it, or null where there is a problem
   * @param path where it comes from, or null
   * @param problem why there are no bytes, for people, or null
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Read(byte[] bytes, String path, String problem) {}

  /**
   * Finds the column.
   *
   * @throws io.semimeta.UserError where there is none, or it holds something else
   */
  public static ImageColumn of(StructType schema, String name, Configuration conf) {
    Kind kind = require(TableColumns.field(schema, PARAM, name));
    return new ImageColumn(
        name, schema.fieldIndex(name), kind, new SerializableConfiguration(conf));
  }

  /**
   * Checks what a column holds.
   *
   * @throws io.semimeta.UserError where these are no images
   */
  public static Kind require(StructField field) {
    DataType type = field.dataType();
    if (type.equals(DataTypes.BinaryType)) {
      return Kind.BYTES;
    }
    if (type instanceof StringType) {
      return Kind.PATH;
    }
    if (type.catalogString().equals(ImageSchema.columnSchema().catalogString())) {
      return Kind.STRUCT;
    }
    throw TableColumns.badType(
        PARAM, field, "binary (an image file's bytes), a string (a path), or Spark's image struct");
  }

  /**
   * Reads a row's image. Where the image is a struct, OpenCV must have been loaded.
   *
   * @throws io.semimeta.UserError where a file may be sound, but its file system fails
   */
  public Read read(Row row) {
    if (row.isNullAt(index)) {
      return new Read(null, null, "is null");
    }
    return switch (kind) {
      case BYTES -> new Read((byte[]) row.get(index), null, null);
      case PATH -> file(row.getString(index));
      case STRUCT -> struct(row.getStruct(index));
    };
  }

  private Read file(String path) {
    try {
      return new Read(ImageFiles.readImageFile(new Path(path), conf.value()), path, null);
    } catch (IOException | IllegalArgumentException e) {
      return new Read(null, path, problem(path, e));
    }
  }

  /** Returns what is wrong with a path; a failure that may pass is no fault of the image's. */
  private static String problem(String path, Exception failure) {
    boolean passes =
        failure instanceof IOException io
            && !FileReading.isMissing(io)
            && !FileReading.isForbidden(io)
            && !(io.getCause() instanceof FileNotFoundException); // such as a folder
    if (passes) {
      throw DataFiles.unreadable(path, failure);
    }
    return FileReading.reason(failure);
  }

  private static Read struct(Row image) {
    String origin = image.getAs(ORIGIN);
    String path = origin == null || origin.isEmpty() ? null : origin;
    int mode = number(image, "mode");
    int channels =
        switch (mode) {
          case 0 -> 1;
          case 16 -> 3;
          case 24 -> 4;
          default -> 0;
        };
    byte[] pixels = image.getAs("data");
    if (channels == 0 || pixels == null) {
      String marked = "is marked as one that could not be decoded";
      return new Read(
          null, path, mode == -1 ? marked : "has mode " + mode + "; only 0, 16 and 24 are read");
    }
    try {
      byte[] png =
          PngEncoder.encode(pixels, number(image, "height"), number(image, "width"), channels);
      return new Read(png, path, null);
    } catch (IOException e) {
      return new Read(null, path, e.getMessage());
    }
  }

  private static int number(Row image, String field) {
    Integer value = image.getAs(field);
    return value == null ? -1 : value;
  }

  /** Returns an image's path in Spark SQL, or null where it has none. */
  Column path(Column image) {
    return switch (kind) {
      case BYTES -> lit(null).cast(DataTypes.StringType);
      case PATH -> image;
      case STRUCT -> {
        Column origin = image.getField(ORIGIN);
        yield when(origin.notEqual(""), origin);
      }
    };
  }

  /**
   * Returns an image's id in Spark SQL: a hash of its path or bytes; of a structure all, since
   * parts of one image may have its origin.
   */
  Column id(Column image) {
    return xxhash64(image);
  }

  /**
   * Returns a hash in Spark SQL that is another one when the image changes. A file counts by its
   * path, length and time of change, as it would have to be read otherwise.
   */
  Column contents(Column image) {
    if (kind != Kind.PATH) {
      return xxhash64(image);
    }
    SerializableConfiguration conf = this.conf;
    UDF1<String, String> stamp = path -> path == null ? null : stamp(path, conf.value());
    return xxhash64(
        image, coalesce(functions.udf(stamp, DataTypes.StringType).apply(image), lit("")));
  }

  private static String stamp(String path, Configuration conf) {
    try {
      Path file = new Path(path);
      FileStatus status = DataFiles.fileSystem(file, conf).getFileStatus(file);
      return status.getLen() + " " + status.getModificationTime();
    } catch (IOException | IllegalArgumentException e) {
      return problem(path, e);
    }
  }
}
