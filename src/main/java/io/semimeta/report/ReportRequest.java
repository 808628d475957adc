package io.semimeta.report;

import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * Says which run to report on.
 *
 * @param run the run's output
 * @param data the data set's folder; empty for the one that the run names
 * @param output the page's file; empty for {@code report.html} in the run's output
 * @param mostImages how many unlabelled images, and how many labelled ones, are looked at
 * @param command the line that makes the page, for its reader
 */
public record ReportRequest(
    Path run, Optional<Path> data, Optional<Path> output, int mostImages, String command) {
  public static final String FILE_NAME = "report.html";

  /** Is how many unlabelled images are looked at when a person asks for a page. */
  public static final int MOST_IMAGES = 10_000;

  /** Is how many are looked at at the end of a run, which is not to take long for it. */
  public static final int MOST_IMAGES_AT_END = 2_000;

  /** Returns the page's file. */
  public Path page() {
    return output.orElseGet(() -> new Path(run, FILE_NAME));
  }
}
