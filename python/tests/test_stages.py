"""Fits, predictions, and what is kept of them."""

from __future__ import annotations

import math
from pathlib import Path
from urllib.parse import urlparse

import pytest
from pyspark import keyword_only
from pyspark.ml import Pipeline, PipelineModel, Transformer
from pyspark.ml.tuning import (
    CrossValidator,
    CrossValidatorModel,
    ParamGridBuilder,
    TrainValidationSplit,
    TrainValidationSplitModel,
)
from pyspark.ml.util import DefaultParamsReadable, DefaultParamsWritable

from semimeta import SemiMetaClassificationModel, SemiMetaClassifier, SemiMetaError, SemiMetaEvaluator


def predictions(model, images):
    rows = model.transform(images).orderBy("number").collect()
    return [(row.number, row.prediction, row.predicted, list(row.probability)) for row in rows]


def test_transform_adds_columns_and_keeps_the_others(model, images):
    predicted = model.transform(images)
    assert predicted.columns == [*images.columns, "rawPrediction", "probability", "prediction", "predicted"]
    before = {row.number: row for row in images.collect()}
    for row in predicted.collect():
        assert (row.title, row.kind) == (before[row.number].title, before[row.number].kind)
        assert sum(row.probability) == pytest.approx(1)
        assert row.prediction == max(range(3), key=lambda i: row.probability[i])
        assert row.predicted == model.classes[int(row.prediction)]


def test_model_knows_classes_and_its_training(model, classifier, images):
    kinds = {row.kind for row in images.select("kind").distinct().collect()}
    assert None in kinds
    assert model.classes == sorted(kinds - {None})
    assert model.numClasses == 3
    assert model.uid == classifier.uid
    assert model.getWidth() == 0.05
    assert model.hasSummary
    summary = model.summary
    assert summary.totalSteps == 2
    assert summary.labelledImages == images.where("kind IS NOT NULL").count()
    assert summary.labelledImages + summary.unlabelledImages == images.count()
    assert summary.invalidImages == 0
    assert summary.seconds > 0
    assert summary.restarts == 0
    assert summary.validationImages == len(summary.validationSteps) == len(summary.validationErrors) == 0
    assert math.isnan(summary.bestValidationError)
    work = Path(urlparse(classifier.getWorkDir()).path)
    for written in (summary.runFolder, summary.dataFolder, summary.report):
        path = Path(urlparse(written).path)
        assert path.exists()
        assert work in path.parents


def test_setters_of_the_model(model, images):
    other = (
        model.copy().setPredictionCol("guess").setRawPredictionCol("").setProbabilityCol("").setPredictedLabelCol("")
    )
    assert other.transform(images).columns == [*images.columns, "guess"]
    assert model.getPredictionCol() == "prediction"


def test_saved_model_predicts_the_same(model, images, tmp_path):
    path = (tmp_path / "model").as_uri()
    model.save(path)
    model.write().overwrite().save(path)
    loaded = SemiMetaClassificationModel.load(path)
    assert predictions(loaded, images) == predictions(model, images)
    assert loaded.classes == model.classes
    assert not loaded.hasSummary
    with pytest.raises(SemiMetaError, match="no training summary"):
        _ = loaded.summary


def test_training_output_is_a_model(model, images):
    loaded = SemiMetaClassificationModel.load(model.summary.runFolder)
    loaded.setImageCol("content").setPredictedLabelCol("predicted")
    assert predictions(loaded, images) == predictions(model, images)


def test_saved_classifier_and_evaluator(classifier, tmp_path):
    evaluator = SemiMetaEvaluator(metricName="f1", labelCol="kind")
    for number, stage in enumerate((classifier, evaluator)):
        path = (tmp_path / str(number)).as_uri()
        stage.save(path)
        loaded = type(stage).load(path)
        assert type(loaded) is type(stage)
        assert loaded.uid == stage.uid
        assert {p.name: v for p, v in loaded.extractParamMap().items()} == {
            p.name: v for p, v in stage.extractParamMap().items()
        }


def test_in_a_pipeline(classifier, images, tmp_path):
    fitted = Pipeline(stages=[classifier]).fit(images)
    fitted.save((tmp_path / "fitted").as_uri())
    loaded = PipelineModel.load((tmp_path / "fitted").as_uri())
    assert isinstance(loaded.stages[0], SemiMetaClassificationModel)
    assert predictions(loaded, images) == predictions(fitted, images)


