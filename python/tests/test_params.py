"""Python's Params are Java's: names, texts, defaults, types."""

from __future__ import annotations

import inspect
import runpy

import pytest
from conftest import ROOT

from semimeta import SETTINGS, SemiMetaClassificationModel, SemiMetaClassifier, SemiMetaEvaluator, _params

STAGES = [SemiMetaClassifier, SemiMetaClassificationModel, SemiMetaEvaluator]
VALUES = {bool: [True, False], float: [0.25, 3.0], int: [3, 2**31 - 1], str: ["some", "other"], list: [[1, 2], [3]]}
LONGS = {"seed", "totalSteps", "epochs", "warmup", "ramp", "checkpointEvery", "validateEvery", "logEvery"}


def in_java(spark, stage):
    return getattr(spark._jvm.io.semimeta.ml, stage.__name__)()


def as_python(value):
    return list(value) if type(value).__name__ == "JavaArray" else value


def test_generated_file_is_what_java_has(spark):
    generate = runpy.run_path(str(ROOT / "python" / "generate_params.py"))
    assert inspect.getsource(_params) == generate["source"](spark._jvm), "run python/generate_params.py"


@pytest.mark.parametrize("stage", STAGES)
def test_names_texts_and_defaults(spark, stage):
    java, python = in_java(spark, stage), stage()
    params = {param.name(): param for param in java.params()}
    assert {param.name for param in python.params} == set(params)
    for param in python.params:
        assert param.doc == params[param.name].doc()
        default = java.getDefault(params[param.name])
        assert python.hasDefault(param) == default.isDefined(), param.name
        if default.isDefined():
            value, expected = python.getOrDefault(param), as_python(default.get())
            assert (value, type(value)) == (expected, type(expected)), param.name


@pytest.mark.parametrize("stage", [SemiMetaClassifier, SemiMetaEvaluator])
def test_each_param_is_a_keyword_with_getter_and_setter(spark, stage):
    python = stage()
    names = {param.name for param in python.params}
    for takes in (stage.__init__, stage.setParams):
        keywords = {k: p for k, p in inspect.signature(takes).parameters.items() if k != "self"}
        assert set(keywords) == names
        for name, keyword in keywords.items():
            if keyword.default is not None:
                assert keyword.default == python.getOrDefault(name), name
    for name in names:
        value = example(python, name)
        title = name[0].upper() + name[1:]
        assert getattr(python, "set" + title)(value) is python
        assert getattr(python, "get" + title)() == value
    with pytest.raises(TypeError, match="keyword arguments"):
        stage("image")


def example(python, name):
    """A value of the Param's type which is not its default."""
    converted = python.getParam(name).typeConverter
    kind = {"toBoolean": bool, "toFloat": float, "toInt": int, "toString": str}.get(converted.__name__, list)
    values = [converted(value) for value in VALUES[kind]]
    if name in LONGS:
        values = [2**40, 2**41]
    return next(v for v in values if not python.hasDefault(name) or v != python.getOrDefault(name))


@pytest.mark.parametrize("stage", STAGES)
def test_values_reach_java_and_come_back(spark, stage):
    python = stage()
    if python._java_obj is None:
        python._java_obj = in_java(spark, stage)
    values = {param.name: example(python, param.name) for param in python.params}
    python._set(**values)
    java = python._to_java()
    for name, value in values.items():
        assert as_python(java.getOrDefault(java.getParam(name))) == value, name
    back = stage._from_java(java.copy(spark._jvm.org.apache.spark.ml.param.ParamMap()))
    assert {param.name: back.getOrDefault(param) for param in back.params} == values
    assert back.uid == java.uid()


def test_each_setter_of_java_is_one_of_python(spark):
    for stage in STAGES:
        names = {param.name[0].upper() + param.name[1:] for param in stage.params.fget(stage())}
        methods = {m.getName()[3:] for m in in_java(spark, stage).getClass().getMethods() if m.getName()[:3] == "set"}
        assert methods & names == {name for name in names if hasattr(stage, "set" + name)}


def test_settings_are_those_of_java(spark):
    assert dict(spark._jvm.io.semimeta.ml.SemiMeta.settings()) == SETTINGS
