"""Shake-Shake in PyTorch, with the state-dict names of this program's checkpoints."""

import math

import torch
from torch import nn
from torch.nn import functional


class Shake(torch.autograd.Function):
    """A mean of two branches, weighted at random for each image, anew in the backward pass."""

    @staticmethod
    def gate(a):
        return torch.rand(len(a), 1, 1, 1, dtype=a.dtype, device=a.device)

    @staticmethod
    def forward(ctx, a, b):
        gate = Shake.gate(a)
        return a * gate + b * (1 - gate)

    @staticmethod
    def backward(ctx, gradient):
        gate = Shake.gate(gradient)
        return gradient * gate, gradient * (1 - gate)


class Shift(nn.Module):
    """Halves height and width: every second pixel, beside those one further right and down."""

    def __init__(self, channels, out):
        super().__init__()
        self.conv = nn.Conv2d(2 * channels, out, 1, groups=2)
        self.bn = nn.BatchNorm2d(out)

    def forward(self, x):
        shifted = functional.pad(x, (0, x.shape[3] % 2, 0, x.shape[2] % 2))[:, :, 1::2, 1::2]
        return self.bn(self.conv(torch.cat((x[:, :, ::2, ::2], shifted), 1).relu()))


class Block(nn.Module):
    def __init__(self, channels, out, stride):
        super().__init__()
        for branch in "ab":
            self.add_module(f"conv_{branch}1", conv3x3(channels, out, stride))
            self.add_module(f"bn_{branch}1", nn.BatchNorm2d(out))
            self.add_module(f"conv_{branch}2", conv3x3(out, out))
            self.add_module(f"bn_{branch}2", nn.BatchNorm2d(out))
        if stride > 1:
            self.downsample = Shift(channels, out)
        elif channels != out:
            self.downsample = nn.Sequential(
                nn.Conv2d(channels, out, 1, bias=False), nn.BatchNorm2d(out)
            )
        else:
            self.downsample = nn.Identity()

    def forward(self, x):
        a = self.bn_a2(self.conv_a2(self.bn_a1(self.conv_a1(x.relu())).relu()))
        b = self.bn_b2(self.conv_b2(self.bn_b1(self.conv_b1(x.relu())).relu()))
        return self.downsample(x) + (Shake.apply(a, b) if self.training else (a + b) / 2)


def conv3x3(channels, out, stride=1):
    return nn.Conv2d(channels, out, 3, stride, padding=1, bias=False)


class ShakeShake26(nn.Module):
    """The network of `--architecture shake-shake-26`."""

    def __init__(self, classes, channels=3, width=1.0):
        super().__init__()
        self.conv1 = conv3x3(channels, 16)
        before = 16
        for stage in range(3):
            out = max(1, math.floor(96 * width + 0.5)) << stage
            blocks = [Block(before, out, 2 if stage else 1)]
            blocks += [Block(out, out, 1) for _ in range(3)]
            self.add_module(f"layer{stage + 1}", nn.Sequential(*blocks))
            before = out
        self.fc = nn.Linear(before, classes)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(self.conv1(x))))
        return self.fc(x.mean((2, 3)))
