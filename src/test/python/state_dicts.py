#!/usr/bin/env python3
"""Writes the state dicts that PyTorchFileTest reads, by torch.save: run in the folder they are to lie in.

    pip install torch torchvision && python state_dicts.py

Element i of a tensor is i / 8 (whole numbers: i), in the order of its elements, so that the test knows
them. What no weights may hold is in files called bad-….
"""

import collections
import os

import torch


def numbers(*shape, dtype=torch.float32):
    count = torch.Size(shape).numel()
    values = torch.arange(count, dtype=torch.float64)
    return (values / 8 if dtype.is_floating_point else values).to(dtype).reshape(shape)


class Harm:
    def __reduce__(self):
        return os.system, ("touch harm",)


# As module.state_dict() gives it, with the versions of modules beside it.
module = torch.nn.Sequential(torch.nn.Conv2d(2, 3, 3), torch.nn.BatchNorm2d(3))
for tensor in module.state_dict().values():
    tensor.copy_(numbers(*tensor.shape, dtype=tensor.dtype))
torch.save(module.state_dict(), "module.pth")

shared = numbers(4, 6)
views = {
    "channels_last": numbers(2, 3, 4, 5).contiguous(memory_format=torch.channels_last),
    "transposed": numbers(6, 4).t().contiguous().t(),
    "whole": shared,
    "part": shared[1:3],
    "every_second": shared[:, ::2],
    "scalar": torch.tensor(0.5),
    "empty": torch.zeros(0, 3),
    "parameter": torch.nn.Parameter(numbers(5)),
}
for dtype in ("float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool"):
    views[dtype] = numbers(2, dtype=getattr(torch, dtype))
torch.save(views, "views.pth")

torch.save({"epoch": 3, "state_dict": views}, "bad-nested.pth")
torch.save([numbers(2)], "bad-list.pth")
torch.save(torch.nn.Linear(2, 2), "bad-module.pth")
torch.save(collections.OrderedDict(weight=numbers(2), harm=Harm()), "bad-harm.pth")
torch.save({"weight": numbers(2).expand(10_000, 2)}, "bad-expanded.pth")
torch.save(module.state_dict(), "bad-old.pth", _use_new_zipfile_serialization=False)
torch.jit.script(torch.nn.Linear(2, 2)).save("bad-script.pth")
