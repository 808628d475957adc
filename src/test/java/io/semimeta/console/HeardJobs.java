package io.semimeta.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;

/** What the jobs of an application are called, from now on. */
public final class HeardJobs extends SparkListener implements AutoCloseable {
  private final JavaSparkContext spark;
  private final List<Job> jobs = new ArrayList<>();

  /**
   * A job's names.
   *
   * @param stages without repetition
   */
  public record Job(String group, String description, Set<String> stages) {}

  public HeardJobs(JavaSparkContext spark) {
    this.spark = spark;
    spark.sc().addSparkListener(this);
  }

  @Override
  public synchronized void onJobStart(SparkListenerJobStart start) {
    Set<String> stages = new TreeSet<>();
    for (int i = 0; i < start.stageInfos().size(); i++) {
      stages.add(start.stageInfos().apply(i).name());
    }
    jobs.add(
        new Job(
            start.properties().getProperty("spark.jobGroup.id"),
            start.properties().getProperty("spark.job.description"),
            stages));
  }

  /** All jobs that have begun so far. */
  public List<Job> all() {
    try {
      spark.sc().listenerBus().waitUntilEmpty(60_000);
    } catch (TimeoutException e) {
      throw new IllegalStateException(e);
    }
    synchronized (this) {
      return List.copyOf(jobs);
    }
  }

  @Override
  public void close() {
    spark.sc().removeSparkListener(this);
  }
}
