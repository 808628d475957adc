"""One session, the images of the checkout's sample, and one model, for all tests."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

import semimeta

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data-prep" / "fashion-mnist" / "sample"

# As small and short as a training can be.
SMALL = {"width": 0.05, "batchSize": 4, "totalSteps": 2, "cropPadding": 0}


@pytest.fixture(scope="session")
def spark():
    os.environ.pop("SPARK_HOME", None)  # another Spark than this PySpark's would be started
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = (
        SparkSession.builder.master("local[2]")
        .appName("tests of semimeta")
        .config("spark.ui.enabled", False)
        .config("spark.sql.shuffle.partitions", 2)
        .config("spark.driver.memory", "2g")
    )
    session = semimeta.configure(builder).getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="session")
def images(spark) -> DataFrame:
    """48 images of three classes; two in three have no label."""
    sample = spark.read.format("recordio").option("split", "train").load(str(SAMPLE))
    some = sample.where("label < 3").orderBy("id").limit(48)
    return some.select(
        F.col("id").alias("number"),
        F.col("bytes").alias("content"),
        F.when(F.col("id") % 3 == 0, F.col("label_name")).alias("kind"),
        F.concat(F.lit("image-"), F.col("id")).alias("title"),
    ).localCheckpoint()


@pytest.fixture(scope="session")
def classifier(spark, tmp_path_factory) -> semimeta.SemiMetaClassifier:
    return semimeta.SemiMetaClassifier(
        imageCol="content",
        labelCol="kind",
        idCol="number",
        predictedLabelCol="predicted",
        workDir=tmp_path_factory.mktemp("work").as_uri(),
        **SMALL,
    )


@pytest.fixture(scope="session")
def model(classifier, images) -> semimeta.SemiMetaClassificationModel:
    return classifier.fit(images)
