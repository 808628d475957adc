package io.semimeta.cli;

import io.semimeta.Shown;
import io.semimeta.cli.options.Checks;
import io.semimeta.cli.options.DataFolder;
import io.semimeta.cli.summary.ShownPath;
import io.semimeta.cluster.Cluster;
import io.semimeta.console.Table;
import io.semimeta.figures.FeaturePlot;
import io.semimeta.figures.PlotJob;
import io.semimeta.figures.PlotRequest;
import io.semimeta.plot.FigureFormat;
import io.semimeta.plot.PlottedImage.Kind;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code semimeta plot-features} draws how networks part images. */
@Command(
    name = "plot-features",
    description =
        "Draw trained networks' features of labelled, unlabelled and test images in the plane, by"
            + " t-SNE.",
    footerHeading = "%nExample%n",
    footer = {
      "  bin/semimeta plot-features --checkpoint runs/baseline --checkpoint runs/semimeta \\",
      "      --data data/images --label-indices runs/semimeta/label_indices.txt \\",
      "      --output features.pdf"
    })
final class PlotFeaturesCommand extends ProgramCommand {
  @Option(
      names = "--checkpoint",
      required = true,
      paramLabel = "URI",
      description =
          "A step's folder, or the output of a training run: then its best checkpoint. Give it"
              + " several times for a row each.")
  private List<Path> checkpoints;

  @Mixin private DataFolder data;

  @Option(
      names = "--label-indices",
      required = true,
      paramLabel = "FILE",
      description =
          "The labelled images' ids, one a line; every training run writes such a file,"
              + " label_indices.txt, to its output.")
  private Path labelIndices;

  @Option(
      names = "--num-point",
      paramLabel = "N",
      defaultValue = "5000",
      description =
          "Draw so many unlabelled images and so many test images, beside all labelled ones.")
  private int numPoint;

  @Option(
      names = "--perplexity",
      paramLabel = "X",
      defaultValue = "30",
      description = "About how many neighbours of an image t-SNE keeps near it.")
  private double perplexity;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "0",
      description = "Of the choice of images.")
  private long seed;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description =
          "The figure, as its name ends: .svg, .pdf or .png. The coordinates are written beside it,"
              + " as .csv.")
  private Path output;

  private PlotJob job;

  @Override
  public void checkOptions(Cluster cluster) {
    cluster.requireJavaSerializer();
    Checks.atLeast("--num-point", numPoint, 1);
    FigureFormat.of("--output", output.toString());
  }

  private PlotRequest request() {
    return new PlotRequest(
        checkpoints, data.path(), labelIndices, numPoint, perplexity, seed, output);
  }

  @Override
  public void checkFiles(Configuration conf) throws IOException {
    job = new PlotJob(request(), conf);
  }

  @Override
  public Integer call() throws IOException {
    Interruption.of(spec(), "no part of a file was written, and the same command begins again");
    check(new SparkConf());
    try (SparkSession session = Sessions.start("semimeta plot-features")) {
      print(job.run(session));
    }
    return 0;
  }

  private void print(FeaturePlot plot) {
    PrintWriter out = out();
    Table rows = new Table("checkpoint", "features", "KL divergence");
    for (FeaturePlot.Row row : plot.rows()) {
      rows.row(
          ShownPath.of(row.checkpoint()), row.features(), Shown.format("%.3f", row.divergence()));
    }
    out.println(rows);
    out.println();
    List<String> counts = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      counts.add(Shown.format("%,d %s", plot.count(kind), kind.text()));
    }
    out.println(
        new Table("images", String.join(", ", counts))
            .row("figure", ShownPath.of(output))
            .row("coordinates", ShownPath.of(request().coordinates())));
    out.flush();
  }
}
