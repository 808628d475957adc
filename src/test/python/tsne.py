#!/usr/bin/env python3
"""Embeds random features of 400 images of the shipped sample by scikit-learn, and writes them with its
results to src/test/resources/io/semimeta/embedding/scikit-learn.json, which TsneTest and PcaTest read.

Needs scikit-learn and Pillow: tsne.py data-prep/fashion-mnist/sample OUTPUT
"""
import base64
import io
import json
import struct
import sys

import numpy as np
import sklearn
from PIL import Image
from scipy.spatial.distance import pdist, squareform
from sklearn.manifold import TSNE, trustworthiness
from sklearn.manifold._t_sne import _joint_probabilities

IMAGES, FEATURES, PERPLEXITY = 400, 32, 30


def images(file):
    """Yields the images of a record file whose records are each in one piece."""
    data = open(file, "rb").read()
    at = 0
    while at < len(data):
        length = struct.unpack_from("<2I", data, at)[1]
        encoded = data[at + 8 + 24 : at + 8 + length]
        yield np.asarray(Image.open(io.BytesIO(encoded)), dtype=np.float64).ravel() / 255
        at += 8 + (length + 3) // 4 * 4


def divergence(p, places):
    q = 1 / (1 + pdist(places.astype(np.float64), "sqeuclidean"))
    q /= 2 * q.sum()
    return float(2 * (p * np.log(p / q)).sum())


pixels = np.stack([image for image, _ in zip(images(sys.argv[1] + "/test-00000-of-00004.rec"), range(IMAGES))])
weights = np.random.default_rng(0).normal(size=(pixels.shape[1], FEATURES))
activations = np.maximum((pixels - pixels.mean(0)) @ weights, 0)
features = np.round(activations / activations.max() * 255).astype(np.uint8)

points = features.astype(np.float64)
p = np.maximum(_joint_probabilities(squareform(pdist(points, "sqeuclidean")), PERPLEXITY, 0), 1e-300)
best = min(
    (TSNE(perplexity=PERPLEXITY, init="pca", random_state=0, method=method).fit_transform(points)
     for method in ("exact", "barnes_hut")),
    key=lambda places: divergence(p, places),
).round(4)

u, s, vt = np.linalg.svd(points - points.mean(0), full_matrices=False)
signs = np.array([np.sign(row[np.abs(row).argmax()]) for row in vt[:2]])
result = {
    "sklearn": sklearn.__version__,
    "points": IMAGES,
    "width": FEATURES,
    "perplexity": PERPLEXITY,
    "features": base64.b64encode(features.tobytes()).decode(),
    "places": [[round(float(v), 4) for v in column] for column in best.T],
    "divergence": divergence(p, best),
    "trustworthiness": float(trustworthiness(points, best, n_neighbors=5)),
    "components": [[round(float(v), 3) for v in signs[c] * u[:, c] * s[c]] for c in range(2)],
}
with open(sys.argv[2], "w", encoding="ascii") as out:
    json.dump(result, out)
    out.write("\n")
print(result["divergence"], result["trustworthiness"])
