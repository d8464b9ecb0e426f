"""PSNR and SSIM of whole photographs: closed forms, and published scores of Set5."""

import math

import numpy as np
import pytest
import torch
from torch import nn

import gans
from benchmark import config
from benchmark.data.bicubic import resize_bicubic
from benchmark.data.sources import photo_folders
from benchmark.data.splits import SplitArrays, save_split
from benchmark.tracks.superresolution.photographs import make_reference, tile_patches
from benchmark.tracks.superresolution.scoring import Scorer
from gans.common.variant import ImageToImage
from tests.benchmark.data.sources.photographs import make_photograph
from tests.benchmark.pipeline.project import ROOT

SET5 = ROOT.parent / "shared" / "datasets" / "Set5"
# published means over the photographs, of MATLAB's bicubic kernel
PUBLISHED = {2: {"psnr_y": 33.66, "ssim_y": 0.9299}, 4: {"psnr_y": 28.42, "ssim_y": 0.8104}}
SCALE = 2
GREY = 219 / 255  # change of the luma per grey level


def make_scorer(photographs, scale=SCALE):
    """Make a scorer of photographs alone, without patches and without networks."""
    save_split("tiny", "test", SplitArrays(np.zeros(1), np.zeros(1), photographs=photographs))
    scorer = Scorer.__new__(Scorer)
    scorer.dataset, scorer.part, scorer.scale = "tiny", "test", scale
    return scorer


@pytest.fixture(autouse=True)
def workplace(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def make_flat(level, height, width):
    return np.full((3, height, width), level, np.uint8)


def test_each_photograph_counts_once_whatever_its_size():
    """PSNR of a constant error e is 20 log10(255 / e); SSIM of flat images has a closed form."""
    pairs = {(16, 18): (100, 90), (40, 60): (30, 70)}
    scorer = make_scorer(tuple(make_flat(level, *size) for size, (level, _) in pairs.items()))
    scores = scorer.compare_photographs(
        lambda photograph, small: make_flat(pairs[photograph.shape[1:]][1], *photograph.shape[1:])
    )
    c1 = 2.55**2
    expected = {}
    for ending, unit, black in (("", 1, 0), ("_y", GREY, 16)):
        errors = [unit * abs(a - b) for a, b in pairs.values()]
        levels = [(black + unit * a, black + unit * b) for a, b in pairs.values()]
        expected[f"psnr{ending}"] = np.mean([20 * math.log10(255 / error) for error in errors])
        expected[f"ssim{ending}"] = np.mean(
            [(2 * a * b + c1) / (a * a + b * b + c1) for a, b in levels]
        )
    assert scores == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("scale", [2, 4])
def test_a_border_as_wide_as_the_scale_does_not_count(scale):
    photograph = np.asarray(make_photograph(40, 48)).transpose(2, 0, 1)

    def spoil(width):
        def enlarge(photograph, small):
            made = photograph.copy()
            inner = (..., slice(width, -width), slice(width, -width))
            made[:] = 255 - made
            made[inner] = photograph[inner]
            return made

        return make_scorer((photograph,), scale).compare_photographs(enlarge)

    scores = spoil(scale)
    assert set(scores) == {"ssim", "ssim_y"}, "PSNR of a copy is infinite"
    assert scores["ssim"] == pytest.approx(1) and scores["ssim_y"] == pytest.approx(1)
    assert set(spoil(scale + 1)) == {"psnr", "psnr_y", "ssim", "ssim_y"}


def test_what_is_enlarged_is_the_photograph_reduced_as_a_whole():
    photographs = tuple(
        np.asarray(make_photograph(*size)).transpose(2, 0, 1) for size in [(36, 44), (52, 28)]
    )
    seen = []
    make_scorer(photographs, 4).compare_photographs(
        lambda photograph, small: seen.append(small) or photograph
    )
    for small, photograph in zip(seen, photographs, strict=True):
        assert np.array_equal(small, resize_bicubic(photograph[None], 0.25)[0])


def test_an_untrained_network_scores_as_the_bicubic_row():
    """Its output layer starts at 0, so that it returns its input enlarged by the same kernel."""
    photographs = tuple(
        np.asarray(make_photograph(*size, seed=3)).transpose(2, 0, 1)
        for size in [(90, 64), (50, 98)]
    )
    scorer = make_scorer(photographs)
    variant = gans.load("srresnet")((3, 24, 24), source=(3, 12, 12), width=4, blocks=1).eval()
    row = scorer.reference_scores("bicubic", 0)
    # beyond the edges, PyTorch has other pixels than MATLAB
    assert scorer.model_scores(variant) == pytest.approx(row, rel=0.01)
    assert 20 < row["psnr_y"] < 60


class OneSize(ImageToImage):
    """A variant that accepts images of 8x8 only."""

    def __init__(self):
        super().__init__((3, 16, 16), (3, 8, 8))
        self.layer = nn.Linear(3 * 8 * 8, 3 * 16 * 16)

    def sample(self, n, condition=None):
        return self.layer(condition.flatten(1)).view(-1, 3, 16, 16)


def test_a_network_of_one_size_has_no_scores_of_photographs(capsys):
    torch.manual_seed(0)
    assert make_scorer((make_flat(9, 32, 32),)).model_scores(OneSize().eval()) == {}
    assert capsys.readouterr().out.startswith("note: the network accepts patches only; PSNR and")


def test_the_memoriser_lays_training_patches_side_by_side():
    patches = np.stack([make_flat(level, 4, 4) for level in (10, 20, 30)])
    tiled = tile_patches(patches, (9, 6), np.random.default_rng(0))
    assert tiled.shape == (3, 9, 6) and tiled.dtype == np.uint8
    for top in (0, 4, 8):
        for left in (0, 4):
            (level,) = np.unique(tiled[:, top : top + 4, left : left + 4])
            assert level in (10, 20, 30)
    assert len(np.unique(tiled)) > 1
    patches = np.arange(3 * 4 * 4, dtype=np.uint8).reshape(1, 3, 4, 4)
    tiled = tile_patches(patches, (8, 4), np.random.default_rng(0))
    assert np.array_equal(tiled, np.tile(patches[0], (1, 2, 1)))


@pytest.mark.skipif(not SET5.is_dir(), reason="../shared/datasets holds no Set5")
@pytest.mark.parametrize("scale", PUBLISHED)
def test_the_bicubic_row_of_set5_has_its_published_scores(scale):
    block = config.Photographs(train=str(SET5), test=str(SET5), scale=scale)
    test, _ = photo_folders.load_patches(SET5, sorted(SET5.glob("*.png")), block)
    assert len({whole.shape for whole in test.photographs}) > 1
    scorer = make_scorer(test.photographs, scale)
    scores = scorer.compare_photographs(make_reference("tiny", "bicubic", 0))
    assert scores["psnr_y"] == pytest.approx(PUBLISHED[scale]["psnr_y"], abs=0.05)
    assert scores["ssim_y"] == pytest.approx(PUBLISHED[scale]["ssim_y"], abs=0.003)
