#!/usr/bin/env python3
"""Evaluates a checkpoint in PyTorch and compares with `semimeta evaluate`, image by image.

    semimeta evaluate --checkpoint STEP --data DATA --split test \\
        --predictions predictions.csv --report report.json
    check_export.py --checkpoint STEP --data DATA --split test \\
        --predictions predictions.csv --report report.json

Needs torch, safetensors, numpy and pillow, and torchvision for its networks. All folders are local.
Exit status 1 when a prediction differs that is no tie (logits within 1e-5), or a confidence (by
1e-4), or the error rates. Images that the network sees resized are resized here by other code, to
pixels that may differ by one level: then a tie is within 0.1, and confidences may differ by 0.01.
"""

import argparse
import csv
import json
import struct
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

from convlarge import convlarge
from images import network_input
from shake_shake import ShakeShake26

MAGIC = 0xCED7230A
BATCH = 200


def records(path):
    """(id, label, encoded image) of each record of a RecordIO file; label -1 where unknown."""
    data, at, parts = path.read_bytes(), 0, []
    while at < len(data):
        magic, word = struct.unpack_from("<II", data, at)
        assert magic == MAGIC, f"{path}: no magic number at byte {at}"
        part, length = word >> 29, word & (1 << 29) - 1
        parts.append(data[at + 8 : at + 8 + length])
        at += 8 + (length + 3) // 4 * 4
        if part in (0, 3):  # whole, or the last of several, which the magic number separated
            payload = struct.pack("<I", MAGIC).join(parts)
            labels, label, ident, _ = struct.unpack_from("<IfQQ", payload)
            assert labels == 0, f"{path}: record {ident} has several labels"
            yield ident, int(label), payload[24:]
            parts = []


def build(architecture, classes, channels, width):
    """The network by its name; all but the first two are torchvision's."""
    if architecture == "convlarge":
        return convlarge(classes, channels, width)
    if architecture == "shake-shake-26":
        return ShakeShake26(classes, channels, width)
    import torchvision

    model = torchvision.models.get_model(architecture, num_classes=classes)
    if channels != 3:
        model.conv1 = torch.nn.Conv2d(channels, 64, 7, 2, 3, bias=False)
    return model


def load(step):
    """The network in eval mode, and what it was trained for."""
    state = json.loads((step / "state.json").read_text())
    network, options = state["network"], state["network"]["options"]
    model = build(network["architecture"], options["classes"], options["channels"], options["width"])
    model.load_state_dict(load_file(step / "model.safetensors"), strict=True)
    return model.eval(), state["data"]


def predict(model, data, folder, split):
    """Labels and logits by image id."""
    manifest = json.loads((folder / "manifest.json").read_text())
    orientation = manifest.get("orientation", "stored")
    mean = torch.tensor(data["mean"]).view(1, -1, 1, 1)
    std = torch.tensor(data["std"]).view(1, -1, 1, 1)
    images = []
    for shard in manifest["splits"][split]["shards"]:
        images += records(folder / shard["file"])
    labels = {ident: label for ident, label, _ in images}
    assert len(labels) == len(images), "an id is there twice"
    logits = {}
    with torch.inference_mode():
        for start in range(0, len(images), BATCH):
            batch = images[start : start + BATCH]
            raw = np.stack([network_input(encoded, data, orientation) for _, _, encoded in batch])
            output = model((torch.from_numpy(raw).float() / 255 - mean) / std)
            logits.update(zip((ident for ident, _, _ in batch), output))
    return labels, logits


def compare(labels, logits, rows, resized):
    """Counts errors by PyTorch, and prints what the other side says differently."""
    most_tie, most_far = (0.1, 0.01) if resized else (1e-5, 1e-4)
    errors = ties = mismatches = 0
    if {int(row["id"]) for row in rows} != labels.keys() or len(rows) != len(labels):
        print("the two sides have different images")
        mismatches += 1
    for row in rows:
        ident, predicted = int(row["id"]), int(row["predicted"])
        label, own = labels[ident], logits[ident].double()
        best = int(own.argmax())
        errors += label >= 0 and best != label
        confidence = float(own.softmax(0)[predicted])
        far = abs(confidence - float(row["confidence"])) > most_far
        tie = predicted != best and own[best] - own[predicted] <= most_tie
        ties += tie
        if (predicted != best and not tie) or far or (row["label"] or "-1") != str(label):
            mismatches += 1
            print(f"image {ident}: PyTorch has label {label}, {own.tolist()}; the file: {row}")
    return errors, ties, mismatches


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("checkpoint", "data", "predictions", "report"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--split", default="test")
    args = parser.parse_args()
    model, data = load(args.checkpoint)
    labels, logits = predict(model, data, args.data, args.split)
    with args.predictions.open(newline="") as lines:
        errors, ties, mismatches = compare(
            labels, logits, list(csv.DictReader(lines)), data["cropped"]
        )
    report = json.loads(args.report.read_text())
    examples = sum(label >= 0 for label in labels.values())
    theirs = round(report["top1_error"] * report["examples"])
    if report["examples"] != examples or abs(theirs - errors) > ties:
        mismatches += 1
        print(f"PyTorch counts {errors} errors of {examples}, the report {report}")
    print(
        f"{len(labels)} images, {examples} with a label, {errors} errors ({theirs} reported), "
        f"{ties} ties, {mismatches} mismatches"
    )
    return 1 if mismatches else 0


if __name__ == "__main__":
    sys.exit(main())
