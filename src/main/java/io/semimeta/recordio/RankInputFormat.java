package io.semimeta.recordio;

import io.semimeta.data.RankRecords;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.mapreduce.InputFormat;
import org.apache.hadoop.mapreduce.InputSplit;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.TaskAttemptContext;

/**
 * Gives Spark partitions with preferred locations, for which its Java API has no other way. The
 * splits are made beforehand and travel in the job's configuration.
 */
public final class RankInputFormat extends InputFormat<NullWritable, RankRecords> {
  private static final String DATA = "semimeta.records.data";
  private static final String SIDECARS = "semimeta.records.sidecars";
  private static final String SPLITS = "semimeta.records.splits";

  /** Returns a copy of the configuration that also says which records each rank reads. */
  static Configuration configure(
      Configuration conf, Path data, boolean sidecars, List<RankSplit> splits) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes))) {
      out.writeInt(splits.size());
      for (RankSplit split : splits) {
        split.write(out);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e); // cannot be: it writes to memory
    }
    Configuration configured = new Configuration(conf);
    configured.set(DATA, data.toString());
    configured.setBoolean(SIDECARS, sidecars);
    configured.set(SPLITS, Base64.getEncoder().encodeToString(bytes.toByteArray()));
    return configured;
  }

  @Override
  public List<InputSplit> getSplits(JobContext context) throws IOException {
    byte[] bytes = Base64.getDecoder().decode(context.getConfiguration().get(SPLITS));
    List<InputSplit> splits = new ArrayList<>();
    try (DataInputStream in =
        new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(bytes)))) {
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        RankSplit split = new RankSplit();
        split.readFields(in);
        splits.add(split);
      }
    }
    return splits;
  }

  @Override
  public org.apache.hadoop.mapreduce.RecordReader<NullWritable, RankRecords> createRecordReader(
      InputSplit split, TaskAttemptContext context) {
    return new RankReader();
  }

  /** Gives one value: the rank's records, which are read when they are asked for. */
  private static final class RankReader
      extends org.apache.hadoop.mapreduce.RecordReader<NullWritable, RankRecords> {
    private RankRecords records;
    private boolean given;

    @Override
    public void initialize(InputSplit split, TaskAttemptContext context) {
      Configuration conf = context.getConfiguration();
      boolean sidecars = conf.getBoolean(SIDECARS, false);
      records =
          new ShardRecords(
              ((RankSplit) split).ranges(),
              new ShardFiles(new Path(conf.get(DATA)), conf, sidecars));
    }

    @Override
    public boolean nextKeyValue() {
      boolean first = !given;
      given = true;
      return first;
    }

    @Override
    public NullWritable getCurrentKey() {
      return NullWritable.get();
    }

    @Override
    public RankRecords getCurrentValue() {
      return records;
    }

    @Override
    public float getProgress() {
      return given ? 1 : 0;
    }

    @Override
    public void close() {}
  }
}
