"""Writes semimeta/_params.py anew from the Params of the Java classes, as PySpark's shared.py is made too.

    python generate_params.py

It needs the jar (see docs/python.md). tests/test_params.py fails while the file and Java differ.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

TARGET = Path(__file__).parent / "semimeta" / "_params.py"
WIDTH = 120
KINDS = {  # Java's type of Param: Python's type, and PySpark's converter
    "BooleanParam": ("bool", "toBoolean"),
    "DoubleArrayParam": ("list[float]", "toListFloat"),
    "DoubleParam": ("float", "toFloat"),
    "IntArrayParam": ("list[int]", "toListInt"),
    "IntParam": ("int", "toInt"),
    "LongParam": ("int", "toInt"),
    "Param": ("str", "toString"),
}
HEAD = '''\
"""The Params of SemiMeta's stages. Made by generate_params.py from Java's: change those, not this file."""

from __future__ import annotations

from typing import Any, TypeVar

from pyspark import keyword_only
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.wrapper import JavaParams

from semimeta import _java

P = TypeVar("P", bound=Params)
K = TypeVar("K", bound="Keywords")


class Keywords(JavaParams):
    _input_kwargs: dict[str, Any]
    _java_obj: Any = None  # which JavaWrapper.__del__ reads even where no object was made
'''


class JavaParam(NamedTuple):
    """A Param as Java has it; its default is None where there is none."""

    name: str
    doc: str
    kind: str
    default: Any

    @property
    def type(self) -> str:
        return KINDS[self.kind][0]

    @property
    def converter(self) -> str:
        return KINDS[self.kind][1]

    @property
    def title(self) -> str:
        return self.name[0].upper() + self.name[1:]


def read(stage: Any) -> list[JavaParam]:
    """Lists the Params of a stage in Java, by name."""
    params = []
    for param in stage.params():
        default = stage.getDefault(param)
        value = default.get() if default.isDefined() else None
        kind = param.getClass().getSimpleName()
        if kind.endswith("ArrayParam") and value is not None:
            value = list(value)
        params.append(JavaParam(param.name(), param.doc(), kind, value))
    return sorted(params)


def setters(stage: Any, params: list[JavaParam]) -> list[JavaParam]:
    """Lists the Params for which a stage has setters in Java."""
    methods = {method.getName() for method in stage.getClass().getMethods()}
    return [param for param in params if "set" + param.title in methods]


def declarations(name: str, params: list[JavaParam]) -> Iterator[str]:
    yield f"\n\nclass {name}(Params):\n"
    for param in params:
        yield f'    {param.name}: Param[{param.type}] = Param(\n        Params._dummy(),\n        "{param.name}",\n'
        pieces = textwrap.wrap(param.doc, WIDTH - 11, drop_whitespace=False, break_long_words=False)
        yield "".join(f"        {quoted(piece)}\n" for piece in pieces).rstrip() + ",\n"
        yield f"        typeConverter=TypeConverters.{param.converter},\n    )\n"
    yield "\n    def __init__(self, *args: Any) -> None:\n        super().__init__(*args)\n        self._setDefault(\n"
    yield "".join(f"            {p.name}={literal(p.default)},\n" for p in params if p.default is not None)
    yield "        )\n"
    for param in params:
        yield f"\n    def get{param.title}(self) -> {param.type}:\n"
        yield f'        """Gets the value of {param.name} or its default value."""\n'
        yield f"        return self.getOrDefault(self.{param.name})\n"


def constructor(name: str, base: str, java: str, params: list[JavaParam]) -> Iterator[str]:
    """A class that is made by keywords, with the setters of all Params."""
    keywords = "".join(f"        {keyword(param)},\n" for param in params)
    yield f"\n\nclass {name}({base}, Keywords):\n"
    yield f"    @keyword_only\n    def __init__(\n        self,\n        *,\n{keywords}    ) -> None:\n"
    yield '        """\n        Parameters\n        ----------\n'
    for param in params:
        yield f"        {param.name} : {param.type}{'' if param.default is not None else ', optional'}\n"
        yield "".join(f"            {line}\n" for line in textwrap.wrap(param.doc.replace("\\", r"\\"), WIDTH - 12))
    yield '        """\n        super().__init__()\n        _java.require()\n'
    yield f'        self._java_obj = self._new_java_obj("{java}", self.uid)\n'
    yield "        self._set(**self._input_kwargs)\n"
    yield f"\n    @keyword_only\n    def setParams(\n        self: K,\n        *,\n{keywords}    ) -> K:\n"
    yield '        """Sets the Params that are given."""\n        return self._set(**self._input_kwargs)\n'
    yield from setter_methods(params)


def setter_methods(params: list[JavaParam]) -> Iterator[str]:
    for param in params:
        yield f"\n    def set{param.title}(self: P, value: {param.type}) -> P:\n"
        yield f'        """Sets the value of {param.name}."""\n        return self._set({param.name}=value)\n'


def keyword(param: JavaParam) -> str:
    if param.default is None or isinstance(param.default, list):
        return f"{param.name}: {param.type} | None = None"
    return f"{param.name}: {param.type} = {literal(param.default)}"


def literal(value: Any) -> str:
    return quoted(value) if isinstance(value, str) else repr(value)


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def source(jvm: Any) -> str:
    """Returns the text of the file."""
    ml = jvm.io.semimeta.ml
    classifier, model, evaluator = ml.SemiMetaClassifier(), ml.SemiMetaClassificationModel(), ml.SemiMetaEvaluator()
    params, measures = read(classifier), read(evaluator)
    parts = [HEAD]
    parts += declarations("ClassificationParams", params)
    parts += constructor("ClassifierParams", "ClassificationParams", classifier.getClass().getName(), params)
    parts += ["\n\nclass ClassificationModelParams(ClassificationParams):\n    pass\n"]
    parts += setter_methods(setters(model, params))
    parts += declarations("EvaluationParams", measures)
    parts += constructor("EvaluatorParams", "EvaluationParams", evaluator.getClass().getName(), measures)
    return "".join(parts)


def main() -> None:
    from pyspark.sql import SparkSession

    from semimeta.session import configure

    spark = configure(SparkSession.builder.master("local[1]")).getOrCreate()
    TARGET.write_text(source(spark._jvm), encoding="utf-8")
    spark.stop()


if __name__ == "__main__":
    main()