class Renaming(Transformer, DefaultParamsReadable, DefaultParamsWritable):
    """A stage that Java does not know."""

    @keyword_only
    def __init__(self):
        super().__init__()

    def _transform(self, dataset):
        return dataset.withColumnRenamed("bytes", "content")


def test_in_a_pipeline_with_a_stage_of_python_alone(classifier, model, images, tmp_path):
    for number, stage in enumerate((classifier, model)):
        path = (tmp_path / str(number)).as_uri()
        PipelineModel(stages=[Renaming(), stage]).save(path)
        loaded = PipelineModel.load(path).stages[1]
        assert type(loaded) is type(stage)
        assert loaded.getWorkDir() == classifier.getWorkDir()
    assert predictions(loaded, images) == predictions(model, images)


@pytest.mark.parametrize("tuning", ["split", "folds"])
def test_tuning(classifier, images, tmp_path, tuning):
    grid = ParamGridBuilder().addGrid(classifier.learningRate, [0.1, 0.01][: 2 if tuning == "split" else 1]).build()
    parts = {
        "estimator": classifier,
        "estimatorParamMaps": grid,
        "evaluator": SemiMetaEvaluator(labelCol="kind"),
        "seed": 3,
    }
    if tuning == "split":
        tuned = TrainValidationSplit(trainRatio=0.6, **parts).fit(images)
        measured, kind = tuned.validationMetrics, TrainValidationSplitModel
    else:
        tuned = CrossValidator(numFolds=2, parallelism=2, **parts).fit(images)
        measured, kind = tuned.avgMetrics, CrossValidatorModel
    assert len(measured) == len(grid)
    assert all(0 <= value <= 1 for value in measured)
    tuned.save((tmp_path / "tuned").as_uri())
    loaded = kind.load((tmp_path / "tuned").as_uri())
    assert isinstance(loaded.getEvaluator(), SemiMetaEvaluator)
    assert isinstance(loaded.getEstimator(), SemiMetaClassifier)
    assert predictions(loaded, images) == predictions(tuned, images)


def test_evaluator_leaves_out_rows_without_label(spark):
    rows = [(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, None), (1.0, None)]
    guesses = spark.createDataFrame(rows, "prediction double, label double")
    assert SemiMetaEvaluator().evaluate(guesses) == pytest.approx(2 / 3)
    assert SemiMetaEvaluator().isLargerBetter()
    with pytest.raises(SemiMetaError, match="labelCol label: no row has a label"):
        SemiMetaEvaluator().evaluate(guesses.where("label IS NULL"))


def test_mistakes_are_one_line(classifier, model, images, tmp_path):
    mistakes = [
        ("workDir", lambda: SemiMetaClassifier(imageCol="content", labelCol="kind", totalSteps=2).fit(images)),
        ("imageCol none", lambda: classifier.copy({classifier.imageCol: "none"}).fit(images)),
        ("batchSize", lambda: classifier.copy({classifier.batchSize: 0}).fit(images)),
        ("predictionCol title", lambda: model.copy({model.predictionCol: "title"}).transform(images)),
        ("none", lambda: SemiMetaClassificationModel.load((tmp_path / "none").as_uri())),
    ]
    for named, mistake in mistakes:
        with pytest.raises(SemiMetaError, match=named) as caught:
            mistake()
        assert "\n" not in str(caught.value)
    with pytest.raises(TypeError, match="width"):
        SemiMetaClassifier(width="wide")


def test_removed_data_is_written_again(classifier, images):
    first = classifier.fit(images)
    folder = Path(urlparse(first.summary.dataFolder).path)
    written = sorted(path.stat().st_mtime_ns for path in folder.iterdir())
    second = classifier.fit(images)
    assert second.summary.dataFolder == first.summary.dataFolder
    assert sorted(path.stat().st_mtime_ns for path in folder.iterdir()) == written
    assert predictions(second, images) == predictions(first, images)
    second.summary.removeData()
    assert not folder.exists()
    assert predictions(classifier.fit(images), images) == predictions(first, images)
    assert folder.exists()
