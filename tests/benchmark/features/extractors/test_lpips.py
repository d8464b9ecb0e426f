"""LPIPS against torchmetrics and its equation, with the same random weights."""

import copy

import numpy as np
import pytest
import torch
import torchmetrics
from torchmetrics.functional.image import lpips as torchmetrics_module
from torchmetrics.image.lpip import LearnedPerceptualImagePatchSimilarity
from torchvision.models.feature_extraction import create_feature_extractor

from benchmark.data.pixels import to_unit
from benchmark.features.extractors import lpips
from tests.benchmark.features.images import random_images
from tests.benchmark.features.networks import CPU, random_weights
from tests.command import error_line


def torchmetrics_lpips(monkeypatch, network, name):
    """Build LPIPS of torchmetrics, which would download the network."""
    local_network = lambda net, pretrained: copy.deepcopy(network)  # noqa: E731
    monkeypatch.setattr(torchmetrics_module, "_get_tv_model_features", local_network)
    reference = LearnedPerceptualImagePatchSimilarity(net_type=name, reduction="mean")
    monkeypatch.undo()
    return reference


def random_pair(n=5, size=64, channels=3):
    truth = random_images(n, seed=0, size=size, channels=channels)
    return truth, np.clip(
        truth.astype(int) + random_images(n, seed=1, size=size, channels=channels) // 3 - 40, 0, 255
    ).astype(np.uint8)


@pytest.mark.parametrize(
    ("name", "backbone"),
    [("alex", "alexnet"), pytest.param("vgg", "vgg16", marks=pytest.mark.slow)],
)
def test_lpips_equals_torchmetrics(name, backbone, tmp_path, monkeypatch):
    file, network = random_weights(tmp_path, backbone)
    reference = torchmetrics_lpips(monkeypatch, network, name)
    ours = lpips.LPIPS(name, (3, 64, 64), weights=file, device=CPU)
    monkeypatch.setattr(lpips, "BATCH", 2)  # the last batch is not full
    for size in (64, lpips.MIN_SIDE[name]):
        truth, generated = random_pair(size=size)
        units = (to_unit(torch.from_numpy(images)) for images in (truth, generated))
        expected = float(reference(*units))
        assert expected > 1e-3
        assert ours(truth, generated) == pytest.approx(expected, rel=1e-5)
        assert ours(truth, truth) == 0 < ours(generated, truth)


def test_lpips_equals_equation_1(alexnet):
    """By torchvision, and the linear layers as their file has them."""
    file, network = alexnet
    truth, generated = random_pair()
    shift, scale = (
        torch.tensor(x).view(3, 1, 1) for x in ([-0.03, -0.088, -0.188], [0.458, 0.448, 0.450])
    )
    nodes = {f"{place}": f"relu{place}" for place in (1, 4, 7, 9, 11)}
    layers = create_feature_extractor(copy.deepcopy(network), nodes)
    with torch.no_grad():
        maps = [
            list(layers((to_unit(torch.from_numpy(images)) - shift) / scale).values())
            for images in (truth, generated)
        ]
    path = f"{torchmetrics.__path__[0]}/functional/image/lpips_models/alex.pth"
    linear = list(torch.load(path, map_location=CPU, weights_only=True).values())
    expected = 0.0
    for first, second, weight in zip(*maps, linear, strict=True):
        units = (
            x / (x.norm(dim=1, keepdim=True) + 1e-10) for x in (first.double(), second.double())
        )
        difference = next(units) - next(units)
        expected += float((weight.double() * difference**2).sum(dim=1).mean())
    assert lpips.LPIPS("alex", (3, 64, 64), weights=file)(truth, generated) == pytest.approx(
        expected, rel=1e-3
    )


def test_lpips_accepts_greyscale_and_rejects_unequal_shapes(alexnet):
    distance = lpips.LPIPS("alex", (1, 64, 64), weights=alexnet[0])
    truth, generated = random_pair(n=2, channels=1)
    assert (
        distance(truth, generated)
        == distance(truth.repeat(3, axis=1), generated.repeat(3, axis=1))
        > 0
    )
    with pytest.raises(ValueError, match="expected two sets of images of one shape"):
        distance(truth, generated[:1])
    with pytest.raises(ValueError, match="expected two sets of images of one shape"):
        distance(truth[:0], generated[:0])


@pytest.mark.parametrize(("name", "side"), [("alex", 31), ("vgg", 16)])
def test_reports_images_too_small_for_lpips(name, side, capsys):
    message = error_line(capsys, lambda: lpips.LPIPS(name, (3, 64, side - 1)))
    assert message.startswith(f"metric lpips: expected images of at least {side}x{side} pixels")
    assert f"for {name}, got 64x{side - 1}" in message
