package io.semimeta.checkpoint;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Says how far the weights and velocities of two runs' checkpoints of one step lie apart: the norm
 * of their difference over the first one's norm. Arguments: RUN RUN STEP MOST; what lies further
 * apart than MOST ends with status 1.
 */
public final class WeightsApart {
  private double difference;
  private double norm;

  private WeightsApart() {}

  /** Compares. */
  public static void main(String[] args) throws IOException {
    long step = Long.parseLong(args[2]);
    Checkpoint one = new CheckpointStore(new Path(args[0]), new Configuration()).read(step);
    Checkpoint other = new CheckpointStore(new Path(args[1]), new Configuration()).read(step);
    double weights = apart(one.model(), other.model());
    double velocities = apart(one.optimizer(), other.optimizer());
    System.out.printf(Locale.ROOT, "weights %.1e apart, velocities %.1e%n", weights, velocities);
    if (!(Math.max(weights, velocities) <= Double.parseDouble(args[3]))) {
      System.exit(1);
    }
  }

  private static double apart(Map<String, StoredTensor> one, Map<String, StoredTensor> other) {
    WeightsApart sum = new WeightsApart();
    one.forEach((name, tensor) -> sum.add(tensor, other.get(name)));
    return Math.sqrt(sum.difference / sum.norm);
  }

  private void add(StoredTensor one, StoredTensor other) {
    if (one.dtype().equals("F32")) {
      FloatBuffer a = one.data().asFloatBuffer();
      FloatBuffer b = other.data().asFloatBuffer();
      while (a.hasRemaining()) {
        double value = a.get();
        double distance = value - b.get();
        difference += distance * distance;
        norm += value * value;
      }
    }
  }
}
