package io.semimeta.figures;

import io.semimeta.plot.PlottedImage;
import io.semimeta.plot.PlottedImage.Kind;
import java.util.List;

/**
 * Tells what a figure of features shows.
 *
 * @param rows the networks, from above
 * @param images the images, the same of each network
 */
public record FeaturePlot(List<Row> rows, List<PlottedImage> images) {

  /**
   * Describes a row.
   *
   * @param checkpoint the step's folder
   * @param features how many features the network has
   * @param divergence what t-SNE has left of its cost, the Kullback-Leibler divergence
   */
  public record Row(String checkpoint, int features, double divergence) {}

  /** Counts the images of a kind. */
  public long count(Kind kind) {
    return images.stream().filter(image -> image.kind() == kind).count();
  }
}
