"""Makes sessions that can train."""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from urllib.parse import unquote, urlparse

import pyspark
from pyspark import SparkContext
from pyspark.find_spark_home import _find_spark_home
from pyspark.sql import SparkSession

from semimeta._java import SemiMetaError, in_jvm

SETTINGS: dict[str, str] = {
    "spark.dynamicAllocation.enabled": "false",
    "spark.speculation": "false",
    "spark.task.reaper.enabled": "true",
}
"""Spark's settings without which several workers do not train."""

_HOW = (
    "set SEMIMETA_JAR to semimeta.jar, build it by mvn -DskipTests package in the checkout that this package was"
    " installed from, or name io.semimeta:semimeta-spark in spark.jars.packages"
)


# The jar or its package where others name it, and not a folder of that name.
_NAMED = re.compile(r"(?:^|[/,\s])semimeta[^/,\s]*\.jar(?:$|[,\s])|io\.semimeta:semimeta-spark:")


def configure(builder: SparkSession.Builder) -> SparkSession.Builder:
    """Adds to a session's builder SemiMeta's jar and the settings that training on several workers needs.

    The jar is the one that ``SEMIMETA_JAR`` names, else that of the checkout from which this package was installed,
    unless the builder names one itself in ``spark.jars`` or ``spark.jars.packages``. The builder's other jars stay; the
    settings replace its own.

    >>> spark = semimeta.configure(SparkSession.builder.appName("images")).getOrCreate()

    :raises SemiMetaError: where there is no jar, or a JVM runs already that was started without it
    """
    remote = str(builder._options.get("spark.remote", os.environ.get("SPARK_REMOTE", "")))
    if remote and not remote.startswith("local"):
        return builder  # the server was started with the jar and the settings, or without them
    for name, value in SETTINGS.items():
        builder.config(name, value)
    if SparkContext._jvm is not None and not in_jvm(SparkContext._jvm):
        raise SemiMetaError(
            "Spark was started without SemiMeta's jar, and a JVM that runs takes no more: restart Python (in a"
            " notebook, the kernel), and call configure before the first session"
        )
    if SparkContext._jvm is None and "PYSPARK_GATEWAY_PORT" not in os.environ:  # spark-submit has its own --jars
        _add_jar(builder)
    return builder


def _add_jar(builder: SparkSession.Builder) -> None:
    submit = os.environ.get("PYSPARK_SUBMIT_ARGS", "")
    jars = _own(builder, "spark.jars")
    if any(_NAMED.search(named) for named in (submit, jars, _own(builder, "spark.jars.packages"))):
        return
    if "--jars" in submit:
        raise SemiMetaError("PYSPARK_SUBMIT_ARGS has --jars, which hide spark.jars: name semimeta.jar there too")
    builder.config("spark.jars", ",".join(filter(None, [jars, _jar()])))


def _own(builder: SparkSession.Builder, name: str) -> str:
    """The builder's setting, else that of spark-defaults.conf, which the builder's would replace."""
    if name in builder._options:
        return str(builder._options[name])
    folder = os.environ.get("SPARK_CONF_DIR") or Path(_find_spark_home(), "conf")
    defaults = Path(folder, "spark-defaults.conf")
    for line in defaults.read_text(encoding="utf-8").splitlines() if defaults.is_file() else ():
        key, *value = re.split(r"\s*[=:\s]\s*", line.strip(), maxsplit=1)
        if key == name and value:
            return value[0]
    return ""


def _jar() -> str:
    named = os.environ.get("SEMIMETA_JAR")
    if named:
        if "://" in named:
            return named
        if not Path(named).is_file():
            raise SemiMetaError(f"SEMIMETA_JAR={named}: no such file")
        return _fitting(Path(named))
    built = "target" if pyspark.__version__.startswith("3.") else "target/spark4"
    for checkout in _checkouts():
        jar = checkout / built / "semimeta.jar"
        if jar.is_file():
            return _fitting(jar)
    raise SemiMetaError("SemiMeta's jar was not found: " + _HOW)


def _fitting(jar: Path) -> str:
    """The jar's absolute path, where it was built for this Spark."""
    try:
        with zipfile.ZipFile(jar) as archive:
            lines = archive.read("io/semimeta/versions.properties").decode().splitlines()
    except (zipfile.BadZipFile, KeyError) as error:
        raise SemiMetaError(f"{jar}: is no jar of SemiMeta") from error
    built = dict(line.split("=", 1) for line in lines if "=" in line)["spark"]
    if built.split(".")[0] != pyspark.__version__.split(".")[0]:
        raise SemiMetaError(f"{jar} was built for Spark {built}, and this is PySpark {pyspark.__version__}")
    return str(jar.resolve())


def _checkouts() -> Iterator[Path]:
    """Where this package came from: its own folder's checkout, and the one that pip was given."""
    yield Path(__file__).resolve().parents[2]
    try:
        origin = metadata.distribution("semimeta").read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        origin = None
    if origin:
        url = urlparse(json.loads(origin)["url"])
        if url.scheme == "file":
            yield Path(unquote(url.path)).parent
