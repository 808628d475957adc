package io.semimeta.report;

import io.semimeta.UserError;
import io.semimeta.evaluation.Evaluation;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.fs.Path;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.spark.sql.SparkSession;

/** Makes the page on a run that has just ended. */
public final class EndOfRun {
  private static final Logger LOG = LogManager.getLogger(EndOfRun.class);

  private EndOfRun() {}

  /**
   * Holds what came of it.
   *
   * @param figures the figures that were measured for the page, even if it failed after that
   * @param page the page's file, or empty where it could not be made
   */
  public record Seen(Optional<Evaluation> figures, Optional<Path> page) {}

  /**
   * Makes the page in the run's output. A failure is a warning, never the run's.
   *
   * @param data the data set's folder
   * @param command the line that makes the page again
   */
  public static Seen report(SparkSession session, Path run, Path data, String command) {
    AtomicReference<Evaluation> measured = new AtomicReference<>();
    Optional<Path> page = Optional.empty();
    try {
      ReportRequest request =
          new ReportRequest(
              run, Optional.of(data), Optional.empty(), ReportRequest.MOST_IMAGES_AT_END, command);
      new ReportJob(request, session.sparkContext().hadoopConfiguration())
          .run(session, 0, measured::set);
      page = Optional.of(request.page());
    } catch (Exception | OutOfMemoryError e) { // SparkException too, which nobody declares
      LOG.warn("{} could not be made: {}", ReportRequest.FILE_NAME, UserError.reason(e));
      LOG.info("It could not be made", e);
    }
    return new Seen(Optional.ofNullable(measured.get()), page);
  }
}
