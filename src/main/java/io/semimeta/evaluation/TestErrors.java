package io.semimeta.evaluation;

import io.semimeta.data.DatasetManifest;
import io.semimeta.training.metrics.ResultFile;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** Keeps the error of a finished run's chosen checkpoint on the test split. */
public final class TestErrors {
  /** The field of {@code result.json} that holds the error. */
  public static final String ERROR = "test_error";

  private static final String EXAMPLES = "test_examples";

  private TestErrors() {}

  /** Tells whether a data set has test images with labels. */
  public static boolean canBeMeasured(DatasetManifest manifest) {
    DatasetManifest.Split test = manifest.splits().get(DatasetManifest.TEST);
    return test != null && test.records() > test.unlabelled();
  }

  /**
   * Adds the error to the run's {@code result.json}, and measures it unless that was done.
   *
   * @param output the run's folder
   * @param data the data set's folder
   * @param seen figures of the checkpoint, which may be on other images
   */
  public static Evaluation add(
      SparkSession session, Path output, Path data, Optional<Evaluation> seen) throws IOException {
    Evaluation evaluation =
        seen.isPresent() && seen.get().split().equals(DatasetManifest.TEST)
            ? seen.get()
            : EvaluateJob.run(
                session,
                new EvaluateRequest(
                    output, data, DatasetManifest.TEST, Optional.empty(), Optional.empty()));
    ResultFile.add(
        output,
        session.sparkContext().hadoopConfiguration(),
        Map.of(EXAMPLES, evaluation.examples(), ERROR, evaluation.top1Error()));
    return evaluation;
  }
}
