package io.semimeta.recordio.sql;

import io.semimeta.data.DatasetManifest.Split;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * Presents some splits of a data set as a table.
 *
 * @param data the data set's folder
 * @param classes the class names, in the order of their indices
 * @param splits the splits by name
 */
record RecordTable(URI data, List<String> classes, Map<String, Split> splits)
    implements SupportsRead {
  static final String ID = "id";
  static final String LABEL = "label";
  static final String LABEL_NAME = "label_name";
  static final String BYTES = "bytes";
  static final String SPLIT = "split";
  static final String PATH = "path";

  static final StructType SCHEMA =
      new StructType()
          .add(ID, DataTypes.LongType, false)
          .add(LABEL, DataTypes.IntegerType, true)
          .add(LABEL_NAME, DataTypes.StringType, true)
          .add(BYTES, DataTypes.BinaryType, false)
          .add(SPLIT, DataTypes.StringType, false)
          .add(PATH, DataTypes.StringType, true);

  @Override
  public String name() {
    return "recordio " + data;
  }

  // The interface has columns() instead since Spark 3.4, but by default that calls this one.
  @Override
  @SuppressWarnings("deprecation")
  public StructType schema() {
    return SCHEMA;
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(TableCapability.BATCH_READ);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return new Builder(this);
  }

  private static final class Builder implements SupportsPushDownRequiredColumns {
    private final RecordTable table;
    private StructType columns = SCHEMA;

    Builder(RecordTable table) {
      this.table = table;
    }

    @Override
    public void pruneColumns(StructType required) {
      columns = required;
    }

    @Override
    public Scan build() {
      return new RecordScan(table, columns);
    }
  }
}
