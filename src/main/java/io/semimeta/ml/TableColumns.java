package io.semimeta.ml;

import io.semimeta.UserError;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Names the columns that a fit reads, each by the Param of the same name.
 *
 * @param imageCol images, see {@link ImageColumn}
 * @param labelCol labels, see {@link LabelColumn}
 * @param idCol whole numbers, one for each image; without it ids are hashes
 * @param validationIndicatorCol true for the images of the validation split; without it there is
 *     none
 */
record TableColumns(
    String imageCol,
    String labelCol,
    Optional<String> idCol,
    Optional<String> validationIndicatorCol) {

  /**
   * Finds a column.
   *
   * @param param the Param that names it
   * @throws UserError naming the Param, where there is no such column, or two
   */
  static StructField field(StructType schema, String param, String name) {
    List<StructField> found =
        Arrays.stream(schema.fields()).filter(field -> field.name().equals(name)).toList();
    if (found.size() == 1) {
      return found.get(0);
    }
    throw new UserError(
        found.isEmpty()
            ? "%s %s: there is no such column, only %s"
                .formatted(param, name, String.join(", ", schema.fieldNames()))
            : "%s %s: two columns have this name; rename one".formatted(param, name));
  }

  /** Makes the error about a column's type. */
  static UserError badType(String param, StructField field, String allowed) {
    return new UserError(
        "%s %s: is of type %s; it must be %s"
            .formatted(param, field.name(), field.dataType().catalogString(), allowed));
  }

  /** Quotes a name, so that dots in it are no path into a structure. */
  static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
