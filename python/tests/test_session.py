"""Sessions: the jar, the settings, and what is said where one of them is missing."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pyspark
import pytest
from pyspark import SparkContext
from pyspark.sql import SparkSession

from semimeta import SETTINGS, SemiMetaError, configure, session

WITHOUT_JAR = """
from pyspark.ml import PipelineModel
from pyspark.sql import SparkSession
import semimeta

def say(mistake):
    try:
        mistake()
    except semimeta.SemiMetaError as error:
        print("SAID", error)

say(semimeta.SemiMetaClassifier)
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", False).getOrCreate()
say(semimeta.SemiMetaClassifier)
say(semimeta.SemiMetaEvaluator)
say(lambda: semimeta.SemiMetaClassificationModel.load("nowhere"))
say(lambda: semimeta.configure(SparkSession.builder))
spark.stop()
say(lambda: semimeta.configure(SparkSession.builder))
"""


@pytest.fixture
def fresh(monkeypatch, tmp_path):
    """As in a process that has no JVM yet, with a jar that SEMIMETA_JAR names."""
    monkeypatch.setattr(SparkContext, "_jvm", None)
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path))
    for name in ("PYSPARK_SUBMIT_ARGS", "PYSPARK_GATEWAY_PORT", "SPARK_REMOTE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SEMIMETA_JAR", str(jar(tmp_path / "some.jar", pyspark.__version__)))
    return tmp_path


def jar(path: Path, spark: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("io/semimeta/versions.properties", f"semimeta=0\nspark={spark}\n")
    return path


def options(builder: SparkSession.Builder) -> dict:
    return dict(configure(builder)._options)


def test_without_jar_or_session_one_line_says_so():
    env = {k: v for k, v in os.environ.items() if k not in ("SEMIMETA_JAR", "SPARK_HOME", "PYSPARK_SUBMIT_ARGS")}
    ran = subprocess.run([sys.executable, "-c", WITHOUT_JAR], env=env, capture_output=True, text=True, check=True)
    said = [line.split(" ", 1)[1] for line in ran.stdout.splitlines() if line.startswith("SAID")]
    assert len(said) == 6, ran.stdout + ran.stderr
    assert said[0].startswith("no Spark session is active: ")
    assert all("without SemiMeta's jar" in line and "restart Python" in line for line in said[1:])


def test_builder_gets_jar_and_settings(fresh):
    got = options(SparkSession.builder.appName("mine"))
    assert got == {**SETTINGS, "spark.app.name": "mine", "spark.jars": str(fresh / "some.jar")}


def test_own_jars_stay(fresh):
    got = options(SparkSession.builder.config("spark.jars", "mine.jar,other.jar"))
    assert got["spark.jars"] == f"mine.jar,other.jar,{fresh / 'some.jar'}"
    (fresh / "spark-defaults.conf").write_text("# spark.jars no.jar\nspark.jars   site.jar\nspark.app.name=x\n")
    assert options(SparkSession.builder)["spark.jars"] == f"site.jar,{fresh / 'some.jar'}"
    elsewhere = "/home/me/semimeta-demo/x.jar"  # a folder's name is no jar's
    assert options(SparkSession.builder.config("spark.jars", elsewhere))["spark.jars"].startswith(f"{elsewhere},")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("spark.jars", "lib/semimeta.jar"),
        ("spark.jars", "a.jar,/lib/semimeta-spark-0.1.jar"),
        ("spark.jars.packages", "io.semimeta:semimeta-spark:0.1.0"),
    ],
)
def test_jar_that_the_builder_names_is_enough(fresh, monkeypatch, name, value):
    monkeypatch.setenv("SEMIMETA_JAR", "nowhere.jar")
    got = options(SparkSession.builder.config(name, value))
    assert {key: own for key, own in got.items() if key.startswith("spark.jars")} == {name: value}


def test_jar_of_the_checkout(fresh, monkeypatch):
    monkeypatch.delenv("SEMIMETA_JAR")
    built = fresh / ("target" if pyspark.__version__.startswith("3.") else "target/spark4") / "semimeta.jar"
    built.parent.mkdir(parents=True)
    monkeypatch.setattr(session, "_checkouts", lambda: iter([fresh / "none", fresh]))
    with pytest.raises(SemiMetaError, match="SemiMeta's jar was not found: set SEMIMETA_JAR"):
        configure(SparkSession.builder)
    jar(built, pyspark.__version__)
    assert options(SparkSession.builder)["spark.jars"] == str(built)


def test_jar_that_will_not_do(fresh, monkeypatch):
    monkeypatch.setenv("SEMIMETA_JAR", str(fresh / "none.jar"))
    with pytest.raises(SemiMetaError, match=r"SEMIMETA_JAR=.*none\.jar: no such file"):
        configure(SparkSession.builder)
    monkeypatch.setenv("SEMIMETA_JAR", str(jar(fresh / "old.jar", "2.4.8")))
    with pytest.raises(SemiMetaError, match=r"old\.jar was built for Spark 2\.4\.8, and this is PySpark"):
        configure(SparkSession.builder)
    (fresh / "old.jar").write_text("no archive")
    with pytest.raises(SemiMetaError, match=r"old\.jar: is no jar of SemiMeta"):
        configure(SparkSession.builder)
    monkeypatch.setenv("SEMIMETA_JAR", "hdfs://host/semimeta.jar")
    assert options(SparkSession.builder)["spark.jars"] == "hdfs://host/semimeta.jar"
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", "--jars mine.jar pyspark-shell")
    with pytest.raises(SemiMetaError, match="PYSPARK_SUBMIT_ARGS has --jars"):
        configure(SparkSession.builder)


def test_settings_replace_those_of_the_builder(fresh):
    own = SparkSession.builder.config("spark.speculation", True)
    assert options(own)["spark.speculation"] == "false"
    assert configure(own).config("spark.speculation", True)._options["spark.speculation"] == "true"


def test_connect_and_submitted_applications_have_their_jars(fresh, monkeypatch):
    remote = {"spark.remote": "sc://host"}
    assert options(SparkSession.builder.config(map=remote)) == remote
    own = {"spark.remote": "local[2]"}  # a server that this process starts
    assert options(SparkSession.builder.config(map=own)) == {**own, **SETTINGS, "spark.jars": str(fresh / "some.jar")}
    monkeypatch.setenv("PYSPARK_GATEWAY_PORT", "1")
    assert options(SparkSession.builder) == SETTINGS


def test_checkouts_are_where_the_package_came_from():
    found = list(session._checkouts())
    assert Path(__file__).resolve().parents[2] in found
