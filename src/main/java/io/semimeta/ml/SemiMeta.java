package io.semimeta.ml;

import io.semimeta.cluster.Cluster;
import java.util.SortedMap;
import org.apache.spark.sql.SparkSession;

/**
 * Makes sessions in which several workers can train. One worker trains in any session, {@code
 * local[N]} and dynamic allocation included, unless it has Kryo for its serializer.
 */
public final class SemiMeta {
  private SemiMeta() {}

  /**
   * Sets on a builder what {@link #settings} lists, whatever it or Spark's configuration had for
   * these before; what is set afterwards counts. A session that runs already stays as it is: an
   * estimator names what it lacks.
   *
   * <p>Workers have an executor each. How many there are, and how large, is left to the caller:
   * {@code spark.executor.cores}, {@code spark.executor.instances} or {@code spark.cores.max}, and
   * on YARN and Kubernetes {@code spark.executor.memoryOverhead}, for tensors live outside the
   * heap.
   *
   * @return the same builder
   */
  public static SparkSession.Builder session(SparkSession.Builder builder) {
    settings().forEach(builder::config);
    return builder;
  }

  /** Returns the settings without which several workers do not train, by their names. */
  public static SortedMap<String, String> settings() {
    return Cluster.NEEDED;
  }
}
