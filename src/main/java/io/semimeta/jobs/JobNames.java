package io.semimeta.jobs;

import io.semimeta.Shown;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Sets what Spark's UI calls the jobs that this thread starts, until it is closed. Then the earlier
 * names are back: the application, and its other jobs, may be somebody else's.
 */
public final class JobNames implements AutoCloseable {
  /** Spark keeps the names under these keys, for each thread. */
  private static final String GROUP = "spark.jobGroup.id";

  private static final String DESCRIPTION = "spark.job.description";
  private static final String INTERRUPT = "spark.job.interruptOnCancel";

  /** Spark calls a stage by this, or else by the method and line that started it. */
  private static final String CALL_SITE = "callSite.short";

  private final JavaSparkContext spark;
  private final Map<String, String> before = new LinkedHashMap<>();

  private JobNames(JavaSparkContext spark) {
    this.spark = spark;
    for (String name : new String[] {GROUP, DESCRIPTION, INTERRUPT, CALL_SITE}) {
      before.put(name, spark.getLocalProperty(name));
    }
  }

  /** Names jobs and their stages, and leaves them in the group that they are in. */
  public static JobNames described(JavaSparkContext spark, String description) {
    JobNames names = new JobNames(spark);
    String shown = Shown.text(description);
    spark.setLocalProperty(DESCRIPTION, shown);
    spark.setLocalProperty(CALL_SITE, shown);
    return names;
  }

  /**
   * Names jobs and their stages, in a group.
   *
   * @param group the group that they belong to, by which they can be cancelled
   * @param interrupts whether cancelling interrupts their threads
   */
  public static JobNames grouped(
      JavaSparkContext spark, String group, String description, boolean interrupts) {
    JobNames names = described(spark, description);
    spark.setJobGroup(group, Shown.text(description), interrupts);
    return names;
  }

  @Override
  public void close() {
    before.forEach(spark::setLocalProperty);
  }
}
