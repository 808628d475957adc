"""Writes src/test/resources/io/semimeta/evaluation/metrics.json: logits, and what scikit-learn makes of them.

    python3 src/test/python/metrics.py          (scikit-learn, scipy, numpy)
"""

import json
from pathlib import Path

import numpy as np
from scipy.special import log_softmax
from scipy.stats import binomtest
from sklearn.metrics import (brier_score_loss, confusion_matrix, log_loss, precision_recall_fscore_support,
                             top_k_accuracy_score)

CLASSES, IMAGES, BINS = 7, 120, 15
random = np.random.default_rng(21)
labels = random.integers(0, CLASSES - 1, IMAGES)  # the last class has no images
logits = random.normal(0, 1.5, (IMAGES, CLASSES)).astype(np.float32)
logits[np.arange(IMAGES), labels] += 1.5
logits[:, 4] -= 20  # one class is never predicted

probabilities = np.exp(log_softmax(logits.astype(np.float64), axis=1))
probabilities /= probabilities.sum(axis=1, keepdims=True)
predicted = logits.argmax(axis=1)
confidence = probabilities.max(axis=1)
right = predicted == labels
names = list(range(CLASSES))


def calibration(bins):
    """Bins are lists of indices of images."""
    error = sum(abs(confidence[b].sum() - right[b].sum()) for b in bins if len(b)) / IMAGES
    return {"error": error, "examples": [len(b) for b in bins],
            "mean_confidence": [float(confidence[b].mean()) if len(b) else None for b in bins],
            "accuracy": [float(right[b].mean()) if len(b) else None for b in bins]}


width = np.minimum(BINS - 1, np.maximum(0, np.ceil(confidence * BINS).astype(int) - 1))
order = np.argsort(confidence, kind="stable")
precision, recall, f1, examples = precision_recall_fscore_support(labels, predicted, labels=names, zero_division=np.nan)
interval = binomtest(int((~right).sum()), IMAGES).proportion_ci(0.95, method="wilson")


def known(values):
    return [None if np.isnan(v) else float(v) for v in values]


expected = {
    "top1_error": 1 - top_k_accuracy_score(labels, probabilities, k=1, labels=names),
    "top5_error": 1 - top_k_accuracy_score(labels, probabilities, k=5, labels=names),
    "top1_interval": [interval.low, interval.high],
    "cross_entropy": log_loss(labels, probabilities, labels=names),
    "brier_score": brier_score_loss(labels, probabilities, labels=names, scale_by_half=False),
    "confusion": confusion_matrix(labels, predicted, labels=names).tolist(),
    "precision": known(precision), "recall": known(recall), "f1": known(f1), "examples": examples.tolist(),
    "equal_width": calibration([np.flatnonzero(width == m) for m in range(BINS)]),
    "equal_mass": calibration([order[(np.arange(IMAGES) * BINS // IMAGES) == m] for m in range(BINS)]),
}
mcnemar = [[b, c, binomtest(min(b, c), b + c).pvalue] for b, c in [(10, 2), (2, 10), (7, 7), (0, 5), (300, 250), (10, 190)]]
wilson = [[k, n, *binomtest(k, n).proportion_ci(0.95, method="wilson")] for k, n in [(0, 10), (19, 20), (10, 10), (431, 10000)]]
file = Path(__file__).parent.parent / "resources/io/semimeta/evaluation/metrics.json"
file.parent.mkdir(parents=True, exist_ok=True)
file.write_text(json.dumps({
    "labels": labels.tolist(), "logits": [[float(v) for v in row] for row in logits],
    "expected": expected, "mcnemar": mcnemar, "wilson": wilson}, separators=(",", ":"), indent=None) + "\n")
