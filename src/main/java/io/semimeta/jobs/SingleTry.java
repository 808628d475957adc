package io.semimeta.jobs;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * Ends a stage with the first failure of a task. Spark itself tries a plain task up to four times,
 * unlike those of a barrier stage; but a run begins again from its newest checkpoint, which the
 * driver alone can tell. What Spark starts before the driver has heard of the failure does nothing,
 * and waits for the stage's end.
 */
public final class SingleTry extends SparkListener implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final long MILLIS_BETWEEN = 50;
  private static final String GROUP = "spark.jobGroup.id";

  private final SparkContext spark;
  private final String jobGroup;
  private final Set<Integer> stages = ConcurrentHashMap.newKeySet();

  private SingleTry(SparkContext spark, String jobGroup) {
    this.spark = spark;
    this.jobGroup = jobGroup;
  }

  /** Watches the stages of a job group from now on. */
  public static SingleTry of(SparkContext spark, String jobGroup) {
    SingleTry single = new SingleTry(spark, jobGroup);
    spark.addSparkListener(single);
    return single;
  }

  /** Lets a task go on if it is the first of its rank, and any other wait until it is ended. */
  public static void requireFirst(TaskContext context) {
    if (context.attemptNumber() == 0) {
      return;
    }
    long begun = System.nanoTime();
    try {
      // A task that is cancelled before its thread is known is told, but not interrupted.
      while (!context.isInterrupted() && System.nanoTime() - begun < PATIENCE.toNanos()) {
        Thread.sleep(MILLIS_BETWEEN);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new IllegalStateException("Spark started the rank again, which must run once");
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
    if (jobGroup.equals(submitted.properties().getProperty(GROUP))) {
      stages.add(submitted.stageInfo().stageId());
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (stages.contains(end.stageId()) && end.reason() instanceof TaskFailedReason failure) {
      // Its first line names the exception, as where Spark ends a barrier stage.
      spark.cancelStage(end.stageId(), "of a failure:\n" + failure.toErrorString());
    }
  }

  @Override
  public void close() {
    spark.removeSparkListener(this);
  }
}
