package io.semimeta.figures;

import java.util.List;
import org.apache.hadoop.fs.Path;

/**
 * Says what features to draw.
 *
 * @param checkpoints steps' folders or training outputs, one row of the figure each
 * @param data the folder of a prepared data set
 * @param labelIndices the file of the labelled images' ids
 * @param numPoint how many unlabelled images to draw at most, and how many test images
 * @param perplexity t-SNE's perplexity
 * @param seed the seed that chooses the images
 * @param output the figure's file, whose name tells its format
 */
public record PlotRequest(
    List<Path> checkpoints,
    Path data,
    Path labelIndices,
    int numPoint,
    double perplexity,
    long seed,
    Path output) {

  /** Returns the file of coordinates, which lies beside the figure. */
  public Path coordinates() {
    String name = output.getName();
    return new Path(output.getParent(), name.substring(0, name.lastIndexOf('.')) + ".csv");
  }
}
