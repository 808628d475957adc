package io.semimeta.cli;

import io.semimeta.distributed.TrainingJob;
import io.semimeta.evaluation.Evaluation;
import io.semimeta.evaluation.TestErrors;
import io.semimeta.plan.TrainingPlan.EvaluatedOn;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.spark.sql.SparkSession;

/**
 * Measures the chosen checkpoint's error on the test split, once, after a run whose errors were
 * measured on validation images.
 */
final class TestError {
  private static final Logger LOG = LogManager.getLogger(TestError.class);

  private TestError() {}

  /**
   * Measures the error and adds it to the result file. Where that fails there is only a warning,
   * because a run of days must not fail for it.
   *
   * @param data the data set's folder
   * @return empty where the test split has no labels or does not exist, or training measured on it
   */
  static Optional<Evaluation> measure(SparkSession spark, TrainingJob job, Path data) {
    boolean asked = job.plan().evaluatedOn() == EvaluatedOn.VALIDATION;
    if (!asked || !TestErrors.canBeMeasured(job.plan().manifest())) {
      return Optional.empty();
    }
    try {
      return Optional.of(TestErrors.measure(spark, new Path(job.plan().run().output()), data));
    } catch (IOException | RuntimeException e) {
      LOG.warn("the test error could not be measured: {}", Failures.cause(e));
      LOG.info("It could not be measured", e);
      return Optional.empty();
    }
  }
}
