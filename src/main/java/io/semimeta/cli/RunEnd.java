package io.semimeta.cli;

import io.semimeta.UserError;
import io.semimeta.distributed.TrainingJob;
import io.semimeta.evaluation.Evaluation;
import io.semimeta.evaluation.TestErrors;
import io.semimeta.plan.TrainingPlan.EvaluatedOn;
import io.semimeta.report.EndOfRun;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.spark.sql.SparkSession;

/**
 * Makes the page on a run that has ended and, after one whose errors were measured on validation
 * images, adds the chosen checkpoint's error on the test split to its result.
 */
final class RunEnd {
  private static final Logger LOG = LogManager.getLogger(RunEnd.class);

  private RunEnd() {}

  /**
   * Looks at the network once, for the page and for the test error. Where that fails there is only
   * a warning, because a run of days must not fail for it.
   *
   * @param data the data set's folder
   * @return the page's file, and the test error; the latter is empty where the test split has no
   *     labels or does not exist, or training measured on it
   */
  static EndOfRun.Seen look(SparkSession spark, TrainingJob job, Path data) {
    Path output = new Path(job.plan().run().output());
    EndOfRun.Seen seen =
        EndOfRun.report(
            spark, output, data, ReportCommand.line(output, Optional.empty(), Optional.empty()));
    Optional<Evaluation> test = Optional.empty();
    boolean asked = job.plan().evaluatedOn() == EvaluatedOn.VALIDATION;
    if (asked && TestErrors.canBeMeasured(job.plan().manifest())) {
      try {
        test = Optional.of(TestErrors.add(spark, output, data, seen.figures()));
      } catch (Exception | OutOfMemoryError e) { // SparkException too, which nobody declares
        LOG.warn("the test error could not be measured: {}", UserError.reason(e));
        LOG.info("It could not be measured", e);
      }
    }
    return new EndOfRun.Seen(test, seen.page());
  }
}
