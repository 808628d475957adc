#!/usr/bin/env python3
"""Random weights of a torchvision network as people have them on disk, and whether a run began with them.

    pretrained.py save resnet18 weights.pth
    semimeta train --init-from weights.pth --lr 1e-30 --total-steps 1 …
    pretrained.py check weights.pth STEP

Needs torch, torchvision and safetensors. A rate of 1e-30 moves no weight, so after a step the checkpoint has those of
the file, but for the classifier, where it has other classes, and BatchNorm's statistics. Exit status 1 where it has not.
"""

import json
import sys
from pathlib import Path

import torch
import torchvision
from safetensors.torch import load_file

IMAGENET = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}


def save(architecture, file):
    torch.manual_seed(0)
    torch.save(torchvision.models.get_model(architecture).state_dict(), file)


def same(one, other):
    return one.shape == other.shape and torch.allclose(one, other, rtol=0, atol=1e-20)


def check(file, step):
    begun, trained = torch.load(file, weights_only=True), load_file(step / "model.safetensors")
    assert begun.keys() == trained.keys()
    state = json.loads((step / "state.json").read_text())
    torchvision.models.get_model(
        state["network"]["architecture"], num_classes=state["network"]["options"]["classes"]
    ).load_state_dict(trained, strict=True)
    moved = {name for name in begun if not same(begun[name], trained[name])}
    statistics = {name for name in moved if ".running_" in name or name.endswith("num_batches_tracked")}
    assert statistics, "no step was made"
    assert moved - statistics == {"fc.weight", "fc.bias"}, sorted(moved - statistics)
    assert all(state["data"][name] == IMAGENET[name] for name in IMAGENET), state["data"]
    print(f"{len(begun) - len(moved)} tensors as in {file}, {len(statistics)} statistics renewed, a classifier drawn")


if __name__ == "__main__":
    if sys.argv[1] == "save":
        save(sys.argv[2], sys.argv[3])
    else:
        check(sys.argv[2], Path(sys.argv[3]))
