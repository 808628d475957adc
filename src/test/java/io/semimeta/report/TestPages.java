package io.semimeta.report;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Pages without Spark. */
public final class TestPages {
  private TestPages() {}

  /** Makes the page of a run that left no checkpoint. */
  public static String of(Path run, Configuration conf) {
    ReportRequest request =
        new ReportRequest(run, Optional.empty(), Optional.empty(), 100, "semimeta report");
    ReportJob job = new ReportJob(request, conf);
    RunFiles files = RunFiles.read("--run", run, conf);
    RunPage page =
        new RunPage(files, Optional.empty(), job.withoutImages().orElse(""), request.command());
    return new String(page.toBytes(), StandardCharsets.UTF_8);
  }
}
