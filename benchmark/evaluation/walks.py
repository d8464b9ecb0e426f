"""Write latent walks and generator weights for the interactive pages.

A walk is one picture of samples without gaps. For an unconditional variant it is a square that
interpolates between four latents at its corners. For a conditional one each row is a class and
interpolates between two latents from left to right.

A network is a script in ASCII that calls ``network(dataset, variant, {...})``, so that the page can
draw new samples without a server. Only the generator that controlled rows share is exported: its
linear layers and convolutions, with batch normalisation folded into the weights. A weight is an
integer of 16 bits times the ``scale`` of its output channel.
"""

from base64 import b64encode
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from benchmark.common.devices import list_generators
from benchmark.common.scripts import write_script
from benchmark.common.seeds import stream
from benchmark.common.writing import save_picture, write_json
from benchmark.config import Run
from benchmark.data.pixels import quantise
from benchmark.evaluation.pictures import tile
from gans.common.networks.convolutional import Generator
from gans.common.variant import Conditional, Variant

STEPS = 15  # samples along a side of a walk
LEVELS = 32767  # quantisation levels of a weight, on either side of 0
CHECK_SAMPLES = 16  # samples to verify that the variant does nothing beyond its generator


def write_walk(variant: Variant, run: Run) -> None:
    """Write the walk of a run, its layout, and its network if it can be exported.

    Writes walk.png, walk.json and, for the shared generator, network.js to the scored folder.
    walk.json has ``rows``, ``columns`` and ``sides`` of the walk, ``classes`` (0 without), and
    whether there is a ``network``.

    Args:
        variant: in evaluation mode.
        run: the run that trained it.
    """
    samples, columns = draw_walk(variant)
    save_picture(run.scored / "walk.png", tile(samples, columns))
    weights = export_network(variant)
    if weights:
        write_script(run.scored / "network.js", "network", run.dataset, run.variant, weights)
    layout = {
        "rows": len(samples) // columns,
        "columns": columns,
        "sides": [int(side) for side in samples.shape[2:]],
        "classes": variant.classes if isinstance(variant, Conditional) else 0,
        "network": weights is not None,
    }
    write_json(run.scored / "walk.json", layout, indent=None)


def draw_walk(variant: Variant) -> tuple[np.ndarray, int]:
    """Draw the samples of a walk, uint8 ``(n, c, h, w)``; return them and the row length."""
    torch.manual_seed(stream(0, "walk"))
    corners = variant.noise(4).cpu()
    across = torch.linspace(0, 1, STEPS)
    rows: list[tuple[Tensor, Tensor | None]] = []
    if isinstance(variant, Conditional):
        latents = mix_latents(corners[:2], torch.stack([1 - across, across], dim=1))
        rows = [(latents, torch.full((STEPS,), label)) for label in range(variant.classes)]
    else:
        for down in across:
            shares = torch.stack(
                [(1 - down) * (1 - across), (1 - down) * across, down * (1 - across), down * across]
            )
            rows.append((mix_latents(corners, shares.T), None))
    return np.concatenate(
        [draw_samples(variant, latents, condition) for latents, condition in rows]
    ), STEPS


def mix_latents(corners: Tensor, shares: Tensor) -> Tensor:
    """Mix latents ``(k, d)`` by shares ``(n, k)`` and rescale: ``(n, d)``.

    The mean of draws has a smaller norm than a draw; dividing by the norm of the shares restores
    it.
    """
    return shares @ corners / shares.norm(dim=1, keepdim=True)


def draw_samples(variant: Variant, latents: Tensor, condition: Tensor | None) -> np.ndarray:
    """Draw samples of latents ``(n, d)``, uint8 ``(n, c, h, w)``, with equal other noise."""
    samples = []
    latents = latents.to(variant.device)
    condition = None if condition is None else condition.to(variant.device)
    with torch.no_grad():
        for index, latent in enumerate(latents):
            for generator in list_generators(variant.device):
                generator.manual_seed(0)
            variant.noise = lambda n, latent=latent: latent.expand(n, -1)  # type: ignore
            label = None if condition is None else condition[index : index + 1]
            samples.append(quantise(variant.sample(1, label)))
    del variant.noise  # type: ignore[method-assign]
    return torch.cat(samples).cpu().numpy()


