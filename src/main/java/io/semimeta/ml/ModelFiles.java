package io.semimeta.ml;

import io.semimeta.UserError;
import io.semimeta.files.DataFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;

/**
 * Saves models: Spark's metadata, and beside them the network as a checkpoint, so that {@code
 * semimeta evaluate} and {@code predict} take the folder too.
 */
final class ModelFiles {
  private static final String METADATA = "metadata";

  private ModelFiles() {}

  /** Writes a model. */
  static final class Writer extends MLWriter {
    private final SemiMetaClassificationModel model;

    Writer(SemiMetaClassificationModel model) {
      this.model = model;
    }

    @Override
    public void saveImpl(String path) {
      try {
        // The metadata come first: a folder without them is taken for a training output.
        new DefaultParamsWriter(model).session(sparkSession()).saveImpl(path);
        model.network().write(DriverDisk.folder(path), sc().hadoopConfiguration());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Reads a model, or a network that the command trained. */
  static final class Reader extends MLReader<SemiMetaClassificationModel> {
    @Override
    public SemiMetaClassificationModel load(String path) {
      Configuration conf = sc().hadoopConfiguration();
      Path folder = DriverDisk.folder(path);
      Path metadata = new Path(folder, METADATA);
      return TrainingParams.named(
          () -> {
            SemiMetaClassificationModel model =
                DataFiles.fileSystem(metadata, conf).exists(metadata)
                    ? saved(path)
                    : new SemiMetaClassificationModel();
            return model.serving(ServedNetwork.read(folder.toString(), conf));
          });
    }

    @SuppressWarnings("deprecation") // Spark 3.5 knows no other
    private SemiMetaClassificationModel saved(String path) {
      String type = SemiMetaClassificationModel.class.getName();
      try {
        DefaultParamsReader.loadMetadata(path, sc(), type);
      } catch (IllegalArgumentException e) {
        throw new UserError("%s holds no saved model: %s".formatted(path, e.getMessage()), e);
      }
      return new DefaultParamsReader<SemiMetaClassificationModel>()
          .session(sparkSession())
          .load(path);
    }
  }
}
