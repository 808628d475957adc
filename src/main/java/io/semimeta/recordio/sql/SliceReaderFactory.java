package io.semimeta.recordio.sql;

import java.net.URI;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.util.SerializableConfiguration;

/** Gives the executors what they need for a scan, besides their slices. */
record SliceReaderFactory(
    URI data, List<String> classes, List<String> columns, Broadcast<SerializableConfiguration> conf)
    implements PartitionReaderFactory {
  @Override
  public PartitionReader<InternalRow> createReader(InputPartition partition) {
    return new SliceReader(
        new Path(data), (ShardSlice) partition, classes, columns, conf.value().value());
  }
}
