"""over_connect.py FOLDER: fits, predicts, saves, loads and tunes by a Spark Connect server with two executors.

A process of its own: one that has a session of Spark's usual kind cannot have this one too.
"""

import sys
from pathlib import Path

import pytest
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.tuning import ParamGridBuilder, TrainValidationSplit, TrainValidationSplitModel
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.utils import is_remote

import semimeta
from semimeta import SemiMetaClassificationModel, SemiMetaClassifier, SemiMetaError, SemiMetaEvaluator

SAMPLE = Path(__file__).resolve().parents[2] / "data-prep" / "fashion-mnist" / "sample"

folder = Path(sys.argv[1]).resolve().as_uri()
builder = (
    SparkSession.builder.remote("local-cluster[2,1,1024]")
    .config("spark.ui.enabled", False)
    .config("spark.sql.shuffle.partitions", 2)
    # No room for models: each call must read them from the driver's disk.
    .config("spark.connect.session.connectML.mlCache.memoryControl.maxInMemorySize", 1)
)
spark = semimeta.configure(builder).getOrCreate()
assert is_remote()

sample = spark.read.format("recordio").option("split", "train").load(str(SAMPLE))
images = (
    sample.where("label < 3")
    .orderBy("id")
    .limit(48)
    .select(
        F.col("id").alias("number"),
        F.col("bytes").alias("content"),
        F.when(F.col("id") % 3 == 0, F.col("label_name")).alias("kind"),
    )
)
classifier = SemiMetaClassifier(
    imageCol="content",
    labelCol="kind",
    idCol="number",
    predictedLabelCol="predicted",
    workDir=f"{folder}/work",
    width=0.05,
    batchSize=4,
    totalSteps=2,
    cropPadding=0,
    # One Param of each type that Connect carries.
    numWorkers=2,
    milestones=[1],
    flip=True,
)


def predictions(model):
    rows = model.transform(images).orderBy("number").collect()
    return [(row.number, row.prediction, row.predicted, list(row.probability)) for row in rows]


def refused(words, mistake):
    with pytest.raises(SemiMetaError, match=words) as caught:
        mistake()
    assert "\n" not in str(caught.value)


model = classifier.fit(images)
expected = predictions(model)
assert len(expected) == 48
assert model.uid == classifier.uid
classes = model.transform(images).schema["prediction"].metadata["ml_attr"]["vals"]
assert len(classes) == 3
assert all(name == classes[int(index)] for _, index, name, _ in expected)

model.write().overwrite().save(f"{folder}/model")
loaded = SemiMetaClassificationModel.load(f"{folder}/model")
assert (loaded.uid, loaded.getWidth(), loaded.getPredictedLabelCol()) == (model.uid, 0.05, "predicted")
assert predictions(loaded) == expected
classifier.save(f"{folder}/classifier")
again = SemiMetaClassifier.load(f"{folder}/classifier")
assert (again.uid, again.getMilestones(), again.getNumWorkers()) == (classifier.uid, [1], 2)

evaluator = SemiMetaEvaluator(labelCol="kind")
labelled = {row.number: row.kind for row in images.where("kind IS NOT NULL").select("number", "kind").collect()}
right = sum(labelled.get(number) == name for number, _, name, _ in expected)
assert abs(evaluator.evaluate(model.transform(images)) - right / len(labelled)) < 1e-9

Pipeline(stages=[classifier]).fit(images).save(f"{folder}/pipeline")
assert predictions(PipelineModel.load(f"{folder}/pipeline")) == expected
grid = ParamGridBuilder().addGrid(classifier.learningRate, [0.1, 0.01]).build()
split = TrainValidationSplit(trainRatio=0.6, estimator=classifier, estimatorParamMaps=grid, evaluator=evaluator, seed=3)
split.fit(images).save(f"{folder}/split")
assert len(predictions(TrainValidationSplitModel.load(f"{folder}/split"))) == 48

refused("imageCol none", lambda: classifier.copy({classifier.imageCol: "none"}).fit(images))
refused("none: no such folder", lambda: SemiMetaClassificationModel.load(f"{folder}/none"))
refused("predictionCol", lambda: model.classes)
refused("workDir", lambda: model.summary)
spark.stop()