def export_network(variant: Variant) -> dict[str, Any] | None:
    """Export the shared generator of a variant; None if the variant does anything else."""
    generator = next((part for part in variant.modules() if isinstance(part, Generator)), None)
    draws_normal_noise = type(variant).noise is Variant.noise  # as the page does
    if generator is None or isinstance(variant, Conditional) or not draws_normal_noise:
        return None
    noise = variant.noise(CHECK_SAMPLES)
    variant.noise = lambda n: noise[:n]  # type: ignore[method-assign]
    with torch.no_grad():
        is_equal = torch.equal(variant.sample(CHECK_SAMPLES), generator(noise))
    del variant.noise  # type: ignore[method-assign]
    return {"latent": variant.latent, "layers": export_layers(generator)} if is_equal else None


def export_layers(generator: Generator) -> list[dict[str, Any]]:
    """Export the layers with weights, each with its activation."""
    entries: list[dict[str, Any]] = []
    parts = list(generator)
    shape: tuple[int, ...] = ()
    for index, part in enumerate(parts):
        if isinstance(part, nn.Unflatten):
            shape = tuple(part.unflattened_size)  # type: ignore[arg-type]
        if not isinstance(part, nn.Linear | nn.ConvTranspose2d | nn.Conv2d):
            continue
        following = parts[index + 1 : index + 4]
        norm = next((layer for layer in following if isinstance(layer, nn.BatchNorm2d)), None)
        weight, bias = fold_normalisation(part, norm)
        kind = next(name for layer, name in KINDS.items() if isinstance(part, layer))
        entries.append(
            {"kind": kind, "after": find_activation(following), **pack_weights(weight, bias)}
        )
    entries[0]["shape"] = list(shape)  # of the first layer's outputs, channels first
    return entries


KINDS: dict[type[nn.Module], str] = {
    nn.Linear: "linear",
    nn.ConvTranspose2d: "upward",  # kernel 4, stride 2, padding 1
    nn.Conv2d: "plain",  # kernel 3, padding 1
}


def find_activation(following: list[nn.Module]) -> str:
    """Find the activation that follows a layer."""
    kinds: dict[type[nn.Module], str] = {nn.ReLU: "relu", nn.Tanh: "tanh"}
    return next(kinds[type(part)] for part in following if type(part) in kinds)


def fold_normalisation(
    part: nn.Linear | nn.ConvTranspose2d | nn.Conv2d, norm: nn.BatchNorm2d | None
) -> tuple[Tensor, Tensor]:
    """Fold batch normalisation into weight (outputs first) and bias of a layer."""
    weight = part.weight.detach().double().cpu()
    weight = weight.transpose(0, 1) if isinstance(part, nn.ConvTranspose2d) else weight
    bias = torch.zeros(len(weight)) if part.bias is None else part.bias.detach()
    bias = bias.double().cpu()
    if norm is None:
        return weight, bias
    assert norm.running_mean is not None and norm.running_var is not None
    scale, offset, mean, variance = (
        values.detach().double().cpu()
        for values in (norm.weight, norm.bias, norm.running_mean, norm.running_var)
    )
    gain = scale / torch.sqrt(variance + norm.eps)
    shift = offset - mean * gain
    repeats = len(weight) // len(gain)  # a linear layer has one output for each pixel of a channel
    gain, shift = (values.repeat_interleave(repeats) for values in (gain, shift))
    scaled = weight * gain.view(-1, *[1] * (weight.dim() - 1))
    return scaled, bias * gain + shift


def pack_weights(weight: Tensor, bias: Tensor) -> dict[str, Any]:
    """Quantise weights to 16-bit integers: base64, little-endian, and a scale for each output."""
    flat = weight.flatten(1).numpy()
    scale = np.abs(flat).max(axis=1) / LEVELS
    scale[scale == 0] = 1
    integers = np.rint(flat / scale[:, None]).astype("<i2")
    return {
        "outputs": len(flat),
        "weights": b64encode(integers.tobytes()).decode(),
        "scale": [float(f"{value:.8g}") for value in scale],
        "bias": [float(f"{value:.8g}") for value in bias],
    }
