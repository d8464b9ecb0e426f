"""The claims of the page on theory: closed forms, and a short game on the line."""

import json
import math

import numpy as np
import pandas as pd
import pytest
import torch

from benchmark.common import processes
from benchmark.studies import theory
from benchmark.studies.theory import Game, LineGame

LOG2, LOG4 = math.log(2), math.log(4)
# a tenth of the page's steps, at a higher rate: seconds, and a little rougher
SHORT = Game(
    rounds=120, k=8, batch=128, lr=4e-3, shown=(10, 30, 120), looks=8, draws=20_000, bins=100
)


@pytest.fixture(scope="module")
def played():
    processes.prepare(1)
    values, curves, end = theory.train_game(SHORT)
    return values.pivot(index="round", columns="quantity", values="value"), curves, end


def test_the_distance_of_parallel_lines_grows_and_their_divergence_does_not():
    table = theory.compute_parallel_lines().pivot(
        index="distance", columns="quantity", values="value"
    )
    theta = table.index.to_numpy()
    assert table["Wasserstein distance"].to_numpy() == pytest.approx(np.abs(theta), abs=1e-12)
    for width in (0.10, 0.01):
        # a histogram cannot tell the lines apart while they are in one bin, about 0
        expected = np.where(np.abs(theta) < width / 2, 0, LOG2)
        result = table[f"Jensen-Shannon divergence, bins of {width:.2f}"].to_numpy()
        assert result == pytest.approx(expected, abs=1e-12)
    assert (np.abs(theta) < 0.05).sum() == 5 and (np.abs(theta) < 0.005).sum() == 1


def test_the_lines_need_not_be_seen_at_even_points():
    """Drawn at random, the same holds: the way across is the shortest."""
    generator = np.random.default_rng(0)
    line = np.stack([np.zeros(60), generator.random(60)], axis=1)
    assert theory.wasserstein_distance(line, line + np.array([0.7, 0])) == pytest.approx(0.7)


def test_the_value_of_the_game_falls_to_minus_log_4(played):
    values, _, end = played
    assert values["learnt"].max() > -1.0  # at first the discriminator separates them
    assert end["value"] == pytest.approx(-LOG4, abs=0.02)
    assert end["value"] == values["learnt"].iloc[-1]
    # and the distribution of the samples equals that of the data
    assert values["optimal"].iloc[-1] == pytest.approx(-LOG4, abs=0.02)
    assert values["wasserstein"].iloc[0] > 0.9 and end["wasserstein"] < 0.05


def test_no_discriminator_beats_the_optimal_one(played):
    """max_D V = 2 JS - log 4; beyond it there is only the noise of 20,000 draws."""
    values, _, _ = played
    assert (values["learnt"] <= values["optimal"] + 0.01).all()


def test_the_learnt_discriminator_follows_the_optimal_one(played):
    _, curves, end = played
    for _, moment in curves.groupby("round"):
        weight = moment["data"] + moment["generated"]
        off = ((moment["learnt"] - moment["optimal"]).abs() * weight).sum() / weight.sum()
        assert off < 0.2
        assert off <= end["gap"] + 1e-12
        # a constant D = 1/2 is further off, until it is the optimum
        half = ((0.5 - moment["optimal"]).abs() * weight).sum() / weight.sum()
        assert off < half or half < 0.05


def test_in_the_end_the_discriminator_says_one_half_on_the_support(played):
    _, curves, end = played
    last = curves[curves["round"] == SHORT.rounds]
    support = last[(last["x"] - SHORT.mean).abs() < 2 * SHORT.sigma]
    assert len(support) > 30 and end["half"] < 0.1
    assert (support["learnt"] - 0.5).abs().max() == pytest.approx(end["half"])
    early = curves[curves["round"] == SHORT.shown[0]]
    assert (early["learnt"] - 0.5).abs().max() > 0.45


def test_densities_are_densities(played):
    _, curves, _ = played
    for _, moment in curves.groupby("round"):
        step = np.diff(moment["x"]).mean()
        assert moment["data"].sum() * step == pytest.approx(1, abs=1e-6)
        assert moment["generated"].sum() * step == pytest.approx(1, abs=1e-3)


