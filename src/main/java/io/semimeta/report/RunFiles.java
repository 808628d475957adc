package io.semimeta.report;

import io.semimeta.UserError;
import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.checkpoint.FoundCheckpoints;
import io.semimeta.files.DataFiles;
import io.semimeta.files.FileReading;
import io.semimeta.page.Curve;
import io.semimeta.training.TrainingState;
import io.semimeta.training.metrics.MetricsFiles;
import io.semimeta.training.metrics.MetricsRow;
import io.semimeta.training.metrics.MetricsRows;
import io.semimeta.training.metrics.ResultFile;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Holds what a run left in its output, apart from its weights. A folder with no more than {@code
 * result.json} and {@code metrics.jsonl} will do; so will the output of a run that goes on.
 *
 * @param folder the output
 * @param result its result, or empty where the run has not ended
 * @param metrics its figures by step
 * @param options the options that decided its weights, by the result, else by a checkpoint
 * @param hasCheckpoint whether there is a network to look at
 */
public record RunFiles(
    Path folder,
    Optional<RunResult> result,
    MetricsRows metrics,
    RunOptions options,
    boolean hasCheckpoint) {

  /**
   * Reads a run's output.
   *
   * @param option the option that names it
   * @throws UserError where it is no run's output, or naming the file that is damaged
   */
  public static RunFiles read(String option, Path output, Configuration conf) {
    Path folder = DataFiles.qualified(output, conf);
    Optional<RunResult> result = RunResult.read(folder, conf);
    MetricsRows metrics = MetricsRows.read(folder, conf);
    try {
      CheckpointStore store = new CheckpointStore(folder, conf);
      FoundCheckpoints found = store.look();
      boolean hasCheckpoint = !found.sound().isEmpty();
      if (result.isEmpty() && metrics.rows().isEmpty() && !hasCheckpoint) {
        throw new UserError(
            "%s %s: holds no run: it has neither %s nor %s nor a finished checkpoint"
                .formatted(option, output, ResultFile.FILE_NAME, MetricsFiles.FILE_NAME));
      }
      RunOptions options = result.map(RunResult::options).orElse(RunOptions.of(Map.of()));
      if (options.all().isEmpty() && hasCheckpoint) {
        long last = found.sound().get(found.sound().size() - 1);
        String source = store.folder(last).toString();
        options = RunOptions.of(TrainingState.fromJson(store.readState(last), source).options());
      }
      return new RunFiles(folder, result, metrics, options, hasCheckpoint);
    } catch (IOException e) {
      throw new UserError(option + " " + output + ": " + FileReading.reason(e), e);
    }
  }

  /** Returns the run's name for people: that of its folder. */
  public String name() {
    return folder.getName().isEmpty() ? folder.toString() : folder.getName();
  }

  /**
   * Returns a figure by step.
   *
   * @param kind {@link MetricsRow#TRAIN} or {@link MetricsRow#VALIDATION}
   * @param figure the figure's name in {@code metrics.jsonl}
   * @return the points of the rows that have it; empty where none has
   */
  public Curve curve(String kind, String figure) {
    List<MetricsRow> rows =
        metrics.rows().stream()
            .filter(row -> row.kind().equals(kind) && row.values().containsKey(figure))
            .toList();
    return new Curve(
        rows.stream().mapToDouble(MetricsRow::step).toArray(),
        rows.stream().mapToDouble(row -> row.values().get(figure)).toArray());
  }
}
