"""The diagnosis: the rules on made-up curves, then on runs that are made to fail."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

import gans
from benchmark import config
from benchmark.config import VariantConfig
from benchmark.data.batches import Batches
from benchmark.data.sources.images import load_digits
from benchmark.data.splits import load_split, save_split
from benchmark.evaluation import diagnosis
from benchmark.features import features
from benchmark.tracks.images.scoring import Scorer
from benchmark.training.train import is_due
from benchmark.training.trainer import Trainer

MOMENTS = range(100, 2100, 100)  # twenty, so that curves are averaged over two
GOOD = {"train": 0.7, "held_out": 0.6, "generated": 0.7}


def ramp(before, after, *, at):
    """A curve that jumps at a moment."""
    return [before if samples_seen < at else after for samples_seen in MOMENTS]


def curves(*, player="discriminator", loss=1.2, gradient=1.0, weights=5.0, **scores):
    """Losses and health of a run; each value is a number, or one a moment.

    ``scores`` are quantities of the discriminator, such as ``score_train``.
    """
    quantities = {f"accuracy_{kind}": share for kind, share in GOOD.items()}
    quantities |= {"score_train": 0.5, "score_held_out": 0.4, "score_generated": -0.5} | scores
    rows = [("generator", "gradient_norm", gradient), ("generator", "weight_norm", weights)]
    rows += [("discriminator_score", name, value) for name, value in quantities.items()]

    def long(rows, third):
        table = [
            (samples_seen, player, name, float(value))
            for player, name, values in rows
            for samples_seen, value in zip(
                MOMENTS, np.broadcast_to(values, len(MOMENTS)), strict=True
            )
        ]
        return pd.DataFrame(table, columns=["samples_seen", "player", third, "value"])

    losses = [(player, "loss", loss), ("generator", "adversarial", 0.9)]
    return long(losses, "term"), long(rows, "quantity")


def trajectory(diversity=0.8, divergence=0.05):
    table = pd.DataFrame({"samples_seen": [500, 1000, 1500, 2000], "fid": 3.0, "modes": 10})
    return table.assign(diversity=diversity, label_divergence=divergence)


def verdict(record=None, moments=None, status="ok"):
    losses, of_players = record or curves()
    return diagnosis.diagnose(
        status, losses, of_players, trajectory() if moments is None else moments
    )


def test_a_healthy_run_is_not_accused():
    found = verdict()
    assert (found.name, found.samples_seen) == ("healthy", None)
    assert "70% of training images, 60% of held-out images, 70% of samples" in found.reason


def test_a_loss_that_is_not_finite():
    found = verdict(curves(loss=ramp(1.2, float("nan"), at=2000)), status="diverged")
    assert (found.name, found.samples_seen) == ("diverged", 2000)


def test_a_run_that_diverged_before_anything_was_recorded():
    losses, of_players = (table.iloc[:0] for table in curves())
    nothing = pd.DataFrame({"samples_seen": [], "fid": []})
    assert verdict((losses, of_players), nothing, status="diverged").samples_seen == 0


@pytest.mark.parametrize("player", ["discriminator", "critic"])
def test_scores_above_the_limit_are_divergence(player):
    bounds = (diagnosis.LIMIT, diagnosis.LIMIT + 1)
    assert verdict(curves(player=player, loss=bounds[0])).name == "healthy"
    for sign in (1, -1):
        late = ramp(1.2, sign * bounds[1], at=1300)
        found = verdict(curves(player=player, loss=late))
        assert (found.name, found.samples_seen) == ("diverged", 1300)
    found = verdict(curves(player=player, score_train=ramp(0.5, bounds[1], at=700)))
    assert (found.name, found.samples_seen) == ("diverged", 700)
    assert "1e+03" in found.reason


def test_a_gradient_that_vanishes():
    gap = 1.0
    assert verdict(curves(gradient=diagnosis.VANISHED * gap)).name == "healthy"
    found = verdict(curves(gradient=0.0))
    assert (found.name, found.samples_seen) == ("vanishing generator gradient", 100)
    found = verdict(curves(gradient=ramp(1e-9, 0.0, at=900)))
    assert found.samples_seen == 100
    found = verdict(curves(gradient=ramp(1.0, 0.0, at=900)))
    assert found.samples_seen == 1000  # the first window of two moments that are both after it
    # a critic whose scores are a thousandth has a thousandth of the gradient, and is as well
    small = curves(player="critic", gradient=1e-3, score_train=5e-4, score_generated=-5e-4)
    assert verdict(small).name == "healthy"


def test_what_a_run_recovers_from_is_no_illness():
    assert verdict(curves(gradient=ramp(0.0, 1.0, at=1500))).name == "healthy"
    assert verdict(moments=trajectory(diversity=[0.1, 0.1, 0.3, 0.6])).name == "healthy"


def overfitted(accuracy, missing, at=100):
    """A discriminator that loses so much of the gap of 1 between its scores on held-out images."""
    scores = ramp(0.5, 0.5 - missing, at=at)
    shares = {"accuracy_train": accuracy, "accuracy_generated": accuracy}
    return curves(**shares, accuracy_held_out=0.1, score_held_out=scores)


def test_a_judge_that_overfits():
    border = (diagnosis.ACCURACY, diagnosis.OVERFITTED)
    assert verdict(overfitted(border[0] - 0.01, 1.0)).name == "healthy"
    assert verdict(overfitted(1.0, border[1] - 0.01)).name == "healthy"
    assert verdict(overfitted(*border)).name == "discriminator overfitting"
    found = verdict(overfitted(0.96, 1.0, at=1100))
    # half of the window is enough, as half of the gap is
    assert (found.name, found.samples_seen) == ("discriminator overfitting", 1100)
    for number in ("96%", "4%", "10%", "1.00 of the gap"):
        assert number in found.reason


def test_a_judge_that_takes_all_for_real_has_not_overfitted():
    scores = {"score_train": 0.02, "score_held_out": -0.02, "score_generated": 0.0}
    biased = curves(accuracy_train=1.0, accuracy_generated=0.2, **scores)
    assert verdict(biased).name == "healthy"


def test_without_held_out_images_nobody_overfits():
    losses, of_players = overfitted(1.0, 1.0)
    held_out = of_players["quantity"].str.endswith("held_out")
    assert verdict((losses, of_players[~held_out])).name == "healthy"


def test_samples_that_are_alike_or_of_few_classes():
    name = "mode collapse"
    assert verdict(moments=trajectory(diversity=diagnosis.DIVERSITY)).name == "healthy"
    assert verdict(moments=trajectory(diversity=diagnosis.DIVERSITY - 0.01)).name == name
    assert verdict(moments=trajectory(divergence=diagnosis.DIVERGENCE - 0.01)).name == "healthy"
    assert verdict(moments=trajectory(divergence=diagnosis.DIVERGENCE)).name == name
    found = verdict(moments=trajectory(diversity=[0.1, 0.6, 0.2, 0.2]))
    assert (found.name, found.samples_seen) == (name, 1500)
    assert "0.20 times" in found.reason and "10 classes" in found.reason


def make_waves(swings, *, low, high, start=1000):
    """A loss of ``high`` that falls to ``low`` and comes back, until it has changed so often."""
    values = []
    for samples_seen in MOMENTS:
        count = min(max((samples_seen - start) // 100, 0), swings)
        values.append(low if count % 2 else high)
    return values


def test_players_that_overpower_each_other_in_turns():
    # the first change turns nothing: there is no direction yet
    changes = diagnosis.TURNS + 1
    found = verdict(curves(loss=make_waves(changes, low=0.5, high=0.5 * diagnosis.SWING)))
    assert (found.name, found.samples_seen) == ("oscillation", 1200)
    assert f"turned {diagnosis.TURNS} times" in found.reason
    for well in (
        make_waves(changes - 1, low=0.5, high=0.5 * diagnosis.SWING),
        make_waves(changes, low=0.5, high=0.49 * diagnosis.SWING),
        make_waves(
            changes, low=0.5, high=0.5 * diagnosis.SWING, start=-400
        ),  # it is over by the end
    ):
        assert verdict(curves(loss=well)).name == "healthy"
    negative = [-value for value in make_waves(9, low=0.5, high=2.0)]
    assert verdict(curves(player="critic", loss=negative)).name == "healthy"


def test_the_noise_of_a_small_loss_is_no_oscillation():
    noise = make_waves(9, low=0.001, high=0.01)
    assert verdict(curves(loss=[1.0, *noise[1:]])).name == "healthy"
    assert verdict(curves(loss=noise)).name == "oscillation"


def test_rules_about_the_discriminator_need_one():
    losses, of_players = curves(gradient=0.0, loss=make_waves(9, low=0.5, high=1e6))
    of_players = of_players[of_players["player"] != "discriminator_score"]
    found = verdict((losses, of_players))
    assert found.name == "healthy" and "no discriminator" in found.reason


def test_text_of_few_different_ngrams_has_collapsed():
    for share, name in ((0.4, "mode collapse"), (0.6, "healthy")):
        found = verdict(curves(), trajectory(0.9).assign(distinct=share))
        assert found.name == name
        assert ("0.40 times as many different n-grams" in found.reason) == (share < 0.5)


def test_causes_come_before_what_follows_from_them():
    ill = {
        "diverged": {"score_train": 1e6},
        "vanishing generator gradient": {"gradient": 0.0},
        "discriminator overfitting": {
            "accuracy_train": 1.0,
            "accuracy_generated": 1.0,
            "score_held_out": -0.5,
        },
        "mode collapse": {},
        "oscillation": {"loss": make_waves(9, low=0.5, high=1.0)},
    }
    assert len(ill) == len(diagnosis.RULES)
    for first, second in itertools.pairwise(ill):
        collapsed = trajectory(0.1 if "mode collapse" in (first, second) else 0.8)
        assert verdict(curves(**ill[second] | ill[first]), collapsed).name == first


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
        for split, arrays in zip(("train", "test"), load_digits(), strict=True):
            save_split("digits", split, arrays)
        settings = config.load(Path(__file__).parents[3] / "params.yaml")
        small = settings.model_copy(
            update={"features": settings.features.model_copy(update={"epochs": 5})}
        )
        patch.setattr(config, "load", lambda: small)
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
def test_a_run_that_is_made_to_fail_is_named_rightly(scorer, case):
    variant, options = CASES[case]
    found = diagnosis.diagnose("ok", *train_briefly(scorer, variant, **options))
    assert found.name == case.split(":")[0], found
    assert (found.samples_seen is None) == (found.name == "healthy")


def test_a_run_whose_players_carry_each_other_away(scorer):
    # a momentum of 0.9 and a high rate: the players swing, and the generator ends in few modes
    options = {"lr": 5e-3, "betas": (0.9, 0.999), "width": 64}
    losses, of_players, moments = train_briefly(scorer, gans.load("gan"), **options)
    assert diagnosis.diagnose("ok", losses, of_players, moments).name == "mode collapse"
    assert diagnosis.diagnose("ok", losses, of_players, moments.iloc[:0]).name == "oscillation"


def test_what_is_taken_of_samples_over_training(scorer):
    real = load_split("digits", "train")[0]
    found = scorer.moment(real)
    assert list(found) == ["fid", "is", "diversity", "modes", "label_divergence"]
    assert found["diversity"] == pytest.approx(1) and found["modes"] == 10
    found = scorer.moment(np.repeat(real[:1], 50, axis=0))
    assert found["diversity"] == pytest.approx(0, abs=1e-6) and found["modes"] == 1
