#!/usr/bin/env python3
"""Writes PyTorch's side of ExportedModelTest: small networks' state dicts and their logits.

    record_logits.py FOLDER

Needs torch, safetensors and numpy.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

from convlarge import convlarge
from shake_shake import ShakeShake26

IMAGES, CHANNELS, SIDE, CLASSES = 8, 3, 13, 10


def images():
    """The same formula as in ExportedModelTest: multiples of 1/128 in (-1, 1)."""
    index = torch.arange(IMAGES * CHANNELS * SIDE * SIDE)
    image = index // (CHANNELS * SIDE * SIDE)
    values = (index * index + 31 * index * image) % 251 - 125
    return values.view(IMAGES, CHANNELS, SIDE, SIDE) / 128


def record(name, network, width, folder):
    torch.manual_seed(1)
    model = network(CLASSES, CHANNELS, width).train()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
        for _ in range(20):  # moves the running statistics, and num_batches_tracked to 20
            model(torch.randn(32, CHANNELS, SIDE, SIDE) * 0.5)
        values = model.eval()(images())
    save_file(model.state_dict(), folder / f"{name}.safetensors", {"format": "pt"})
    (folder / f"{name}.json").write_text(json.dumps(values.tolist(), indent=1) + "\n")


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    record("convlarge", convlarge, 1 / 32, folder)
    record("shake-shake-26", ShakeShake26, 1 / 96, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
