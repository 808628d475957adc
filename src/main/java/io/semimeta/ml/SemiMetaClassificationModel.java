package io.semimeta.ml;

import io.semimeta.UserError;
import io.semimeta.ml.ServingTask.Outputs;
import io.semimeta.ml.table.ImageColumn;
import io.semimeta.ml.table.TableColumns;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Classifies the images of a DataFrame by a network that {@link SemiMetaClassifier} or {@code
 * semimeta train} trained. {@link #transform} is lazy, keeps the other columns, and holds a batch
 * of rows a task in memory.
 */
public final class SemiMetaClassificationModel extends Model<SemiMetaClassificationModel>
    implements ColumnParams<SemiMetaClassificationModel>,
        DataParams,
        NetworkParams,
        MethodParams,
        OptimizerParams,
        RunParams,
        MLWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final ParamSet params;
  private transient ServedNetwork network;
  private transient SemiMetaTrainingSummary summary;

  /** Makes a model without a network, for Spark's readers. */
  public SemiMetaClassificationModel() {
    this(Identifiable$.MODULE$.randomUID("semimeta"));
  }

  /** Makes a model without a network, for Spark's readers. */
  public SemiMetaClassificationModel(String uid) {
    this.uid = uid;
    this.params = ParamSet.ofClassifier(this);
  }

  SemiMetaClassificationModel serving(ServedNetwork network) {
    this.network = network;
    return this;
  }

  SemiMetaClassificationModel summarised(SemiMetaTrainingSummary summary) {
    this.summary = summary;
    return this;
  }

  /** Returns a reader of saved models, of training outputs and of checkpoints. */
  public static MLReader<SemiMetaClassificationModel> read() {
    return new ModelFiles.Reader();
  }

  /**
   * Loads a model.
   *
   * @param path a saved model; or an output of {@code semimeta train}, or a checkpoint in it
   * @throws UserError where there is none, or it is damaged
   */
  public static SemiMetaClassificationModel load(String path) {
    return read().load(path);
  }

  @Override
  public MLWriter write() {
    return new ModelFiles.Writer(this);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public ParamSet paramSet() {
    return params;
  }

  /** Returns the class names, in the order of the class indices. */
  public String[] classes() {
    return network().classes().toArray(String[]::new);
  }

  public int numClasses() {
    return network().classes().size();
  }

  /** Tells whether this model comes from a fit in this session. */
  public boolean hasSummary() {
    return summary != null;
  }

  /**
   * Returns the figures of the training run.
   *
   * @throws UserError where the model was loaded
   */
  public SemiMetaTrainingSummary summary() {
    if (summary == null) {
      throw new UserError("this model was loaded, so it has no training summary");
    }
    return summary;
  }

  ServedNetwork network() {
    if (network == null) {
      throw new UserError("this model has no network; load it by SemiMetaClassificationModel.load");
    }
    return network;
  }

  /**
   * Returns about how many bytes the model takes on the driver. Spark Connect asks, from 4.1, and
   * would else count all that a session holds.
   */
  @SuppressWarnings("MissingOverride") // the Model of Spark 3.5 has none
  public long estimatedSize() {
    return network().size();
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = transformSchema(dataset.schema(), true);
    Outputs outputs =
        new Outputs(
            isNamed(rawPredictionCol()),
            isNamed(probabilityCol()),
            isNamed(predictionCol()),
            isNamed(predictedLabelCol()));
    ServingTask task =
        new ServingTask(
            network().key(),
            network().classes(),
            network().on(dataset.sparkSession().sparkContext()),
            images(dataset),
            outputs,
            Thresholds.of(this, numClasses()),
            HandleInvalid.of(this));
    return mapped(dataset, task, schema);
  }

  /**
   * Maps the rows under names of our own: a table may have two columns of one name. The columns'
   * metadata, such as class names, are lost on the way, so they are given anew.
   */
  private static Dataset<Row> mapped(Dataset<?> rows, ServingTask task, StructType schema) {
    StructField[] fields = schema.fields();
    StructType numbered = new StructType();
    Column[] named = new Column[fields.length];
    for (int i = 0; i < fields.length; i++) {
      String number = "c" + i;
      numbered = numbered.add(number, fields[i].dataType(), fields[i].nullable());
      named[i] = functions.col(number).as(fields[i].name(), fields[i].metadata());
    }
    String[] given = Arrays.copyOf(numbered.fieldNames(), rows.columns().length);
    return rows.toDF(given).mapPartitions(task, Encoders.row(numbered)).select(named);
  }

  private ImageColumn images(Dataset<?> dataset) {
    return ImageColumn.of(
        dataset.schema(),
        getImageCol(),
        dataset.sparkSession().sparkContext().hadoopConfiguration());
  }

  private boolean isNamed(Param<String> column) {
    return Columns.optional(this, column).isPresent();
  }

  @Override
  public StructType transformSchema(StructType schema) {
    ImageColumn.require(TableColumns.field(schema, "imageCol", getImageCol()));
    Thresholds.of(this, numClasses());
    return Columns.extended(schema, this, List.of(classes()));
  }

  @Override
  public SemiMetaClassificationModel copy(ParamMap extra) {
    SemiMetaClassificationModel copy =
        new SemiMetaClassificationModel(uid).serving(network).summarised(summary);
    Optional.ofNullable(parent()).ifPresent(copy::setParent);
    return copyValues(copy, extra);
  }

  @Override
  public String toString() {
    return network == null
        ? "SemiMetaClassificationModel: uid=" + uid
        : "SemiMetaClassificationModel: uid=%s, numClasses=%s".formatted(uid, numClasses());
  }
}
