"""Says what is left of the finite differences where a device rounds what it multiplies, as GPUs do in TF32.

    python3 src/test/python/tf32.py     # needs torch

The direction of `convlarge` on noise, as drawn and after some steps, is computed four times: in float64, which the others
are compared with, in float32, and in float32 with weights and inputs of convolutions and classifier rounded to TF32's 10
bits of fraction, and to bfloat16's 7. Printed is the norm of the difference over the norm of float64's.
"""

import copy

import torch
from torch import nn
from torch.func import functional_call

from convlarge import convlarge

BATCH = 8
EPSILON = 0.01


def rounded(tensor, bits):
    """To so many bits of fraction, halves away from zero; the exponent is float32's."""
    dropped = 23 - bits
    return ((tensor.view(torch.int32) + (1 << (dropped - 1))) & -(1 << dropped)).view(torch.float32)


def trained(steps, labelled, labels):
    """Weights after so many steps on the labelled images, which a run soon knows by heart; statistics settle with them."""
    model = convlarge(10, dropout=0)
    optimizer = torch.optim.SGD(model.parameters(), 0.02, 0.9)
    for step in range(10 + steps):
        loss = nn.functional.cross_entropy(model(labelled), labels)
        if step >= 10:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model.eval()


def direction(model, gradient, epsilon, images, bits=None):
    """(p(theta + eps g) - p(theta - eps g)) / eps."""

    def round_input(module, inputs):
        return tuple(rounded(x.contiguous(), bits) for x in inputs)

    hooks = []
    if bits:
        hooks = [m.register_forward_pre_hook(round_input) for m in model.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    sides = []
    for sign in (1, -1):
        weights = {n: p.detach() + sign * epsilon * gradient[n] for n, p in model.named_parameters()}
        if bits:
            weights = {n: rounded(w, bits) if w.dim() > 1 else w for n, w in weights.items()}
        with torch.no_grad():
            sides.append(functional_call(model, weights, (images,)).softmax(1))
    for hook in hooks:
        hook.remove()
    return (sides[0] - sides[1]) / epsilon


def main():
    torch.set_num_threads(1)
    torch.manual_seed(0)
    labelled, labels, unlabelled = torch.randn(BATCH, 3, 32, 32), torch.randint(10, (BATCH,)), torch.randn(BATCH, 3, 32, 32)
    for steps in (0, 10, 30):
        compare(trained(steps, labelled, labels), labelled, labels, unlabelled, steps)


def compare(model, labelled, labels, unlabelled, steps):
    exact = copy.deepcopy(model).double()
    loss = nn.functional.cross_entropy(exact(labelled.double()), labels)
    names = [n for n, _ in exact.named_parameters()]
    gradient = dict(zip(names, torch.autograd.grad(loss, list(exact.parameters()))))
    norm = torch.cat([g.flatten() for g in gradient.values()]).norm()
    epsilon = EPSILON / norm
    truth = direction(exact, gradient, epsilon, unlabelled.double())
    single = {n: g.float() for n, g in gradient.items()}
    print(f"after {steps} steps, loss {loss.item():.1e}, gradient's norm {norm.item():.1e}:", flush=True)
    for name, bits in (("float32", None), ("TF32", 10), ("bfloat16", 7)):
        got = direction(model, single, epsilon.float(), unlabelled, bits).double()
        print(f"  {name:8s} {((got - truth).norm() / truth.norm()).item():.1e}", flush=True)


if __name__ == "__main__":
    main()
