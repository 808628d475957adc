"""from_packages.py FOLDER VERSION: loads SemiMeta's jar by spark.jars.packages out of FOLDER/repository."""

import sys

from pyspark.sql import SparkSession

import semimeta

folder, version = sys.argv[1:]
builder = (
    SparkSession.builder.master("local[1]")
    .config("spark.ui.enabled", False)
    .config("spark.jars.packages", f"io.semimeta:semimeta-spark:{version}")
    .config("spark.jars.repositories", f"file://{folder}/repository")
    .config("spark.jars.ivy", f"{folder}/ivy")
)
spark = semimeta.configure(builder).getOrCreate()
assert "spark.jars" not in builder._options
print("from spark.jars.packages:", semimeta.SemiMetaClassifier(width=0.5).explainParam("width"))
spark.stop()
