"""Runs a PyTorch program on a device that it knows nothing of, and lets its clock wait for that device.

    python3 src/test/python/on_device.py cuda float32 PROGRAM ARGUMENT…     # or tf32, bfloat16; needs torch

New tensors and modules are made on the device. `float32` forbids TF32, which PyTorch allows convolutions by itself;
`bfloat16` is autocast around the whole program. `time.perf_counter` first waits until the device is done.
"""

import contextlib
import runpy
import sys
import time

import torch


def main():
    device, precision, program, *arguments = sys.argv[1:]
    torch.set_default_device(device)
    torch.backends.cudnn.allow_tf32 = precision == "tf32"
    torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    clock = time.perf_counter

    def after_the_device():
        if device != "cpu":
            torch.cuda.synchronize()
        return clock()

    time.perf_counter = after_the_device
    sys.argv = [program, *arguments]
    low = torch.autocast(device, dtype=torch.bfloat16) if precision == "bfloat16" else contextlib.nullcontext()
    with low:
        runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    main()
