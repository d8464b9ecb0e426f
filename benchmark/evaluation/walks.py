"""What readers can play with of generators of images: walks among latents, and the networks.

A walk is one picture, samples without a gap between them. Of a variant without classes it is a
square: its corners are four latents, and what lies between is mixed of these. Of a conditional one
a row is a class, and from left to right one latent turns into another.

A network is a script of ASCII that says ``network(dataset, variant, {...})`` once it is loaded, so
that the page can draw new samples without a server. Only the generator that controlled rows share
is told in this way: layers, linear ones and convolutions, with what normalises a batch folded into
the weights. A weight is an integer of 16 bits times the ``scale`` of its output channel.
"""

import json
from base64 import b64encode
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from benchmark.common.scripts import write_script
from benchmark.common.seeds import stream
from benchmark.config import Run
from benchmark.data.pixels import quantise
from benchmark.evaluation.pictures import tile
from gans.common.networks.convolutional import Generator
from gans.common.variant import Conditional, Variant

STEPS = 15  # samples along a side of a walk
LEVELS = 32767  # of a weight, either side of 0
CHECKED = 16  # samples by which a network is recognised as all that a variant does


def write(variant: Variant, run: Run) -> None:
    """The walk of a run, what there is to be known of it, and its network if it can be told.

    Written to the folder of what was scored: walk.png; walk.json, which has ``rows``, ``columns``
    and ``sides`` of the walk, ``classes`` (0 without), and whether there is a ``network``; and
    network.js, where there is.

    Args:
        variant: in evaluation mode.
        run: whose weights it has.
    """
    samples, columns = walk(variant)
    tile(samples, columns).save(run.scored / "walk.png")
    if found := network(variant):
        write_script(run.scored / "network.js", "network", run.dataset, run.variant, found)
    told = {
        "rows": len(samples) // columns,
        "columns": columns,
        "sides": [int(side) for side in samples.shape[2:]],
        "classes": variant.classes if isinstance(variant, Conditional) else 0,
        "network": found is not None,
    }
    (run.scored / "walk.json").write_text(json.dumps(told) + "\n")


def walk(variant: Variant) -> tuple[np.ndarray, int]:
    """Samples, uint8 ``(n, c, h, w)``, and how many of them make a row."""
    torch.manual_seed(stream(0, "walk"))
    corners = torch.randn(4, variant.latent)
    across = torch.linspace(0, 1, STEPS)
    rows: list[tuple[Tensor, Tensor | None]] = []
    if isinstance(variant, Conditional):
        latents = mixed(corners[:2], torch.stack([1 - across, across], dim=1))
        rows = [(latents, torch.full((STEPS,), label)) for label in range(variant.classes)]
    else:
        for down in across:
            shares = torch.stack(
                [(1 - down) * (1 - across), (1 - down) * across, down * (1 - across), down * across]
            )
            rows.append((mixed(corners, shares.T), None))
    return np.concatenate(
        [drawn(variant, latents, condition) for latents, condition in rows]
    ), STEPS


def mixed(corners: Tensor, shares: Tensor) -> Tensor:
    """Mixtures of latents ``(k, d)`` by shares ``(n, k)``, as long as latents are: ``(n, d)``.

    The mean of two draws is shorter than a draw; divided by the norm of the shares, it is one.
    """
    return shares @ corners / shares.norm(dim=1, keepdim=True)


def drawn(variant: Variant, latents: Tensor, condition: Tensor | None) -> np.ndarray:
    """Samples of latents ``(n, d)``, uint8 ``(n, c, h, w)``, other noise being the same for all."""
    samples = []
    with torch.no_grad():
        for place, latent in enumerate(latents):
            # torch.manual_seed would write down where it was called from, each time, for CUDA
            torch.default_generator.manual_seed(0)
            variant.noise = lambda n, own=latent: own.expand(n, -1)  # type: ignore
            asked = None if condition is None else condition[place : place + 1]
            samples.append(quantise(variant.sample(1, asked)))
    del variant.noise  # type: ignore[method-assign]
    return torch.cat(samples).numpy()


