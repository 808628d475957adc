package io.semimeta.comparison;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.evaluation.Comparison;
import io.semimeta.evaluation.EvaluateJob;
import io.semimeta.evaluation.EvaluateRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.spark.sql.SparkSession;

/**
 * Holds the networks of the same draw compared on the same test images.
 *
 * @param all the comparisons
 * @param leftOut why there are none, or not all; empty where nothing is missing
 */
public record NetworkComparisons(List<OfADraw> all, List<String> leftOut) {
  private static final Logger LOG = LogManager.getLogger(NetworkComparisons.class);

  /**
   * Holds two networks of the same seed compared.
   *
   * @param seed the seed
   * @param first the first one's group
   * @param second the second one's group
   * @param result the images that one alone predicts right, and McNemar's exact test
   */
  public record OfADraw(String seed, String first, String second, Comparison result) {}

  static NetworkComparisons none() {
    return new NetworkComparisons(
        List.of(), List.of("networks were not compared image by image, for --data is not given"));
  }

  /**
   * Compares the networks of all groups, draw by draw, as far as there are checkpoints.
   *
   * @param data the folder of the data set that the runs were trained on
   */
  public static NetworkComparisons of(SparkSession session, List<RunGroup> groups, Path data) {
    Map<ComparedRun.Draw, Map<String, Path>> draws = new LinkedHashMap<>();
    List<String> leftOut = new ArrayList<>();
    for (RunGroup group : groups) {
      for (ComparedRun run : group.runs()) {
        if (!run.files().hasCheckpoint()) {
          leftOut.add(run.name() + " has no checkpoint here");
        } else {
          draws
              .computeIfAbsent(run.draw(), draw -> new LinkedHashMap<>())
              .put(group.name(), run.files().folder());
        }
      }
    }
    List<OfADraw> all = new ArrayList<>();
    for (Map.Entry<ComparedRun.Draw, Map<String, Path>> draw : draws.entrySet()) {
      if (draw.getValue().size() > 1) {
        try {
          all.addAll(compared(session, draw.getKey().seed(), draw.getValue(), data));
        } catch (Exception e) { // the table and the page stand without it
          LOG.info("The networks could not be compared", e);
          leftOut.add(
              "the networks of seed %s: %s".formatted(draw.getKey().seed(), UserError.reason(e)));
        }
      }
    }
    return new NetworkComparisons(all, leftOut);
  }

  private static List<OfADraw> compared(
      SparkSession session, String seed, Map<String, Path> networks, Path data) throws IOException {
    EvaluateRequest request =
        new EvaluateRequest(
            List.copyOf(networks.values()),
            data,
            DatasetManifest.TEST,
            Optional.empty(),
            Optional.empty());
    Iterator<Comparison> results =
        new EvaluateJob(request, session.sparkContext().hadoopConfiguration())
            .run(session)
            .comparisons()
            .iterator();
    List<String> names = List.copyOf(networks.keySet());
    List<OfADraw> compared = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      for (int j = i + 1; j < names.size(); j++) {
        compared.add(new OfADraw(seed, names.get(i), names.get(j), results.next()));
      }
    }
    return compared;
  }

  /** Returns the comparisons of two groups. */
  public List<OfADraw> of(String first, String second) {
    return all.stream()
        .filter(one -> one.first().equals(first) && one.second().equals(second))
        .toList();
  }
}
