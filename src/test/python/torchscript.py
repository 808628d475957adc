#!/usr/bin/env python3
"""Makes the small TorchScript files of the tests, in ../resources/io/semimeta/model.

    pip install torch
    torchscript.py
"""

import pathlib
import warnings

import torch
from torch import nn

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "resources/io/semimeta/model"


class Smooth(nn.Module):
    """TestNetworks.normalised() with dropout: images of two channels, four classes."""

    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout2d(0.4)
        self.block1 = nn.Sequential(nn.Conv2d(2, 5, 3, padding=1, bias=False), nn.BatchNorm2d(5))
        self.block2 = nn.Sequential(nn.Conv2d(5, 6, 3, padding=1, bias=False), nn.BatchNorm2d(6))
        self.classifier = nn.Sequential(nn.Linear(6, 4))

    def forward(self, x):
        x = self.drop(torch.tanh(self.block1(x)))
        x = torch.tanh(self.block2(x))
        return self.classifier(x.mean((2, 3)))


class Features(Smooth):
    """Exports what its classifier gets."""

    @torch.jit.export
    def features(self, x):
        x = self.drop(torch.tanh(self.block1(x)))
        return torch.tanh(self.block2(x)).mean((2, 3))

    def forward(self, x):
        return self.classifier(self.features(x))


class FeaturesOfPixels(Smooth):
    """Forgets to pool what it exports."""

    @torch.jit.export
    def features(self, x):
        return torch.tanh(self.block2(self.drop(torch.tanh(self.block1(x)))))


class Residual(nn.Module):
    """Grey images of any size, with all that a real network has: a frozen tensor and a buffer too."""

    def __init__(self, classes, batch_norm=True, dropout=0.3):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 3, padding=1, stride=2)
        self.bn1 = nn.BatchNorm2d(6) if batch_norm else nn.Identity()
        self.conv2 = nn.Conv2d(6, 6, 3, padding=1, groups=2)
        self.bn2 = nn.BatchNorm2d(6, momentum=None) if batch_norm else nn.Identity()
        self.drop = nn.Dropout2d(dropout) if dropout else nn.Identity()
        self.pool = nn.AdaptiveAvgPool2d(2)
        self.fc = nn.Linear(24, classes)
        self.scale = nn.Parameter(torch.full((1,), 0.5), requires_grad=False)
        self.register_buffer("order", torch.arange(23, -1, -1))

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        x = torch.relu(x * self.scale + self.bn2(self.conv2(x)))
        x = self.drop(self.pool(x))
        return self.fc(x.view(x.size(0), -1)[:, self.order])


class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 3)

    def forward(self, x):
        logits = self.fc(x.mean(1).flatten(1)[:, :4])
        return logits, logits


class Counting(Pair):
    """Keeps a count of its own in train mode."""

    def __init__(self):
        super().__init__()
        self.register_buffer("passes", torch.zeros(1))

    def forward(self, x):
        if self.training:
            self.passes += 1
        return self.fc(x.mean(1).flatten(1)[:, :4])


class Undifferentiable(Pair):
    """Embedding bags have no derivative in forward mode."""

    def __init__(self):
        super().__init__()
        self.bag = nn.EmbeddingBag(2, 3, mode="sum")

    def forward(self, x):
        index = torch.zeros((x.size(0), 2), dtype=torch.long)
        return self.fc(x.mean(1).flatten(1)[:, :4]) + self.bag(index)


def save(name, module):
    file = FOLDER / f"{name}.pt"
    torch.jit.save(module, file)
    print(f"{file.stat().st_size:7d} {file.name}")


def main():
    warnings.simplefilter("ignore")
    torch.manual_seed(11)
    FOLDER.mkdir(parents=True, exist_ok=True)
    images = torch.rand(2, 1, 12, 12)
    save("smooth", torch.jit.script(Smooth().double()))
    save("residual-3", torch.jit.script(Residual(3)))
    save("residual-10", torch.jit.script(Residual(10)))
    save("traced-eval", torch.jit.trace(Residual(3).eval(), images))
    save("traced-dropout", torch.jit.trace(Residual(3, batch_norm=False).eval(), images))
    save("traced-plain", torch.jit.trace(Residual(3, batch_norm=False, dropout=0), images))
    save("frozen", torch.jit.freeze(torch.jit.script(Residual(3).eval())))
    save("pair", torch.jit.script(Pair()))
    save("counting", torch.jit.script(Counting()))
    save("undifferentiable", torch.jit.script(Undifferentiable()))
    save("features", torch.jit.script(Features().double()))
    save("features-of-pixels", torch.jit.script(FeaturesOfPixels().double()))


if __name__ == "__main__":
    main()
