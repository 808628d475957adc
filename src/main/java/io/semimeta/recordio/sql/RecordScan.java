package io.semimeta.recordio.sql;

import io.semimeta.data.DatasetManifest.Shard;
import io.semimeta.recordio.BlockHosts;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads a table once. It is a record, as Spark compares scans to do the same one once.
 *
 * @param table the table to read
 * @param readSchema the columns asked for
 */
record RecordScan(RecordTable table, StructType readSchema) implements Scan, Batch {
  @Override
  public String description() {
    return "splits " + table.splits().keySet();
  }

  @Override
  public Batch toBatch() {
    return this;
  }

  @Override
  public InputPartition[] planInputPartitions() {
    Configuration conf = SparkSession.active().sparkContext().hadoopConfiguration();
    long maxBytes = SQLConf.get().filesMaxPartitionBytes();
    BlockHosts hosts = new BlockHosts(new Path(table.data()), conf);
    List<ShardSlice> slices = new ArrayList<>();
    table
        .splits()
        .forEach(
            (name, split) -> {
              for (Shard shard : split.shards()) {
                slices.addAll(ShardSlice.cut(name, shard, maxBytes, hosts));
              }
            });
    return slices.toArray(InputPartition[]::new);
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    SparkContext context = SparkSession.active().sparkContext();
    return new SliceReaderFactory(
        table.data(),
        table.classes(),
        List.of(readSchema.fieldNames()),
        JavaSparkContext.fromSparkContext(context)
            .broadcast(new SerializableConfiguration(context.hadoopConfiguration())));
  }
}
