"""Working directories, and the command `gan-benchmark score`."""

import numpy as np
import pytest
import torch

from benchmark.data.splits import SplitArrays, save_split
from benchmark.features import extractors, features
from benchmark.features.extractors import classifier, dinov2
from tests.benchmark.evaluation.image_files import make_images
from tests.command import run_command


@pytest.fixture
def empty_folder(tmp_path, monkeypatch):
    """Change to an empty working directory."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def digits_folder(tmp_path, monkeypatch):
    """Prepare ``digits``, its classifier and its embeddings in the working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INCEPTION_WEIGHTS", raising=False)
    for split, count in (("train", 90), ("validation", 30), ("test", 80)):
        save_split("digits", split, SplitArrays(make_images(count, 1, 8, 8), np.arange(count) % 10))
    from safetensors.torch import save_file

    torch.manual_seed(0)
    classifier.pinned_path("digits").parent.mkdir(parents=True)
    save_file(classifier.Classifier((1, 8, 8), 10).state_dict(), classifier.pinned_path("digits"))
    features.embed_real_images("digits", extractors.load("classifier", dataset="digits"))
    features.embed_in_random_space("digits")
    return tmp_path


@pytest.fixture(scope="module")
def dinov2_weights(tmp_path_factory):
    """A small random DINOv2."""
    file = tmp_path_factory.mktemp("weights") / "random.pth"
    torch.manual_seed(0)
    network = dinov2.VisionTransformer(width=64, depth=1, grid=2)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.normal_(std=0.1)
    torch.save(network.state_dict(), file)
    return file


@pytest.fixture
def run_score(capsys):
    """Runs `gan-benchmark score`; returns stdout and stderr."""

    def call(*arguments):
        capsys.readouterr()
        run_command("score", *arguments)
        output = capsys.readouterr()
        return output.out, output.err

    return call


@pytest.fixture
def score_error(capsys):
    """Runs `gan-benchmark score`; returns the line of its error."""

    def call(*arguments):
        capsys.readouterr()
        with pytest.raises(SystemExit) as stopped:
            run_command("score", *arguments)
        output = capsys.readouterr()
        assert stopped.value.code == 1 and output.out == ""
        (line,) = output.err.splitlines()
        return line

    return call
