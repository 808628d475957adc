package io.semimeta.ml;

import io.semimeta.UserError;
import io.semimeta.ml.table.LabelColumn;
import io.semimeta.ml.table.TableColumns;
import java.util.List;
import java.util.Set;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * Measures predictions by those rows that have a label, and takes class names for labels, neither
 * of which Spark's evaluators do: by the metrics of {@link MulticlassClassificationEvaluator}. An
 * image that could not be predicted counts as wrong.
 */
public final class SemiMetaEvaluator extends Evaluator
    implements HasParamSet, DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  /** Is no class's index. */
  private static final double NO_CLASS = -1;

  private static final Set<String> OF_PROBABILITIES = Set.of("logLoss");

  private static final String LABEL = "semimeta_label";
  private static final String PREDICTION = "semimeta_prediction";

  private final String uid;
  private final ParamSet params;

  public SemiMetaEvaluator() {
    this(Identifiable$.MODULE$.randomUID("semimeta_evaluator"));
  }

  public SemiMetaEvaluator(String uid) {
    this.uid = uid;
    this.params = new ParamSet(this);
    params.add(
        "metricName",
        "accuracy, f1, weightedPrecision, weightedRecall, or another of"
            + " MulticlassClassificationEvaluator that needs labels and predictions alone",
        "accuracy");
    params.add("labelCol", "column of labels: class names or indices, null for none", "label");
    params.add("predictionCol", "column of predicted class indices", "prediction");
  }

  public static MLReader<SemiMetaEvaluator> read() {
    return new DefaultParamsReader<>();
  }

  public static SemiMetaEvaluator load(String path) {
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

  public Param<String> metricName() {
    return params.get("metricName");
  }

  public String getMetricName() {
    return getOrDefault(metricName());
  }

  public SemiMetaEvaluator setMetricName(String value) {
    set(metricName(), value);
    return this;
  }

  public Param<String> labelCol() {
    return params.get("labelCol");
  }

  public String getLabelCol() {
    return getOrDefault(labelCol());
  }

  public SemiMetaEvaluator setLabelCol(String value) {
    set(labelCol(), value);
    return this;
  }

  public Param<String> predictionCol() {
    return params.get("predictionCol");
  }

  public String getPredictionCol() {
    return getOrDefault(predictionCol());
  }

  public SemiMetaEvaluator setPredictionCol(String value) {
    set(predictionCol(), value);
    return this;
  }

  /**
   * Measures the predictions.
   *
   * @throws UserError where no row has a label, or a column is missing
   */
  @Override
  public double evaluate(Dataset<?> dataset) {
    TableColumns.field(dataset.schema(), "labelCol", getLabelCol());
    TableColumns.field(dataset.schema(), "predictionCol", getPredictionCol());
    if (OF_PROBABILITIES.contains(getMetricName())) {
      throw new UserError(
          "metricName %s: needs probabilities; use MulticlassClassificationEvaluator on the rows"
                  .formatted(getMetricName())
              + " that have a label");
    }
    Dataset<Row> measured =
        dataset
            .toDF()
            .filter(LabelColumn.isKnown(dataset.schema().apply(getLabelCol())))
            .select(
                label(dataset).as(LABEL),
                functions
                    .coalesce(
                        column(getPredictionCol()).cast(DataTypes.DoubleType),
                        functions.lit(NO_CLASS))
                    .as(PREDICTION));
    if (measured.isEmpty()) {
      throw new UserError(
          "labelCol %s: no row has a label, so there is nothing to measure by"
              .formatted(getLabelCol()));
    }
    return inner().evaluate(measured);
  }

  /** Returns the label's index; a name that the model does not know has none. */
  private Column label(Dataset<?> dataset) {
    Column label = column(getLabelCol());
    if (!dataset.schema().apply(getLabelCol()).dataType().equals(DataTypes.StringType)) {
      return label.cast(DataTypes.DoubleType);
    }
    Attribute known = Attribute.fromStructField(dataset.schema().apply(getPredictionCol()));
    if (!(known instanceof NominalAttribute nominal) || nominal.values().isEmpty()) {
      throw new UserError(
          "labelCol %s: holds names, but the metadata of %s have no class names; give it indices"
              .formatted(getLabelCol(), getPredictionCol()));
    }
    List<String> classes = List.of(nominal.values().get());
    Column[] indices = new Column[2 * classes.size()];
    for (int c = 0; c < classes.size(); c++) {
      indices[2 * c] = functions.lit(classes.get(c));
      indices[2 * c + 1] = functions.lit((double) c);
    }
    double unknown = classes.size(); // no prediction's
    return functions.coalesce(
        functions.element_at(functions.map(indices), label), functions.lit(unknown));
  }

  private static Column column(String name) {
    return functions.col(TableColumns.quoted(name));
  }

  private MulticlassClassificationEvaluator inner() {
    return new MulticlassClassificationEvaluator()
        .setMetricName(getMetricName())
        .setLabelCol(LABEL)
        .setPredictionCol(PREDICTION);
  }

  @Override
  public boolean isLargerBetter() {
    return inner().isLargerBetter();
  }

  @Override
  public SemiMetaEvaluator copy(ParamMap extra) {
    return defaultCopy(extra);
  }
}