def network(variant: Variant) -> dict[str, Any] | None:
    """The layers of a generator, if it has the shared one and does nothing else with its noise."""
    found = next((part for part in variant.modules() if isinstance(part, Generator)), None)
    if found is None or isinstance(variant, Conditional):
        return None
    noise = torch.randn(CHECKED, variant.latent)
    variant.noise = lambda n: noise[:n]  # type: ignore[method-assign]
    with torch.no_grad():
        alike = torch.equal(variant.sample(CHECKED), found(noise))
    del variant.noise  # type: ignore[method-assign]
    return {"latent": variant.latent, "layers": layers(found)} if alike else None


def layers(generator: Generator) -> list[dict[str, Any]]:
    """The layers with weights, each with what is to be done after it."""
    told: list[dict[str, Any]] = []
    parts = list(generator)
    shape: tuple[int, ...] = ()
    for place, part in enumerate(parts):
        if isinstance(part, nn.Unflatten):
            shape = tuple(part.unflattened_size)  # type: ignore[arg-type]
        if not isinstance(part, nn.Linear | nn.ConvTranspose2d | nn.Conv2d):
            continue
        behind = parts[place + 1 : place + 4]
        norm = next((own for own in behind if isinstance(own, nn.BatchNorm2d)), None)
        weight, bias = folded(part, norm)
        kind = next(own for known, own in KINDS.items() if isinstance(part, known))
        told.append({"kind": kind, "after": after(behind), **packed(weight, bias)})
    told[0]["shape"] = list(shape)  # which the first layer's outputs are, channels first
    return told


KINDS: dict[type[nn.Module], str] = {
    nn.Linear: "linear",
    nn.ConvTranspose2d: "upward",  # kernel 4, stride 2, a border of 1
    nn.Conv2d: "plain",  # kernel 3, a border of 1
}


def after(behind: list[nn.Module]) -> str:
    """The activation that follows a layer."""
    kinds: dict[type[nn.Module], str] = {nn.ReLU: "relu", nn.Tanh: "tanh"}
    return next(kinds[type(part)] for part in behind if type(part) in kinds)


def folded(
    part: nn.Linear | nn.ConvTranspose2d | nn.Conv2d, norm: nn.BatchNorm2d | None
) -> tuple[Tensor, Tensor]:
    """Weight, outputs first, and bias, by which a layer does what its normalisation does too."""
    weight = part.weight.detach().double()
    weight = weight.transpose(0, 1) if isinstance(part, nn.ConvTranspose2d) else weight
    bias = torch.zeros(len(weight)) if part.bias is None else part.bias.detach()
    bias = bias.double()
    if norm is None:
        return weight, bias
    assert norm.running_mean is not None and norm.running_var is not None
    gain = norm.weight.double() / torch.sqrt(norm.running_var.double() + norm.eps)
    shift = norm.bias.double() - norm.running_mean.double() * gain
    each = len(weight) // len(gain)  # a linear layer has an output for each place of a channel
    gain, shift = (own.detach().repeat_interleave(each) for own in (gain, shift))
    scaled = weight * gain.view(-1, *[1] * (weight.dim() - 1))
    return scaled, bias * gain + shift


def packed(weight: Tensor, bias: Tensor) -> dict[str, Any]:
    """Integers of 16 bits in base64, little-endian, and the scale of each output."""
    flat = weight.flatten(1).numpy()
    scale = np.abs(flat).max(axis=1) / LEVELS
    scale[scale == 0] = 1
    whole = np.rint(flat / scale[:, None]).astype("<i2")
    return {
        "outputs": len(flat),
        "weights": b64encode(whole.tobytes()).decode(),
        "scale": [float(f"{own:.8g}") for own in scale],
        "bias": [float(f"{own:.8g}") for own in bias],
    }
