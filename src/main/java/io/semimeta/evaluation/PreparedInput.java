package io.semimeta.evaluation;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ManifestFile;
import io.semimeta.files.DataFiles;
import io.semimeta.inference.Example;
import io.semimeta.recordio.Verification;
import java.io.IOException;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/**
 * Names a data set that {@code prepare} made.
 *
 * @param input its folder
 * @param split one of its splits; empty for all
 * @param verify whether to compare its files, whole, with the manifest first
 */
public record PreparedInput(Path input, Optional<String> split, boolean verify)
    implements PredictInput {

  @Override
  public void check(Configuration conf) throws IOException {
    Path manifest = new Path(input, DatasetManifest.FILE_NAME);
    if (DataFiles.fileSystem(input, conf).exists(input)
        && !DataFiles.fileSystem(input, conf).exists(manifest)) {
      throw new UserError(
          "--input %s: is no prepared data set; say what it is by --format or --input-format"
              .formatted(input));
    }
    URI data = DataFiles.qualified(input, conf).toUri();
    splits(ManifestFile.read(data, conf), data);
  }

  private Collection<String> splits(DatasetManifest manifest, URI data) {
    split.ifPresent(name -> manifest.split(name, data));
    return split.map(name -> (Collection<String>) List.of(name)).orElse(manifest.splits().keySet());
  }

  @Override
  public Images images(SparkSession session, Predictor predictor, Path output) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    Configuration conf = spark.hadoopConfiguration();
    URI data = DataFiles.qualified(input, conf).toUri();
    DatasetManifest manifest = ManifestFile.read(data, conf);
    Collection<String> splits = splits(manifest, data);
    if (verify) {
      Verification.require(spark, data, manifest, splits);
    }
    Labels labels = new Labels(manifest.classes(), predictor.classes());
    JavaRDD<Example> all = spark.emptyRDD();
    for (String name : splits) {
      all = all.union(predictor.prepared(data, manifest, name, 0, true));
    }
    return new Images(
        all.map(labels::translated), manifest.orientation(), DataTypes.LongType, List.of());
  }
}
