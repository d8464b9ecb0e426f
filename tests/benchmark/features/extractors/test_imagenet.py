"""VGG-19 against torchvision with the same random weights."""

import copy
import re

import pytest
import torch
import torchvision
from torchvision.transforms.functional import normalize

from benchmark.features.extractors import imagenet, lpips
from tests.benchmark.features.networks import CPU
from tests.command import error_line


def test_vgg19_equals_torchvision_before_each_activation(vgg19):
    file, network = vgg19
    images = torch.rand(2, 3, 32, 24) * 2 - 1
    perceive = imagenet.load_layers("vgg19", CPU, weights=file)
    outputs = perceive(images)
    reference = normalize((images + 1) / 2, imagenet.MEAN, imagenet.DEVIATION)
    assert [maps.shape[1] for maps in outputs] == [64] * 2 + [128] * 2 + [256] * 4 + [512] * 8
    # the fifth pooling is the last layer, and right before it are the fourth convolution and a ReLU
    kinds = [type(layer).__name__ for layer in network][-4:]
    assert kinds == ["ReLU", "Conv2d", "ReLU", "MaxPool2d"]
    with torch.no_grad():
        before, after = network[:-2](reference), network[:-1](reference)
    torch.testing.assert_close(outputs[-1], before, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(outputs[-1].relu(), after, rtol=1e-4, atol=1e-5)
    for maps in outputs:
        assert (maps < 0).any(), "a ReLU has overwritten the maps"


def test_vgg19_normalises_as_torchvision():
    expected = torchvision.models.VGG19_Weights.DEFAULT.transforms()
    assert tuple(expected.mean) == imagenet.MEAN and tuple(expected.std) == imagenet.DEVIATION


@pytest.mark.parametrize(
    ("name", "weights"),
    [
        ("alexnet", torchvision.models.AlexNet_Weights.DEFAULT),
        ("vgg16", torchvision.models.VGG16_Weights.DEFAULT),
        ("vgg19", torchvision.models.VGG19_Weights.DEFAULT),
    ],
)
def test_weights_are_those_of_torchvision(name, weights):
    published = imagenet.PUBLISHED[name]
    assert published.url == weights.url
    (digits,) = re.findall(r"-([0-9a-f]{8})\.pth$", published.file_name)
    assert re.fullmatch(f"{digits}[0-9a-f]{{56}}", published.sha256)


def test_vgg19_repeats_greyscale_and_has_no_gradient(vgg19):
    perceive = imagenet.load_layers("vgg19", CPU, weights=vgg19[0])
    grey = (torch.rand(2, 1, 16, 16) * 2 - 1).requires_grad_()
    (last,) = perceive(grey)[-1:]
    assert last.shape[2:] == (1, 1)
    expected = perceive(grey.expand(-1, 3, -1, -1))[-1]
    torch.testing.assert_close(last, expected, rtol=1e-4, atol=1e-5)
    last.square().sum().backward()
    assert grey.grad.abs().max() > 0
    assert not perceive(grey.detach())[-1].requires_grad
    assert copy.deepcopy(perceive) is perceive, "the moving average shares the network"


@pytest.mark.parametrize(
    ("name", "ask"),
    [
        ("vgg19", lambda: imagenet.load_layers("vgg19", CPU)),
        ("alexnet", lambda: lpips.LPIPS("alex", (3, 64, 64))),
        ("vgg16", lambda: lpips.LPIPS("vgg", (3, 64, 64))),
    ],
)
def test_reports_unreachable_weights(offline, capsys, name, ask):
    published = imagenet.PUBLISHED[name]
    message = error_line(capsys, ask)
    assert message.startswith(
        f"network {name}: expected a download, got none; put {published.file_name} "
    )
    for part in (published.sha256, "downloads/weights", f"{name.upper()}_WEIGHTS"):
        assert part in message
    (offline / "downloads/weights" / published.file_name).write_bytes(b"half")
    assert "expected sha256" in error_line(capsys, ask)


def test_reports_weights_of_another_network(alexnet, tmp_path, capsys):
    message = error_line(capsys, lambda: imagenet.load_layers("vgg19", CPU, weights=alexnet[0]))
    assert message == (
        f"network vgg19: {alexnet[0]}: expected weights of torchvision's vgg19, got others;"
        " replace it"
    )
    (tmp_path / "none.pth").write_bytes(b"none")
    message = error_line(
        capsys, lambda: imagenet.load_layers("vgg19", CPU, weights=tmp_path / "none.pth")
    )
    assert (
        message.startswith("network vgg19: ")
        and "expected weights of torch, got another file" in message
    )
