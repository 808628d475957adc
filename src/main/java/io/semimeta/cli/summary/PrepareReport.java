package io.semimeta.cli.summary;

import io.semimeta.Shown;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.DatasetManifest.Shard;
import io.semimeta.data.DatasetManifest.Split;
import io.semimeta.prepare.PrepareJob;
import io.semimeta.prepare.Quarantine;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;

/** Prints what {@code prepare} made. */
public final class PrepareReport {
  private static final int SHOWN_CLASSES = 10;

  private PrepareReport() {}

  /** Lists the first class names. */
  private static String classes(List<String> names) {
    String first =
        names.stream().limit(SHOWN_CLASSES).map(Shown::text).collect(Collectors.joining(", "));
    int more = names.size() - SHOWN_CLASSES;
    return more > 0 ? Shown.format("%s and %,d more", first, more) : first;
  }

  private static String passedOver(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(kind -> Shown.format("%s %,d", kind.getKey(), kind.getValue()))
        .collect(Collectors.joining(", "));
  }

  public static void print(PrepareJob.Result result, Path output, PrintWriter out) {
    DatasetManifest manifest = result.manifest();
    out.printf(
        "%n%-6s %11s %11s %8s %11s %7s %9s%n",
        "split", "images", "unlabelled", "classes", "size", "shards", "MB");
    String size = manifest.height() == 0 ? "various" : manifest.height() + "x" + manifest.width();
    for (Map.Entry<String, Split> entry : manifest.splits().entrySet()) {
      Split split = entry.getValue();
      long classes = split.perClass().stream().filter(count -> count > 0).count();
      long bytes = split.shards().stream().mapToLong(Shard::bytes).sum();
      out.printf(
          Locale.ROOT,
          "%-6s %,11d %,11d %8d %11s %7d %9.1f%n",
          entry.getKey(),
          split.records(),
          split.unlabelled(),
          classes,
          size,
          split.shards().size(),
          bytes / 1e6);
    }
    out.printf(
        "%s images, written to %s%n",
        manifest.channels() == 1 ? "Grey" : "Colour", Shown.text(output));
    EmptyClasses.line(manifest).ifPresent(out::println);
    out.println("Classes: " + classes(manifest.classes()));
    if (manifest.passedOver() != null) {
      out.println("Passed over: " + passedOver(manifest.passedOver()));
    }
    if (manifest.labelled() != null) {
      out.printf(
          Locale.ROOT,
          "Labelled for training: %,d images, listed in %s%n",
          manifest.labelled().images(),
          Shown.text(new Path(output, manifest.labelled().file())));
    }
    if (result.kept() > 0) {
      out.printf(
          Locale.ROOT, "Record files that an interrupted run had finished: %d%n", result.kept());
    }
    if (result.quarantined() > 0) {
      out.printf(
          Locale.ROOT,
          "%d images could not be read: see %s%n",
          result.quarantined(),
          Shown.text(new Path(output, Quarantine.FILE_NAME)));
    }
    out.flush();
  }
}
