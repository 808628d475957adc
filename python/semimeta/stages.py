"""SemiMeta's estimator, model and evaluator, in the style of :mod:`pyspark.ml`."""

from __future__ import annotations

from typing import Any

from pyspark.ml.evaluation import JavaEvaluator, MulticlassClassificationEvaluator
from pyspark.ml.util import JavaMLReadable, JavaMLReader, JavaMLWritable
from pyspark.ml.wrapper import JavaEstimator, JavaModel, JavaWrapper
from pyspark.sql import DataFrame
from pyspark.sql.utils import is_remote

from semimeta import _java
from semimeta._params import ClassificationModelParams, ClassifierParams, EvaluatorParams


class SemiMetaTrainingSummary(JavaWrapper):
    """Says how a fit went, and where its files are."""

    @property
    def totalSteps(self) -> int:
        """How many updates there were."""
        return int(self._java().totalSteps())

    @property
    def seconds(self) -> float:
        """The time in the training loop."""
        return float(self._java().seconds())

    @property
    def restarts(self) -> int:
        """How often the run began again after lost executors."""
        return int(self._java().restarts())

    @property
    def labelledImages(self) -> int:
        """How many images were trained on with their labels."""
        return int(self._java().labelledImages())

    @property
    def unlabelledImages(self) -> int:
        """How many images were trained on without a label."""
        return int(self._java().unlabelledImages())

    @property
    def validationImages(self) -> int:
        """How many images errors were measured on; nothing was trained on them."""
        return int(self._java().validationImages())

    @property
    def invalidImages(self) -> int:
        """How many images were left out, as ``handleInvalid`` allows."""
        return int(self._java().invalidImages())

    @property
    def repeatedImages(self) -> int:
        """How many rows were passed over because another row holds their image."""
        return int(self._java().repeatedImages())

    @property
    def validationSteps(self) -> list[int]:
        """The steps after which errors were measured."""
        return list(self._java().validationSteps())

    @property
    def validationErrors(self) -> list[float]:
        """The top-1 errors on the validation images, shares in [0, 1], by those steps."""
        return list(self._java().validationErrors())

    @property
    def bestValidationError(self) -> float:
        """The lowest of them; NaN where no images were set aside."""
        return float(self._java().bestValidationError())

    @property
    def runFolder(self) -> str:
        """The folder of the run: checkpoints, metrics, result and report."""
        return str(self._java().runFolder())

    @property
    def dataFolder(self) -> str:
        """The folder of the images as record files, which the next fit uses again."""
        return str(self._java().dataFolder())

    @property
    def report(self) -> str:
        """The page on the run, or an empty text where it could not be made."""
        return str(self._java().report())

    def removeData(self) -> None:
        """Removes the record files; the next fit writes them anew."""
        self._java().removeData()

    def _java(self) -> Any:
        return self._java_obj


@_java.counterpart
class SemiMetaClassificationModel(
    ClassificationModelParams, JavaModel, JavaMLReadable["SemiMetaClassificationModel"], JavaMLWritable
):
    """A trained network: gives each image probabilities, a class index and, if asked for, the class's name."""

    @property
    def classes(self) -> list[str]:
        """The classes' names, in the order of the probabilities."""
        return list(self._of_model("classes"))

    @property
    def numClasses(self) -> int:
        """How many classes the network tells apart."""
        return int(self._of_model("numClasses"))

    @property
    def hasSummary(self) -> bool:
        """Whether this model was trained by this session, and not loaded."""
        return bool(self._of_model("hasSummary"))

    @property
    def summary(self) -> SemiMetaTrainingSummary:
        """How the training ended; raises where :attr:`hasSummary` is false."""
        with _java.one_line():
            return SemiMetaTrainingSummary(self._of_model("summary"))

    def _of_model(self, name: str) -> Any:
        if is_remote():
            raise _java.SemiMetaError(
                f"{name}: Spark Connect does not pass it on; class names are in the metadata of predictionCol's column,"
                " and the training's figures and report in workDir"
            )
        return getattr(self._java_obj, name)()

    def _transform(self, dataset: DataFrame) -> DataFrame:
        with _java.one_line():
            return super()._transform(dataset)

    @classmethod
    def read(cls) -> JavaMLReader[SemiMetaClassificationModel]:
        """Returns a reader of saved models, training outputs and checkpoints."""
        _java.require()
        return super().read()

    @classmethod
    def load(cls, path: str) -> SemiMetaClassificationModel:
        """Reads a saved model, or the network in a training output or checkpoint of ``semimeta train``."""
        with _java.one_line():
            return super().load(path)


@_java.counterpart
class SemiMetaClassifier(
    ClassifierParams, JavaEstimator[SemiMetaClassificationModel], JavaMLReadable["SemiMetaClassifier"], JavaMLWritable
):
    """Trains an image classifier from few labelled and many unlabelled images, those whose label is null.

    >>> images = spark.read.format("binaryFile").load("images").join(labels, "path", "left")
    >>> classifier = SemiMetaClassifier(imageCol="content", workDir="runs/fit", mixUp=True, totalSteps=400)
    >>> model = classifier.fit(images)
    >>> model.transform(images).select("path", "prediction", "probability")
    """

    def _fit(self, dataset: DataFrame) -> SemiMetaClassificationModel:
        with _java.one_line():
            return super()._fit(dataset)

    def _create_model(self, java_model: Any) -> SemiMetaClassificationModel:
        return SemiMetaClassificationModel(java_model)

    @classmethod
    def read(cls) -> JavaMLReader[SemiMetaClassifier]:
        """Returns a reader of saved classifiers."""
        _java.require()
        return super().read()

    @classmethod
    def load(cls, path: str) -> SemiMetaClassifier:
        """Reads a saved classifier."""
        with _java.one_line():
            return super().load(path)


@_java.counterpart
class SemiMetaEvaluator(EvaluatorParams, JavaEvaluator, JavaMLReadable["SemiMetaEvaluator"], JavaMLWritable):
    """Measures predictions on the rows that have a label; Spark's own evaluators fail on the others.

    >>> SemiMetaEvaluator(metricName="accuracy").evaluate(model.transform(images))
    """

    def _evaluate(self, dataset: DataFrame) -> float:
        with _java.one_line():
            return super()._evaluate(dataset)

    def isLargerBetter(self) -> bool:
        """Whether the metric is one that grows, and no error."""
        # Java says so by the same class, but Spark Connect does not ask it.
        name: Any = self.getMetricName()
        return bool(MulticlassClassificationEvaluator(metricName=name).isLargerBetter())

    @classmethod
    def read(cls) -> JavaMLReader[SemiMetaEvaluator]:
        """Returns a reader of saved evaluators."""
        _java.require()
        return super().read()

    @classmethod
    def load(cls, path: str) -> SemiMetaEvaluator:
        """Reads a saved evaluator."""
        with _java.one_line():
            return super().load(path)
