"""Variants on a GPU, by tensors that have a device but no values: no operation mixes devices."""

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

import gans
from gans.common.text import Text
from tests.gans.builders import build, get_default_shape, get_sample_shape

# their layers need a driver to be traced
UNTRACED = {"mocogan"}


@pytest.mark.parametrize("name", sorted(gans.files().keys() - UNTRACED))
def test_networks_run_on_the_device_of_the_variant(name):
    with FakeTensorMode(), torch.no_grad():
        with torch.device("cuda"):
            variant = build(name).eval()
            images = torch.zeros(3, *get_sample_shape(name, get_default_shape(name)))
        images = images.long() if isinstance(variant, Text) else images
        condition = variant.choose_condition(None, variant.random_condition(3))
        results = {
            "sample": variant.sample(3, condition),
            "noise": variant.noise(3),
            "score": variant.discriminator_score(images, variant.random_condition(3)),
        }
        if not isinstance(variant, Text):
            results["reconstruction"] = variant.reconstruct(images)
    for result, tensor in results.items():
        assert tensor is None or tensor.device.type == "cuda", result


def test_a_tensor_without_the_device_would_be_an_error():
    with FakeTensorMode():
        with torch.device("cuda"):
            layer = torch.nn.Linear(2, 2)
        with pytest.raises(RuntimeError, match="device"):
            layer(torch.zeros(1, 2))
