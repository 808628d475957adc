"""ConvLarge in PyTorch, with the state-dict names of this program's checkpoints."""

import math
from collections import OrderedDict

from torch import nn


def convlarge(classes, channels=3, width=1.0, dropout=0.5):
    """The network of `--architecture convlarge`; images (B, channels, H, W), logits (B, classes)."""
    widths = [128, 128, 128, 256, 256, 256, 512, 256, 128]
    kernels = [3, 3, 3, 3, 3, 3, 3, 1, 1]
    paddings = [1, 1, 1, 1, 1, 1, 0, 0, 0]
    layers = OrderedDict()
    for i, (out, kernel, padding) in enumerate(zip(widths, kernels, paddings), start=1):
        out = max(1, math.floor(out * width + 0.5))
        layers[f"block{i}"] = nn.Sequential(
            nn.Conv2d(channels, out, kernel, padding=padding, bias=False),
            nn.BatchNorm2d(out),
            nn.LeakyReLU(0.1),
        )
        if i in (3, 6):
            layers[f"pool{i}"] = nn.Sequential(nn.MaxPool2d(2), nn.Dropout2d(dropout))
        channels = out
    layers["pool"] = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
    layers["classifier"] = nn.Sequential(nn.Linear(channels, classes))
    return nn.Sequential(layers)
