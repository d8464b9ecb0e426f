"""Building variants for the check of params.yaml."""

import subprocess
import sys

import pytest
import torch
from torch import nn

from benchmark.config import keywords
from benchmark.config.keywords import without_initialisation
from gans.common.networks.spectral import SpectralNorm
from tests.benchmark.config.params import PARAMS_FILE


def test_building_keeps_the_state_of_random_numbers():
    before = torch.get_rng_state()
    with without_initialisation():
        layer = nn.Linear(3, 2)
        torch.randn(4)
    assert layer.weight.shape == (2, 3)
    assert torch.equal(torch.get_rng_state(), before)


def test_large_networks_are_built_without_random_numbers():
    with without_initialisation():
        layer = nn.Linear(3, 2)
        weight = layer.weight.detach().clone()
        nn.init.kaiming_uniform_(layer.weight)
        nn.init.normal_(layer.weight)
        layer.weight.detach().uniform_()
    assert torch.equal(layer.weight.nan_to_num(), weight.nan_to_num())


def test_the_check_does_not_import_the_compiler():
    code = (
        "import sys; from benchmark import config; config.load_params();"
        " assert 'torch._dynamo' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=PARAMS_FILE.parent, check=True)


def test_power_iterations_are_skipped():
    weight = torch.tensor([[3.0, 4.0], [0.0, 0.0]])
    with without_initialisation():
        skipped = SpectralNorm(weight, 0)
    assert torch.equal(skipped.right, weight[0])
    assert SpectralNorm(weight, 0).right.norm() == pytest.approx(1)


def test_a_variant_file_with_two_classes_is_one_line(monkeypatch):
    line = "expected one subclass of Variant in gans/unconditional/dcgan.py, got A, B; define one"

    def load(name):
        raise TypeError(line)

    monkeypatch.setattr(keywords.gans, "load", load)
    (problem,) = keywords.find_keyword_mistakes("dcgan", "images.variants.dcgan", {})
    assert problem == f"images.variants.dcgan: {line}"
