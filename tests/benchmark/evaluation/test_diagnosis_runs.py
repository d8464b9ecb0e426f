"""The diagnosis of runs that are made to fail."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

import gans
from benchmark import config
from benchmark.config import VariantConfig
from benchmark.data.batches import Batches
from benchmark.data.parts import save_parts
from benchmark.data.sources.images import divide_digits
from benchmark.data.splits import load_split
from benchmark.evaluation import diagnosis
from benchmark.features import features
from benchmark.tracks.images.scoring import Scorer
from benchmark.training.train import is_due
from benchmark.training.trainer import Trainer

DCGAN = gans.load("dcgan")


class Untaught(DCGAN):
    """A generator that gets no gradient."""

    def step(self, batches):
        for player, losses in super().step(batches):
            cut = 0.0 if player is self.generator else 1.0
            yield player, {term: cut * loss for term, loss in losses.items()}


class Unimodal(DCGAN):
    """A generator that is given the same noise for every sample."""

    def noise(self, n):
        return torch.zeros(n, self.latent)


@pytest.fixture(scope="module")
def scorer(tmp_path_factory):
    """Scores against the digits, and the digits themselves."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("digits"))
        save_parts("digits", divide_digits())
        settings = config.load_params(Path(__file__).parents[3] / "params.yaml")
        small = settings.model_copy(
            update={"features": settings.features.model_copy(update={"epochs": 5})}
        )
        patch.setattr(config, "load_params", lambda: small)
        features.compute_features("digits", small)
        yield Scorer("digits", settings.tracks["images"].metrics)


def train_briefly(
    scorer,
    variant,
    *,
    samples_seen=20_000,
    lr=2e-3,
    betas=(0.5, 0.999),
    kept=None,
    latent=8,
    width=8,
):
    """The curves of a short run on the digits, or on the first ``kept`` of them."""
    torch.manual_seed(0)
    players = variant((1, 8, 8), latent=latent, width=width)
    real = torch.from_numpy(load_split("digits", "train")[0][:kept])
    held_out = tuple(torch.from_numpy(array) for array in load_split("digits", "test"))
    entry = VariantConfig(kind="controlled", lr=lr, betas=betas)
    batches = Batches(real, 32, seed=0)
    trainer = Trainer(players, entry, batches, half_life=2000, seed=0, held_out=held_out)
    while trainer.samples_seen < samples_seen:
        before = trainer.samples_seen
        trainer.step(before / samples_seen)
        if is_due(trainer.samples_seen, before, budget=samples_seen, moments=40):
            trainer.curves.read(trainer.samples_seen)
            trainer.log_health()
        if is_due(trainer.samples_seen, before, budget=samples_seen, moments=4):
            trainer.take_snapshot(300)
    tables = (
        pd.DataFrame(train_briefly.rows, columns=["samples_seen", "player", third, "value"])
        for train_briefly, third in ((trainer.curves, "term"), (trainer.health, "quantity"))
    )
    moments = [
        {"samples_seen": seen, **scorer.moment(samples.numpy())}
        for seen, samples in trainer.snapshots
    ]
    return *tables, pd.DataFrame(moments)


CASES = {
    "healthy": (DCGAN, {}),
    "healthy: a critic": (gans.load("wgan_gp"), {"betas": (0.0, 0.9)}),
    "vanishing generator gradient": (Untaught, {"samples_seen": 8000}),
    "discriminator overfitting": (DCGAN, {"kept": 32, "width": 16}),
    # the weights grow by 1 a step, so logits reach thousands while every loss is still finite
    "diverged": (DCGAN, {"lr": 1.0, "samples_seen": 8000}),
    "mode collapse": (Unimodal, {"samples_seen": 8000}),
}


@pytest.mark.parametrize("case", CASES)
def test_diagnoses_runs_that_fail_by_construction(scorer, case):
    variant, options = CASES[case]
    result = diagnosis.diagnose("ok", *train_briefly(scorer, variant, **options))
    assert result.name == case.split(":")[0], result
    assert (result.samples_seen is None) == (result.name == "healthy")


def test_a_run_with_high_momentum_collapses_and_oscillates(scorer):
    # a momentum of 0.9 and a high rate: the players swing, and the generator ends in few modes
    options = {"lr": 5e-3, "betas": (0.9, 0.999), "width": 64}
    losses, of_players, moments = train_briefly(scorer, gans.load("gan"), **options)
    assert diagnosis.diagnose("ok", losses, of_players, moments).name == "mode collapse"
    assert diagnosis.diagnose("ok", losses, of_players, moments.iloc[:0]).name == "oscillation"


def test_moments_have_diversity_and_modes_of_samples(scorer):
    real = load_split("digits", "train")[0]
    result = scorer.moment(real)
    assert list(result) == ["fid", "is", "diversity", "modes", "label_divergence"]
    assert result["diversity"] == pytest.approx(1) and result["modes"] == 10
    result = scorer.moment(np.repeat(real[:1], 50, axis=0))
    assert result["diversity"] == pytest.approx(0, abs=1e-6) and result["modes"] == 1
