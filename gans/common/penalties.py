"""Penalties on the gradient of a discriminator with respect to its input."""

import torch
from torch import Tensor, nn


def gradient_norm(discriminator: nn.Module, inputs: Tensor) -> Tensor:
    """Euclidean norm of the gradient of ``discriminator`` at each input.

    Args:
        discriminator: maps ``(n, ...)`` to one value per input, and treats the inputs one by one
            (no batch normalisation, or the gradient of one input would depend on the others).
        inputs: the points, ``(n, ...)``.

    Returns:
        ``(n,)``, differentiable with respect to the parameters of the discriminator.
    """
    return outputs_and_gradient_norm(discriminator, inputs)[1]


def outputs_and_gradient_norm(discriminator: nn.Module, inputs: Tensor) -> tuple[Tensor, Tensor]:
    """What ``discriminator`` gives for each input, and the norm of its gradient there.

    Of one pass, where a loss needs both; see `gradient_norm`.

    Returns:
        Twice ``(n,)``.
    """
    inputs = inputs.detach().requires_grad_(True)
    outputs = discriminator.forward(inputs)  # as written: a compiled one has no second derivative
    (gradient,) = torch.autograd.grad(outputs.sum(), inputs, create_graph=True)
    return outputs, gradient.flatten(1).norm(dim=1)


def interpolate(real: Tensor, fake: Tensor) -> Tensor:
    """Points drawn evenly on the segments from each real to each generated sample, ``(n, ...)``."""
    position = torch.rand(len(real), *[1] * (real.dim() - 1), device=real.device)
    return real + position * (fake - real)
