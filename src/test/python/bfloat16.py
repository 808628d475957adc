"""Says whether bfloat16 pays on this processor: seconds in float32 over seconds in bfloat16.

    python3 src/test/python/bfloat16.py     # needs torch

Both take turns on one thread, and the thread's own processor time is compared, so that other programs disturb little. A
ratio above 1 means that bfloat16 is faster. The network is convlarge in channels-last order; under autocast its weights,
BatchNorm and loss stay float32.
"""

import statistics
import time

import torch
from torch import nn

from convlarge import convlarge

ROUNDS = 7
BATCH = 16


def compare(name, work):
    def seconds(low):
        begun = time.process_time()
        work(low)
        return time.process_time() - begun

    ratios = []
    seconds(False), seconds(True)
    for _ in range(ROUNDS):
        ratios.append(seconds(False) / seconds(True))
    print(f"{name:22s} {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})", flush=True)


def main():
    torch.set_num_threads(1)
    torch.manual_seed(0)
    print(torch.__version__, torch.backends.cpu.get_cpu_capability())
    a = [torch.randn(1024, 1024).to(of) for of in (torch.float32, torch.bfloat16)]
    compare("matrix product", lambda low: a[low] @ a[low])
    model = convlarge(10).to(memory_format=torch.channels_last)
    images = torch.randn(BATCH, 3, 32, 32).to(memory_format=torch.channels_last)
    labels = torch.randint(10, (BATCH,))

    def forward(low):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=low):
            return nn.functional.cross_entropy(model(images), labels)

    def without_gradient(low):
        with torch.no_grad():
            forward(low)

    compare("forward", without_gradient)
    compare("forward and backward", lambda low: forward(low).backward())


if __name__ == "__main__":
    main()
