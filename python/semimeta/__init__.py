"""Semi-supervised image classification on Spark ML.

``semimeta.configure(SparkSession.builder).getOrCreate()`` starts a session that has what training needs;
:class:`SemiMetaClassifier` is an estimator as those of :mod:`pyspark.ml`.
"""

from semimeta._java import SemiMetaError
from semimeta.session import SETTINGS, configure
from semimeta.stages import SemiMetaClassificationModel, SemiMetaClassifier, SemiMetaEvaluator, SemiMetaTrainingSummary

__all__ = [
    "SETTINGS",
    "SemiMetaClassificationModel",
    "SemiMetaClassifier",
    "SemiMetaError",
    "SemiMetaEvaluator",
    "SemiMetaTrainingSummary",
    "configure",
]
