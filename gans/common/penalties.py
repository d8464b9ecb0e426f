"""Penalties on the gradient of a discriminator with respect to its input."""

import torch
from torch import Tensor, nn


def gradient_norm(discriminator: nn.Module, inputs: Tensor) -> Tensor:
    """Return the Euclidean norm of the discriminator's gradient at each input.

    Args:
        discriminator: maps ``(n, ...)`` to one value per input, and treats inputs independently
            (with batch normalisation, the gradient of one input would depend on the others).
        inputs: the points, ``(n, ...)``.

    Returns:
        ``(n,)``, differentiable with respect to the discriminator's parameters.
    """
    return outputs_and_gradient_norm(discriminator, inputs)[1]


def outputs_and_gradient_norm(discriminator: nn.Module, inputs: Tensor) -> tuple[Tensor, Tensor]:
    """Return the discriminator's outputs and `gradient_norm` from one forward pass.

    Args:
        discriminator, inputs: as for `gradient_norm`.

    Returns:
        The outputs and the norms, ``(n,)`` each.
    """
    inputs = inputs.detach().requires_grad_(True)
    outputs = discriminator.forward(inputs)  # compiled functions have no second derivative
    (gradient,) = torch.autograd.grad(outputs.sum(), inputs, create_graph=True)
    return outputs, gradient.flatten(1).norm(dim=1)


def interpolate(real: Tensor, fake: Tensor) -> Tensor:
    """Draw points uniformly on the segments from real to generated samples, ``(n, ...)``."""
    position = torch.rand(len(real), *[1] * (real.dim() - 1), device=real.device)
    return real + position * (fake - real)
