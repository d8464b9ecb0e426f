"""The features of published FVDs: preprocessing, finding the network, error messages."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from benchmark import config
from benchmark.data import prepare
from benchmark.data.splits import list_arrays, load_array, load_split, save_split
from benchmark.features import extractors, features
from benchmark.features.extractors import i3d
from benchmark.tracks.video import scoring as video_scoring
from tests.benchmark.config.params import load_repository_params

ROOT = Path(__file__).parents[3]
FRAMES = 16


class FakeI3D(nn.Module):
    """A network with the interface of I3D, linear in the mean colours of each frame."""

    def __init__(self, features: int = 400, side: int = i3d.SIDE):
        super().__init__()
        self.side = side
        self.matrix = nn.Parameter(torch.randn(3 * FRAMES, features))

    def forward(
        self,
        clips: Tensor,
        rescale: bool = True,
        resize: bool = True,
        return_features: bool = False,
    ) -> Tensor:
        assert not rescale and not resize and return_features
        assert clips.shape[1] == 3 and clips.shape[3] == clips.shape[4] == self.side
        return clips.mean(dim=(3, 4)).flatten(1) @ self.matrix


@pytest.fixture
def network(tmp_path):
    torch.manual_seed(0)
    fake = FakeI3D()
    torch.jit.script(fake).save(str(tmp_path / i3d.FILE))
    return fake


@pytest.mark.parametrize("channels", [1, 3])
def test_frames_are_enlarged_and_scaled(network, tmp_path, channels):
    extractor = extractors.load("i3d", weights=tmp_path / i3d.FILE)
    generator = np.random.default_rng(0)
    flat = generator.integers(0, 256, (20, channels, FRAMES, 1, 1), dtype=np.uint8)
    embedded, probabilities = extractor.embed(flat.repeat(12, axis=3).repeat(10, axis=4))
    assert embedded.shape == (20, 400) and embedded.dtype == np.float64 and probabilities is None
    colours = np.broadcast_to(flat[..., 0, 0] / 127.5 - 1, (20, 3, FRAMES)).reshape(20, -1)
    expected = colours @ network.matrix.detach().double().numpy()
    np.testing.assert_allclose(embedded, expected, atol=1e-4)
    assert extractor.describe_preprocessing((1, FRAMES, 12, 10)) == [
        "one channel repeated to three",
        "12x10 resized to 224x224 (bilinear)",
    ]


def test_network_is_found_in_the_environment_and_the_downloads(network, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(i3d.VARIABLE, str(tmp_path / i3d.FILE))
    assert i3d.find_network() == tmp_path / i3d.FILE
    monkeypatch.delenv(i3d.VARIABLE)
    (tmp_path / i3d.FOLDER).mkdir(parents=True)
    (tmp_path / i3d.FILE).rename(tmp_path / i3d.FOLDER / i3d.FILE)
    assert i3d.find_network() == i3d.FOLDER / i3d.FILE


def test_errors_are_one_line(network, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(i3d.VARIABLE, raising=False)
    broken, small = tmp_path / "broken.pt", tmp_path / "small.pt"
    broken.write_bytes(b"no network")
    torch.jit.script(FakeI3D(7)).save(str(small))
    clips = np.zeros((2, 1, FRAMES, 8, 8), np.uint8)
    whole = extractors.load("i3d", weights=tmp_path / i3d.FILE)
    for call, reason in (
        (lambda: extractors.load("i3d"), "put i3d_torchscript.pt"),
        (lambda: extractors.load("i3d", weights=tmp_path / "gone.pt"), "expected a file, got none"),
        (lambda: extractors.load("i3d", weights=broken), "expected TorchScript, got another file"),
        (lambda: extractors.load("i3d", weights=small).embed(clips), "expected 400 features"),
        (lambda: whole.embed(clips[:, :, 0]), "expected clips, got images"),
        (lambda: whole.embed(clips[:, :, :3]), str(tmp_path / i3d.FILE)),
    ):
        with pytest.raises(SystemExit) as stopped:
            call()
        assert stopped.value.code == 1
        line = capsys.readouterr().err.strip()
        assert reason in line and "\n" not in line


def test_clips_can_be_scored_by_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(i3d.VARIABLE, str(tmp_path / "small.pt"))
    monkeypatch.setattr(i3d, "SIDE", 16)  # the size of the clips
    torch.manual_seed(0)
    torch.jit.script(FakeI3D(side=16)).save(str(tmp_path / "small.pt"))
    settings = load_repository_params()
    block = (
        settings.tracks["video"]
        .datasets["moving_digits"]
        .model_copy(update={"feature_space": "i3d"})
    )
    track = settings.tracks["video"].model_copy(update={"datasets": {"moving_digits": block}})
    once = settings.features.model_copy(update={"epochs": 1})
    settings = settings.model_copy(update={"features": once, "video": track})
    prepare.prepare("moving_digits", settings)
    for split in ("train", "validation", "test"):  # the first clips are enough
        arrays = {
            name: load_array("moving_digits", split, name)[:200]
            for name in list_arrays("moving_digits", split)
        }
        save_split("moving_digits", split, arrays)
    features.compute_features("moving_digits", settings)
    scorer = video_scoring.Scorer("moving_digits", config.Metrics())
    assert scorer.facts()["feature_space"] == "i3d"
    clips, labels = load_split("moving_digits", "test")
    near, far = scorer.scores(clips, labels), scorer.scores(255 - clips)
    assert 0 <= near["fvd"] < far["fvd"] and near["motion"] == 1
    assert scorer.headline(clips) == near["fvd"]
