package io.semimeta.report;

import io.semimeta.evaluation.Calibration.Confidences;
import io.semimeta.evaluation.Evaluation;
import io.semimeta.evaluation.Evaluation.ClassError;
import io.semimeta.page.Block;
import io.semimeta.page.Blocks;
import io.semimeta.page.ConfusionGrid;
import io.semimeta.page.DataTable;
import io.semimeta.page.Numbers;
import io.semimeta.page.ReliabilityDiagram;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Shows a network's figures on images with a label: by class, by pair of classes, by confidence.
 */
final class Findings {
  private static final int MOST_CLASSES = 50;
  private static final int MOST_PAIRS = 20;

  private Findings() {}

  /** Counts images of one class that another is predicted for. */
  private record Pair(int label, int predicted, long count, long of) {}

  /** Returns the table of classes, those of the largest error first. */
  static List<Block> classes(Evaluation evaluation) {
    DataTable table = new DataTable("class", "images", "error", "precision", "recall", "F1");
    List<ClassError> worst =
        evaluation.perClass().stream()
            .sorted(
                Comparator.comparing(
                    ClassError::error, Comparator.nullsLast(Comparator.reverseOrder())))
            .limit(MOST_CLASSES)
            .toList();
    for (ClassError one : worst) {
      table.row(
          one.name(),
          Numbers.count(one.examples()),
          Numbers.percent(one.error(), 1),
          Numbers.percent(one.precision(), 1),
          Numbers.percent(one.recall(), 1),
          Numbers.percent(one.f1(), 1));
    }
    List<Block> blocks = new ArrayList<>(List.of(table));
    if (worst.size() < evaluation.perClass().size()) {
      blocks.add(
          Blocks.note(
              "The %s of %s classes with the largest errors."
                  .formatted(worst.size(), evaluation.perClass().size())));
    }
    return blocks;
  }

  /** Returns the confusion matrix, or for many classes the pairs that are confused most. */
  static Block confusion(Evaluation evaluation) {
    List<String> names = evaluation.perClass().stream().map(ClassError::name).toList();
    if (names.size() <= ConfusionGrid.MOST_CLASSES) {
      return new ConfusionGrid(names, evaluation.confusion());
    }
    DataTable table = new DataTable("label", "predicted", "images", "of the label's");
    for (Pair pair : pairs(evaluation.confusion())) {
      table.row(
          names.get(pair.label),
          names.get(pair.predicted),
          Numbers.count(pair.count),
          Numbers.percent((double) pair.count / pair.of, 1));
    }
    return table;
  }

  private static List<Pair> pairs(long[][] confusion) {
    List<Pair> pairs = new ArrayList<>();
    for (int label = 0; label < confusion.length; label++) {
      long all = 0;
      for (long count : confusion[label]) {
        all += count;
      }
      for (int predicted = 0; predicted < confusion.length; predicted++) {
        if (predicted != label && confusion[label][predicted] > 0) {
          pairs.add(new Pair(label, predicted, confusion[label][predicted], all));
        }
      }
    }
    pairs.sort(
        Comparator.comparingLong(Pair::count)
            .reversed()
            .thenComparingInt(Pair::label)
            .thenComparingInt(Pair::predicted));
    return pairs.subList(0, Math.min(MOST_PAIRS, pairs.size()));
  }

  /** Returns the reliability diagram and the figures of calibration. */
  static List<Block> calibration(Evaluation evaluation) {
    List<ReliabilityDiagram.Bin> bins = new ArrayList<>();
    for (Confidences bin : evaluation.equalWidth().bins()) {
      bins.add(
          new ReliabilityDiagram.Bin(
              bin.from(),
              bin.to(),
              bin.examples(),
              bin.examples() == 0 ? Double.NaN : bin.meanConfidence(),
              bin.examples() == 0 ? Double.NaN : bin.accuracy()));
    }
    DataTable figures = new DataTable("figure", "value");
    figures.row("calibration error", Numbers.percent(evaluation.expectedCalibrationError(), 1));
    figures.row(
        "in bins of equal numbers of images", Numbers.percent(evaluation.equalMass().error(), 1));
    figures.row("cross-entropy", Numbers.significant(evaluation.crossEntropy(), 4));
    figures.row("Brier score", Numbers.significant(evaluation.brierScore(), 4));
    Block words =
        html -> {
          html.open("div");
          Blocks.paragraph(
                  "A network whose confidence can be trusted has bars that end at the dashed line."
                      + " The orange line is the mean confidence of the bar's images: a bar below"
                      + " it is of a network too sure of itself. Bins without images have no bar.")
              .writeTo(html);
          figures.writeTo(html);
          html.close();
        };
    return List.of(Blocks.beside(List.of(new ReliabilityDiagram(bins), words)));
  }
}
