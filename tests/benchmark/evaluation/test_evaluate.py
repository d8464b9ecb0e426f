"""The samples that are drawn to be scored and shown."""

import numpy as np
import pytest
import torch

import gans
from benchmark.config import Run
from benchmark.evaluation.evaluate import compute_class_scores, draw, load_weights
from benchmark.tracks.base.scorer import Scorer
from benchmark.training import weights
from tests.command import error_line

CONTROLLED = ["dcgan", "wgan_gp", "lsgan", "vae", "sagan", "cgan", "acgan", "projection"]


def latents(name, count=600):
    """The latents that samples of a variant are drawn from, in batches of 500."""
    torch.manual_seed(1)
    family = {"classes": 10} if gans.family(name) == "conditional" else {}
    variant = gans.load(name)((1, 8, 8), latent=4, width=4, **family).eval()
    noise, seen = variant.noise, []

    def record(n):
        seen.append(noise(n))
        return seen[-1]

    variant.noise = record
    samples, _ = draw(variant, count, seed=3)
    assert len(samples) == count
    return torch.cat(seen)


@pytest.mark.parametrize("name", CONTROLLED[1:])
def test_variants_are_shown_at_the_same_latents(name):
    assert torch.equal(latents(name), latents(CONTROLLED[0]))


def test_the_first_samples_do_not_depend_on_their_number():
    variant = gans.load("dcgan")((1, 8, 8), latent=4, width=4).eval()
    first, many = (draw(variant, count, seed=0)[0] for count in (10, 700))
    assert np.array_equal(first, many[:10])


@pytest.mark.parametrize("name", ["weights", "unaveraged"])
def test_weights_of_another_run_are_refused(tmp_path, monkeypatch, capsys, name):
    monkeypatch.chdir(tmp_path)
    run, other = (Run("images", "digits", "dcgan", seed) for seed in (0, 1))
    run.trained.mkdir(parents=True)
    model = {"latent": 2, "width": 4}
    card = {"shape": (1, 8, 8), "model": model}
    variant, path = gans.load("dcgan")((1, 8, 8), **model), run.trained / f"{name}.safetensors"
    weights.save(variant, path, card | run.keys)
    assert load_weights(run, name).shape == (1, 8, 8)
    weights.save(variant, path, card | other.keys)
    line = error_line(capsys, lambda: load_weights(run, name))
    assert line == (
        f"{path}: expected weights of {run}, got those of track images, dataset digits, variant"
        " dcgan, seed 1; delete it and run make repro"
    )


class ClassScorer(Scorer):
    """Records the samples that are scored within classes; a code is predicted as the next class."""

    samples_per_class = 3

    def class_scores(self, samples, labels):
        self.samples, self.labels = samples, labels
        return {"intra_fid": 1.0}

    def predict(self, samples):
        return (np.arange(len(samples)) + 1) % 4


@pytest.mark.parametrize(("name", "first"), [("cgan", 0), ("infogan", 1)])
def test_equally_many_samples_of_each_class_are_scored_within_classes(name, first):
    variant = gans.load(name)((1, 8, 8), latent=4, width=4, classes=4).eval()
    scorer, run = ClassScorer(), Run("images", "digits", name, 2)
    assert compute_class_scores(variant, run, scorer) == {"intra_fid": 1.0}
    assert scorer.labels.tolist() == [(first + place) % 4 for place in range(12)]
    assert np.array_equal(scorer.samples, draw(variant, 12, seed=2)[0])


def test_no_samples_are_drawn_where_nothing_is_scored_within_classes():
    run = Run("images", "digits", "dcgan", 0)
    variant = gans.load("dcgan")((1, 8, 8), latent=4, width=4).eval()
    assert compute_class_scores(variant, run, ClassScorer()) == {}
    conditional = gans.load("cgan")((1, 8, 8), latent=4, width=4, classes=4).eval()
    assert compute_class_scores(conditional, run, Scorer()) == {}
