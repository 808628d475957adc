package io.semimeta.ablation;

import io.semimeta.UserError;
import io.semimeta.plan.RunRequest;
import io.semimeta.plan.StepOptions;
import io.semimeta.plan.TrainingRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/**
 * Says which runs to compare. Runs of the same seed have the same labels and the same initial
 * weights, whatever their rows; so their errors pair.
 *
 * @param training what all runs have in common; its output is the folder of all
 * @param alpha both parameters of mixup's Beta distribution, for rows that mix
 * @param rows the methods
 * @param seeds the draws
 */
public record AblationRequest(
    TrainingRequest training, double alpha, List<Row> rows, List<Long> seeds) {

  /**
   * Refuses rows that are the same with what is asked for, such as both controls without a
   * consistency loss.
   *
   * @throws UserError naming the rows
   */
  public void requireDifferentRows() {
    Map<StepOptions, Row> seen = new HashMap<>();
    for (Row row : rows) {
      Row same = seen.put(row.method(training.method(), alpha), row);
      if (same != null) {
        throw new UserError(
            "--rows: %s and %s are the same with these options; leave one of them out"
                .formatted(same, row));
      }
    }
  }

  /** Returns the runs, one seed after the other; each begins, or goes on where it was left. */
  public List<AblationRun> runs() {
    List<AblationRun> runs = new ArrayList<>();
    for (long seed : seeds) {
      for (Row row : rows) {
        String name = "seed-%s/%s".formatted(seed, row);
        RunRequest files =
            training
                .run()
                .withOutput(new Path(training.run().output(), name).toString())
                .withResume(RunRequest.Resume.AUTO);
        runs.add(
            new AblationRun(
                name,
                "%s, seed %s".formatted(row.title(), seed),
                training
                    .withMethod(row.method(training.method(), alpha))
                    .withSeed(seed)
                    .withRun(files)));
      }
    }
    return runs;
  }
}
