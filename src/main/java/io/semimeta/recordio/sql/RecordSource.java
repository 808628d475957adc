package io.semimeta.recordio.sql;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.DatasetManifest.Split;
import io.semimeta.data.ManifestFile;
import io.semimeta.files.DataFiles;
import io.semimeta.recordio.Verification;
import java.net.URI;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * Serves {@code spark.read().format("recordio").load(FOLDER)}: the images of a data set that {@code
 * prepare} made. The option {@code split} reads one split alone; {@code verify} compares the files,
 * whole, with the manifest when the table is made.
 */
public final class RecordSource implements TableProvider, DataSourceRegister {
  @Override
  public String shortName() {
    return "recordio";
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    return RecordTable.SCHEMA;
  }

  /**
   * Returns the data set as it is now.
   *
   * @throws UserError when it is missing, damaged, or lacks the split
   */
  @Override
  public Table getTable(StructType schema, Transform[] partitioning, Map<String, String> options) {
    CaseInsensitiveStringMap given = new CaseInsensitiveStringMap(options);
    String path = given.getOrDefault("path", "");
    if (path.isEmpty()) {
      throw new UserError("recordio reads one data set: give its folder as path");
    }
    Configuration conf = SparkSession.active().sparkContext().hadoopConfiguration();
    URI data = folder(path, conf);
    DatasetManifest manifest = ManifestFile.read(data, conf);
    Map<String, Split> splits = manifest.splits();
    String split = given.get("split");
    if (split != null) {
      splits = Map.of(split, manifest.split(split, data));
    }
    if (verify(given)) {
      JavaSparkContext spark =
          JavaSparkContext.fromSparkContext(SparkSession.active().sparkContext());
      Verification.require(spark, data, manifest, splits.keySet());
    }
    return new RecordTable(data, manifest.classes(), splits);
  }

  private static boolean verify(CaseInsensitiveStringMap given) {
    try {
      return given.getBoolean("verify", false);
    } catch (IllegalArgumentException e) {
      throw new UserError("verify=%s: must be true or false".formatted(given.get("verify")), e);
    }
  }

  private static URI folder(String path, Configuration conf) {
    try {
      return DataFiles.qualified(new Path(path), conf).toUri();
    } catch (IllegalArgumentException e) { // the path is no URI
      throw DataFiles.unreadable(path, e);
    }
  }
}
