"""Says what a step would gain by doing less: seconds as it is done over seconds as it might be.

    python3 src/test/python/doing_less.py [THREADS]     # needs torch

Both take turns, and the process's processor time is compared, so that other programs disturb little. A ratio above 1 means
that the other way is faster. The network is convlarge in channels-last order, activations in place, as the program has it.
"""

import statistics
import sys
import time

import torch
from torch import nn

from convlarge import convlarge

ROUNDS = 11
BATCH = 16


def compare(name, present, other):
    def seconds(work):
        begun = time.process_time()
        work()
        return time.process_time() - begun

    seconds(present), seconds(other)
    ratios = [seconds(present) / seconds(other) for _ in range(ROUNDS)]
    print(f"{name:44s} {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})", flush=True)


def folded(model, x):
    """The network in eval mode with BatchNorm as a part of each convolution, differentiable."""
    for name, layer in model.named_children():
        if name.startswith("block"):
            convolution, norm, activation = layer
            scale = norm.weight / (norm.running_var + norm.eps).sqrt()
            weight = convolution.weight * scale.view(-1, 1, 1, 1)
            bias = norm.bias - norm.running_mean * scale
            x = activation(nn.functional.conv2d(x, weight, bias, padding=convolution.padding))
        else:
            x = layer(x)
    return x


def main():
    torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    torch.manual_seed(0)
    print(torch.__version__, torch.backends.cpu.get_cpu_capability(), torch.get_num_threads(), "threads")
    model = convlarge(10).to(memory_format=torch.channels_last)
    for module in model.modules():
        if isinstance(module, nn.LeakyReLU):
            module.inplace = True
    labelled, unlabelled = torch.randn(2, BATCH, 3, 32, 32)
    both = torch.cat([labelled, unlabelled]).to(memory_format=torch.channels_last)
    labelled, unlabelled = (of.to(memory_format=torch.channels_last) for of in (labelled, unlabelled))
    labels = torch.randint(10, (BATCH,))
    with torch.no_grad():
        model(both)  # moves the running statistics
    model.eval()

    @torch.no_grad()
    def difference():
        return (model(both) - folded(model, both)).abs().max().item()

    def without_gradient(forward):
        with torch.no_grad():
            forward()

    def gradient(forward):
        model.zero_grad()
        nn.functional.cross_entropy(forward(), labels).backward()

    def apart():
        gradient(lambda: model(labelled))
        without_gradient(lambda: model(unlabelled))

    print(f"folded logits differ by {difference():.1e}")
    compare(
        "BatchNorm folded, no gradient",
        lambda: without_gradient(lambda: model(unlabelled)),
        lambda: without_gradient(lambda: folded(model, unlabelled)),
    )
    compare(
        "BatchNorm folded, with gradient",
        lambda: gradient(lambda: model(labelled)),
        lambda: gradient(lambda: folded(model, labelled)),
    )
    compare("labelled and unlabelled images in one pass", apart, lambda: gradient(lambda: model(both)[:BATCH]))
    model.train()
    compare(
        "BatchNorm left out of a train-mode pass",
        lambda: gradient(lambda: model(labelled)),
        lambda: gradient(lambda: without_norm(model, labelled)),
    )


def without_norm(model, x):
    """What no way of computing BatchNorm can be faster than."""
    for name, layer in model.named_children():
        x = layer[2](layer[0](x)) if name.startswith("block") else layer(x)
    return x


if __name__ == "__main__":
    main()
