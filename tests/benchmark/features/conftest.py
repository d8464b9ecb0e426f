"""Random weights of networks, and small data sets."""

import numpy as np
import pytest
import torch
import torch_fidelity

from benchmark.data.splits import SplitArrays, save_split
from benchmark.features.extractors import dinov2, imagenet
from tests.benchmark.config.params import PARAMS_FILE
from tests.benchmark.features.images import random_images
from tests.benchmark.features.networks import random_weights, unreachable


@pytest.fixture(scope="module")
def inception_weights(tmp_path_factory):
    """Write random weights of Inception to a file; nothing is downloaded."""
    build = torch_fidelity.feature_extractor_inceptionv3
    file = tmp_path_factory.mktemp("weights") / "random-inception.pth"
    torch.manual_seed(0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "load_state_dict_from_url", lambda *args, **kwargs: {})
        patch.setattr(torch.nn.Module, "load_state_dict", lambda *args, **kwargs: None)
        network = build.FeatureExtractorInceptionV3("inception-v3-compat", ["2048"])
    for module in network.modules():  # with torch's initialisation the signal would vanish
        if isinstance(module, torch.nn.Conv2d | torch.nn.Linear):
            torch.nn.init.kaiming_normal_(module.weight)
    network.fc.weight *= 20  # so that the images' probabilities differ
    torch.save(network.state_dict(), file)
    return file


@pytest.fixture(scope="module")
def dinov2_weights(tmp_path_factory):
    """Write random weights of a small DINOv2, with position embeddings for images of 70 pixels."""
    file = tmp_path_factory.mktemp("weights") / "random-dinov2.pth"
    torch.manual_seed(0)
    network = dinov2.VisionTransformer(width=128, depth=2, grid=5)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.normal_(std=0.1)
    torch.save(network.state_dict() | {"mask_token": torch.zeros(1, 128)}, file)
    return file


@pytest.fixture
def prepared(tmp_path, monkeypatch):
    """A small data set ``digits`` and params.yaml, in a working directory of their own."""
    monkeypatch.chdir(tmp_path)
    for split, count in (("train", 60), ("validation", 30), ("test", 40)):
        images = random_images(count, seed=count, channels=1, size=8)
        save_split("digits", split, SplitArrays(images, np.arange(count) % 10))
    text = PARAMS_FILE.read_text().replace("epochs: 80", "epochs: 1")
    (tmp_path / "params.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def vgg19(tmp_path_factory):
    return random_weights(tmp_path_factory.mktemp("weights"), "vgg19", zipped=False)


@pytest.fixture(scope="module")
def alexnet(tmp_path_factory):
    return random_weights(tmp_path_factory.mktemp("weights"), "alexnet", zipped=False)


@pytest.fixture
def offline(tmp_path, monkeypatch):
    """Change to a working directory without weights and without a network."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".checkpoints").mkdir()
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))
    monkeypatch.setattr(torch.hub, "download_url_to_file", unreachable)
    for name in imagenet.PUBLISHED:
        monkeypatch.delenv(f"{name.upper()}_WEIGHTS", raising=False)
    return tmp_path
