package io.semimeta.ml.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;

class LabelColumnIT extends TableRun {
  /** A table of one column of labels. */
  private static Dataset<Row> labels(String type, String values) {
    return spark
        .session()
        .sql("SELECT explode(array(" + values + ")) AS label")
        .selectExpr("CAST(label AS " + type + ") AS label");
  }

  private static Dataset<Row> named(Dataset<Row> labels, String... names) {
    return labels.select(
        functions
            .col("label")
            .as(
                "label",
                NominalAttribute.defaultAttr().withName("label").withValues(names).toMetadata()));
  }

  private static void assertLabels(
      List<String> classes, List<Integer> indices, Dataset<Row> table) {
    LabelColumn column = LabelColumn.of(table, "label");
    assertEquals(classes, column.classes());
    assertEquals(
        indices,
        table.select(column.index()).collectAsList().stream().map(row -> row.getInt(0)).toList());
  }

  private static void assertRefused(String message, Dataset<Row> table) {
    UserError error = assertThrows(UserError.class, () -> LabelColumn.of(table, "label"));
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }

  @Test
  void namesAreSortedAndNullsHaveNoLabel() {
    assertLabels(
        List.of("cat", "dog", "emu"),
        List.of(1, -1, 0, 2, 1),
        labels("STRING", "'dog', NULL, 'cat', 'emu', 'dog'"));
  }

  @Test
  void numbersAreIndicesAndMayLeaveSomeOut() {
    for (String type : List.of("TINYINT", "INT", "BIGINT", "FLOAT", "DOUBLE", "DECIMAL(5,1)")) {
      assertLabels(List.of("0", "1", "2"), List.of(2, -1, 0), labels(type, "2, NULL, 0"));
    }
    Dataset<Row> indexed = named(labels("DOUBLE", "1, NULL, 0"), "dog", "cat");
    assertLabels(List.of("dog", "cat"), List.of(1, -1, 0), indexed);
    Dataset<Row> kept = named(labels("DOUBLE", "1, 2, NULL, 0"), "dog", "cat", "__unknown");
    assertLabels(List.of("dog", "cat"), List.of(1, -1, -1, 0), kept);
  }

  @Test
  void aLabelOfNoClassIsFound() {
    for (Map.Entry<String, String> one : Map.of("STRING", "'a', 'b'", "INT", "0, 1").entrySet()) {
      LabelColumn column = LabelColumn.of(labels(one.getKey(), one.getValue()), "label");
      Row row = labels(one.getKey(), "7").select(column.index()).first();
      assertEquals(LabelColumn.UNKNOWN, row.getInt(0));
    }
  }

  @Test
  void whatIsNoLabelIsRefused() {
    assertRefused("labelCol label: is of type boolean;", labels("BOOLEAN", "true, false"));
    assertRefused("labelCol label: all rows are null;", labels("INT", "NULL, NULL"));
    assertRefused("labelCol label: its only label is dog;", labels("STRING", "'dog', NULL"));
    assertRefused("labelCol label: its only label is 3;", labels("DOUBLE", "3, NULL"));
    assertRefused("labelCol label: 1.5 is not a class index:", labels("DOUBLE", "0, 1.5"));
    assertRefused("labelCol label: -1 is not a class index:", labels("INT", "0, -1"));
    assertRefused("labelCol label: NaN is not a class index:", labels("DOUBLE", "0, 'NaN'"));
    assertRefused("labelCol label: 7000000 is not below 100000;", labels("INT", "0, 7000000"));
    assertRefused(
        "labelCol label: 2 is a label, but the column's metadata names 2 classes only",
        named(labels("INT", "0, 2"), "cat", "dog"));
    assertRefused(
        "labelCol label: has more than 100000 values;",
        spark.session().range(200_000).selectExpr("string(id) AS label"));
  }
}
