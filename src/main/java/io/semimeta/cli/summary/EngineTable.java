package io.semimeta.cli.summary;

import io.semimeta.Shown;
import io.semimeta.benchmark.EngineBenchmark.Timing;
import io.semimeta.console.Table;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * Shows how long a step takes under each engine.
 *
 * @param timings what was measured, a network's engines one after the other; the first engine is
 *     the reference
 * @param workers the number of executors
 * @param batchSize the labelled images of a rank's step
 */
public record EngineTable(List<Timing> timings, int workers, int batchSize) {

  public void print(PrintWriter out) {
    Table table = new Table("network", "parameters", "engine", "s/step", "exchange", "ratio");
    Timing reference = timings.get(0);
    for (Timing timing : timings) {
      if (!timing.network().equals(reference.network())) {
        reference = timing;
      }
      table.row(
          timing.network(),
          timing.parameters(),
          timing.engine(),
          Shown.format("%.3f", timing.stepSeconds()),
          Shown.format("%.3f", timing.exchangeSeconds()),
          Shown.format("%.2f", timing.stepSeconds() / reference.stepSeconds()));
    }
    out.printf("%n%s%n%n", table);
    out.printf(
        Locale.ROOT,
        "%d executors, %d + %d images a rank; s/step: median; exchange: of it, not computing;"
            + " ratio: to %s%n",
        workers,
        batchSize,
        batchSize,
        timings.get(0).engine());
    out.flush();
  }
}
