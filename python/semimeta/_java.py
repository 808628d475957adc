"""Stands between these classes and their counterparts in the JVM."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, TypeVar

from py4j.protocol import Py4JJavaError
from pyspark import SparkContext
from pyspark.errors import PySparkException
from pyspark.sql.utils import is_remote

PACKAGE = "io.semimeta.ml"
_SAID_REMOTELY = "(io.semimeta.UserError) "

C = TypeVar("C", bound=type)


class SemiMetaError(Exception):
    """Reports something that the caller can put right, in one line."""


def counterpart(cls: C) -> C:
    """Gives a class the module name of its counterpart in Java.

    PySpark takes one for the other in its readers, over Spark Connect too, and when it loads what a pipeline holds:
    it then imports ``io.semimeta.ml``, which the standard module ``io`` would hide.
    """
    module = sys.modules.get(PACKAGE)
    if module is None:
        module = sys.modules[PACKAGE] = ModuleType(PACKAGE, "SemiMeta's stages under the names of their Java classes.")
    module.__file__ = sys.modules[cls.__module__].__file__
    cls.__module__ = PACKAGE
    setattr(module, cls.__name__, cls)
    return cls


def in_jvm(jvm: Any) -> bool:
    """Tells whether a JVM has SemiMeta's jar on its class path."""
    loader = jvm.java.lang.Thread.currentThread().getContextClassLoader()
    try:
        jvm.java.lang.Class.forName(PACKAGE + ".SemiMetaClassifier", False, loader)
    except Py4JJavaError:
        return False
    return True


def require() -> None:
    """Raises unless a session is active whose JVM has SemiMeta's jar."""
    if is_remote():
        return  # the jar is the server's matter
    context = SparkContext._active_spark_context
    if context is None:
        raise SemiMetaError(
            "no Spark session is active: start one first, by semimeta.configure(SparkSession.builder).getOrCreate()"
        )
    if not in_jvm(context._jvm):
        raise SemiMetaError(
            "this Spark session was started without SemiMeta's jar, and a JVM that runs takes no more: restart Python"
            " (in a notebook, the kernel) and start the session by semimeta.configure(SparkSession.builder), or with"
            " the jar in spark.jars"
        )


@contextmanager
def one_line() -> Iterator[None]:
    """Turns what Java says to the user into one line without Java's stack."""
    try:
        yield
    except Py4JJavaError as error:
        jvm: Any = SparkContext._jvm
        message = jvm.io.semimeta.UserError.messageIn(error.java_exception)
        if message.isPresent():
            raise SemiMetaError(message.get()) from None
        raise
    except PySparkException as error:
        said = str(error)
        if not said.startswith(_SAID_REMOTELY):
            raise
        raise SemiMetaError(said[len(_SAID_REMOTELY) :].splitlines()[0]) from None
