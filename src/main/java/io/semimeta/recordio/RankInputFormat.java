package io.semimeta.recordio;

import io.semimeta.UserError;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.RoleRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
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
 * The only way by which Spark's Java API takes partitions with preferred locations. The splits are
 * made beforehand and travel in the job's configuration.
 */
public final class RankInputFormat extends InputFormat<NullWritable, RoleRecord> {
  private static final String DATA = "semimeta.records.data";
  private static final String SPLITS = "semimeta.records.splits";

  /** A copy of the configuration that also says which records each rank reads. */
  static Configuration configure(Configuration conf, Path data, List<RankSplit> splits) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes))) {
      out.writeInt(splits.size());
      for (RankSplit split : splits) {
        split.write(out);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e); // in memory
    }
    Configuration configured = new Configuration(conf);
    configured.set(DATA, data.toString());
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
  public org.apache.hadoop.mapreduce.RecordReader<NullWritable, RoleRecord> createRecordReader(
      InputSplit split, TaskAttemptContext context) {
    return new RankReader();
  }

  private static final class RankReader
      extends org.apache.hadoop.mapreduce.RecordReader<NullWritable, RoleRecord> {
    private Configuration conf;
    private Path data;
    private int rangeCount;
    private Iterator<RecordRange> ranges;
    private RecordRange range;
    private Set<Long> excluded = Set.of();
    private int left;
    private String file;
    private RecordReader reader;
    private RoleRecord current;
    private int rangesBegun;

    @Override
    public void initialize(InputSplit split, TaskAttemptContext context) {
      conf = context.getConfiguration();
      data = new Path(conf.get(DATA));
      rangeCount = ((RankSplit) split).ranges().size();
      ranges = ((RankSplit) split).ranges().iterator();
    }

    @Override
    public boolean nextKeyValue() throws IOException {
      while (left == 0) {
        if (!ranges.hasNext()) {
          return false;
        }
        begin(ranges.next());
      }
      while (excluded.contains(reader.position())) {
        reader.nextHeader();
      }
      ImageRecord image = reader.next();
      if (image == null) {
        throw new UserError(file + " ends early; prepare the data set again");
      }
      current = new RoleRecord(range.role(), image);
      left--;
      return true;
    }

    private void begin(RecordRange next) throws IOException {
      if (!next.file().equals(file)) {
        close();
        file = next.file();
        reader = RecordReader.open(new Path(data, file), conf);
      }
      reader.seek(next.offset());
      range = next;
      excluded = new HashSet<>(next.excluded());
      left = next.count();
      rangesBegun++;
    }

    @Override
    public NullWritable getCurrentKey() {
      return NullWritable.get();
    }

    @Override
    public RoleRecord getCurrentValue() {
      return current;
    }

    @Override
    public float getProgress() {
      return rangeCount == 0 ? 1 : (float) rangesBegun / rangeCount;
    }

    @Override
    public void close() throws IOException {
      if (reader != null) {
        reader.close();
      }
    }
  }
}
