package io.semimeta.ml;

import io.semimeta.ml.table.ImageColumn;
import io.semimeta.ml.table.TableColumns;
import io.semimeta.training.TrainingListener;
import java.util.List;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;

/**
 * Trains a network from a DataFrame of images of which few have a label, as {@code semimeta train}
 * does from files: SemiMeta, or one of its baselines. The Params beside the columns are the
 * command's options under their names in camel case, but {@code learningRate} ({@code --lr}),
 * {@code consistencyWeight} ({@code --weight}) and {@code numWorkers} ({@code --workers}).
 */
public final class SemiMetaClassifier extends Estimator<SemiMetaClassificationModel>
    implements ColumnParams<SemiMetaClassifier>,
        DataParams,
        NetworkParams,
        MethodParams,
        OptimizerParams,
        RunParams,
        DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final ParamSet params;
  private transient TrainingListener listener;

  public SemiMetaClassifier() {
    this(Identifiable$.MODULE$.randomUID("semimeta"));
  }

  public SemiMetaClassifier(String uid) {
    this.uid = uid;
    this.params = ParamSet.ofClassifier(this);
  }

  public static MLReader<SemiMetaClassifier> read() {
    return new DefaultParamsReader<>();
  }

  public static SemiMetaClassifier load(String path) {
    return read().load(path);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public ParamSet paramSet() {
    return params;
  }

  /**
   * Writes the images under {@code workDir} unless an earlier fit has, and trains.
   *
   * @throws io.semimeta.UserError naming the Param, column or Spark setting at fault
   */
  @Override
  public SemiMetaClassificationModel fit(Dataset<?> dataset) {
    transformSchema(dataset.schema(), true);
    return TrainingParams.named(() -> new Fit(this, dataset).run(listener));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    ImageColumn.require(TableColumns.field(schema, "imageCol", getImageCol()));
    TableColumns.field(schema, "labelCol", getLabelCol());
    for (Param<String> optional : List.of(idCol(), validationIndicatorCol())) {
      Columns.optional(this, optional)
          .ifPresent(name -> TableColumns.field(schema, optional.name(), name));
    }
    TrainingParams.named(() -> Fit.request(this, "-", "-"));
    return Columns.extended(schema, this, List.of());
  }

  @Override
  public SemiMetaClassifier copy(ParamMap extra) {
    SemiMetaClassifier copy = new SemiMetaClassifier(uid).setListener(listener);
    return copyValues(copy, extra);
  }

  /** Has somebody hear of the progress of fits, on the driver. */
  public SemiMetaClassifier setListener(TrainingListener listener) {
    this.listener = listener;
    return this;
  }

  public SemiMetaClassifier setLabelCol(String value) {
    return with(labelCol(), value);
  }

  public SemiMetaClassifier setIdCol(String value) {
    return with(idCol(), value);
  }

  public SemiMetaClassifier setValidationIndicatorCol(String value) {
    return with(validationIndicatorCol(), value);
  }

  public SemiMetaClassifier setWorkDir(String value) {
    return with(workDir(), value);
  }

  public SemiMetaClassifier setStoredSize(int value) {
    return with(storedSize(), value);
  }

  public SemiMetaClassifier setNumLabel(int value) {
    return with(numLabel(), value);
  }

  public SemiMetaClassifier setNumValid(int value) {
    return with(numValid(), value);
  }

  public SemiMetaClassifier setLabelBalance(String value) {
    return with(labelBalance(), value);
  }

  public SemiMetaClassifier setBatchSize(int value) {
    return with(batchSize(), value);
  }

  public SemiMetaClassifier setCropPadding(int value) {
    return with(cropPadding(), value);
  }

  public SemiMetaClassifier setImageSize(int value) {
    return with(imageSize(), value);
  }

  public SemiMetaClassifier setLoader(String value) {
    return with(loader(), value);
  }

  public SemiMetaClassifier setFlip(boolean value) {
    return with(flip(), value);
  }

  public SemiMetaClassifier setSeed(long value) {
    return with(seed(), value);
  }

  public SemiMetaClassifier setArchitecture(String value) {
    return with(architecture(), value);
  }

  public SemiMetaClassifier setWidth(double value) {
    return with(width(), value);
  }

  public SemiMetaClassifier setInitFrom(String value) {
    return with(initFrom(), value);
  }

  public SemiMetaClassifier setNormalise(String value) {
    return with(normalise(), value);
  }

  public SemiMetaClassifier setSyncBatchNorm(boolean value) {
    return with(syncBatchNorm(), value);
  }

  public SemiMetaClassifier setMethod(String value) {
    return with(method(), value);
  }

  public SemiMetaClassifier setMixUp(boolean value) {
    return with(mixUp(), value);
  }

  public SemiMetaClassifier setAlpha(double value) {
    return with(alpha(), value);
  }

  public SemiMetaClassifier setConsistencyWeight(double value) {
    return with(consistencyWeight(), value);
  }

  public SemiMetaClassifier setEpsilon(double value) {
    return with(epsilon(), value);
  }

  public SemiMetaClassifier setMetaGradient(String value) {
    return with(metaGradient(), value);
  }

  public SemiMetaClassifier setMetaScope(String value) {
    return with(metaScope(), value);
  }

  public SemiMetaClassifier setTotalSteps(long value) {
    return with(totalSteps(), value);
  }

  public SemiMetaClassifier setEpochs(long value) {
    return with(epochs(), value);
  }

  public SemiMetaClassifier setSchedule(String value) {
    return with(schedule(), value);
  }

  public SemiMetaClassifier setLearningRate(double value) {
    return with(learningRate(), value);
  }

  public SemiMetaClassifier setWarmup(long value) {
    return with(warmup(), value);
  }

  public SemiMetaClassifier setRamp(long value) {
    return with(ramp(), value);
  }

  public SemiMetaClassifier setMilestones(int[] value) {
    return with(milestones(), value);
  }

  public SemiMetaClassifier setGamma(double value) {
    return with(gamma(), value);
  }

  public SemiMetaClassifier setMomentum(double value) {
    return with(momentum(), value);
  }

  public SemiMetaClassifier setWeightDecay(double value) {
    return with(weightDecay(), value);
  }

  public SemiMetaClassifier setCheckpointEvery(long value) {
    return with(checkpointEvery(), value);
  }

  public SemiMetaClassifier setValidateEvery(long value) {
    return with(validateEvery(), value);
  }

  public SemiMetaClassifier setLogEvery(long value) {
    return with(logEvery(), value);
  }

  public SemiMetaClassifier setKeep(int value) {
    return with(keep(), value);
  }

  public SemiMetaClassifier setNumWorkers(int value) {
    return with(numWorkers(), value);
  }

  public SemiMetaClassifier setEngine(String value) {
    return with(engine(), value);
  }

  public SemiMetaClassifier setDevice(String value) {
    return with(device(), value);
  }

  public SemiMetaClassifier setMaxRestarts(int value) {
    return with(maxRestarts(), value);
  }

  public SemiMetaClassifier setStartTimeout(long value) {
    return with(startTimeout(), value);
  }

  public SemiMetaClassifier setTimeout(long value) {
    return with(timeout(), value);
  }

  public SemiMetaClassifier setAllowUnencryptedGradients(boolean value) {
    return with(allowUnencryptedGradients(), value);
  }

  private <V> SemiMetaClassifier with(Param<V> param, V value) {
    set(param, value);
    return this;
  }
}
