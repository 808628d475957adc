#!/usr/bin/env python3
"""Writes PyTorch's side of ExportedModelTest: a small network's state dict and its logits.

    record_logits.py FOLDER

Needs torch, safetensors and numpy.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

from convlarge import convlarge

IMAGES, CHANNELS, SIDE, CLASSES, WIDTH = 8, 3, 13, 10, 1 / 32


def images():
    """The same formula as in ExportedModelTest: multiples of 1/128 in (-1, 1)."""
    index = torch.arange(IMAGES * CHANNELS * SIDE * SIDE)
    image = index // (CHANNELS * SIDE * SIDE)
    values = (index * index + 31 * index * image) % 251 - 125
    return values.view(IMAGES, CHANNELS, SIDE, SIDE) / 128


def main(folder):
    torch.manual_seed(1)
    model = convlarge(CLASSES, CHANNELS, WIDTH).train()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
        for _ in range(20):  # moves the running statistics, and num_batches_tracked to 20
            model(torch.randn(32, CHANNELS, SIDE, SIDE) * 0.5)
        logits = model.eval()(images())
    folder.mkdir(parents=True, exist_ok=True)
    save_file(model.state_dict(), folder / "convlarge.safetensors", {"format": "pt"})
    (folder / "logits.json").write_text(json.dumps(logits.tolist(), indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
