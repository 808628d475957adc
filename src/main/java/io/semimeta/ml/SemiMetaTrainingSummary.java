package io.semimeta.ml;

import io.semimeta.distributed.ImageCounts;
import io.semimeta.files.DataFiles;
import io.semimeta.ml.table.Materialised;
import io.semimeta.training.TrainingResult;
import io.semimeta.training.Validation;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Says how a fit went, and where its files are. */
public final class SemiMetaTrainingSummary {
  private final TrainingResult result;
  private final ImageCounts images;
  private final Materialised data;
  private final Path run;
  private final Optional<Path> report;
  private final Configuration conf;

  SemiMetaTrainingSummary(
      TrainingResult result,
      ImageCounts images,
      Materialised data,
      Path run,
      Optional<Path> report,
      Configuration conf) {
    this.result = result;
    this.images = images;
    this.data = data;
    this.run = run;
    this.report = report;
    this.conf = conf;
  }

  /** Returns the number of updates. */
  public long totalSteps() {
    return result.step();
  }

  /** Returns the time in the training loop, in seconds. */
  public double seconds() {
    return result.seconds();
  }

  /** Returns how often the run began again after lost executors. */
  public int restarts() {
    return result.restarts();
  }

  /** Returns the number of images whose labels were trained on. */
  public long labelledImages() {
    return images.labelled();
  }

  /** Returns the number of images that were trained on without a label. */
  public long unlabelledImages() {
    return images.unlabelled();
  }

  /** Returns the number of images that errors were measured on, and nothing was trained on. */
  public long validationImages() {
    return images.valid();
  }

  /** Returns the number of images that were left out, as {@code handleInvalid} allows. */
  public long invalidImages() {
    return data.leftOut();
  }

  /** Returns the number of rows that were passed over because another row holds their image. */
  public long repeatedImages() {
    return data.repeated();
  }

  /** Returns the steps after which errors were measured. */
  public long[] validationSteps() {
    return result.validations().stream().mapToLong(Validation::step).toArray();
  }

  /** Returns the top-1 errors on the validation images, shares in [0, 1], by those steps. */
  public double[] validationErrors() {
    return result.validations().stream().mapToDouble(Validation::top1Error).toArray();
  }

  /** Returns the lowest of them; NaN where no images were set aside. */
  public double bestValidationError() {
    List<Validation> all = result.validations();
    return all.stream()
        .min(Comparator.comparingDouble(Validation::top1Error))
        .map(Validation::top1Error)
        .orElse(Double.NaN);
  }

  /** Returns the folder of the run: checkpoints, metrics, result and report. */
  public String runFolder() {
    return run.toString();
  }

  /** Returns the folder of the images as record files, which the next fit uses again. */
  public String dataFolder() {
    return data.folder().toString();
  }

  /** Returns the page on the run, or an empty text where it could not be made. */
  public String report() {
    return report.map(Path::toString).orElse("");
  }

  /** Removes the record files; the next fit writes them anew. */
  public void removeData() throws IOException {
    DataFiles.fileSystem(data.folder(), conf).delete(data.folder(), true);
  }
}