class Shifted(torch.nn.Module):
    """A generator of N(0, sigma^2), and the discriminator that is optimal against N(mean, ...)."""

    def __init__(self, game):
        super().__init__()
        self.game = game

    def sample(self, n):
        return self.game.sigma * torch.randn(n, 1)

    def discriminator(self, x):
        mean, sigma = self.game.mean, self.game.sigma
        return (mean * x[:, 0] - mean**2 / 2) / sigma**2  # log p_data / p_g of two Gaussians


def test_the_measures_agree_on_two_gaussians_with_a_known_optimum():
    """V of the closed form of D* is 2 JS - log 4, and D* is the ratio of the densities."""
    game = Game(mean=0.5, sigma=0.5, draws=50_000)
    torch.manual_seed(0)
    line, pair = LineGame(game), Shifted(game)
    value = line.value(pair)
    assert value["learnt"] == pytest.approx(value["optimal"], abs=0.01)
    assert value["wasserstein"] == pytest.approx(0.5, abs=0.01)
    curves = line.curves(pair)
    weight = curves["data"] + curves["generated"]
    off = ((curves["learnt"] - curves["optimal"]).abs() * weight).sum() / weight.sum()
    assert off < 0.01


def test_the_discriminator_takes_k_steps_a_round():
    variant = theory.KStepDCGAN((1,), latent=2, width=4, k=3)
    players = [player for player, _ in variant.step(iter([torch.zeros(8, 1)] * 3))]
    assert players == [variant.discriminator] * 3 + [variant.generator]


def test_the_game_comes_back_bit_by_bit():
    game = Game(rounds=4, k=2, batch=16, width=4, shown=(2, 4), looks=3, draws=500, bins=20)
    first, second = theory.train_game(game), theory.train_game(game)
    pd.testing.assert_frame_equal(first[0], second[0], check_exact=True)
    pd.testing.assert_frame_equal(first[1], second[1], check_exact=True)
    # looking more often changes nothing of what is seen
    often = theory.train_game(Game(**{**vars(game), "looks": 9, "shown": (1, 2, 3, 4)}))
    last = first[0][first[0]["round"] == 4].reset_index(drop=True)
    again = often[0][often[0]["round"] == 4].reset_index(drop=True)
    pd.testing.assert_frame_equal(last, again, check_exact=True)


def test_measured_slopes_are_the_analytic_ones():
    table = theory.compute_slopes()
    assert set(table["loss"]) == {"saturating", "non-saturating"}
    np.testing.assert_allclose(table["measured"], table["analytic"], rtol=1e-5)
    expected = {"saturating": lambda d: -d, "non-saturating": lambda d: d - 1}
    for loss, own in table.groupby("loss"):
        np.testing.assert_allclose(own["probability"], 1 / (1 + np.exp(-own["logit"])))
        np.testing.assert_allclose(own["measured"], expected[loss](own["probability"]), rtol=1e-5)


def test_where_samples_are_rejected_only_the_saturating_loss_is_flat():
    table = theory.compute_slopes([-8.0, 8.0]).set_index(["loss", "logit"])["measured"]
    assert abs(table["saturating", -8.0]) < 4e-4 and table["non-saturating", -8.0] < -0.999
    assert table["saturating", 8.0] < -0.999 and abs(table["non-saturating", 8.0]) < 4e-4


def test_what_is_written(tmp_path):
    game = Game(rounds=4, k=2, batch=16, width=4, shown=(2, 4), looks=3, draws=500, bins=20)
    facts = theory.write_tables(tmp_path / "theory", game)
    assert json.loads((tmp_path / "theory" / "theory.json").read_text()) == json.loads(
        json.dumps(facts)
    )
    assert facts["slopes"]["off"] < 1e-6 and {"commit", "packages", "seconds"} <= set(facts)
    columns = {
        "lines": ["distance", "quantity", "value"],
        "value": ["round", "quantity", "value"],
        "discriminator": ["x", "learnt", "optimal", "data", "generated", "round"],
        "slopes": ["loss", "logit", "probability", "measured", "analytic"],
    }
    for name, expected in columns.items():
        assert list(pd.read_csv(tmp_path / "theory" / f"{name}.csv").columns) == expected
