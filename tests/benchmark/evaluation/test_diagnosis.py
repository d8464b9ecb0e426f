"""The diagnosis: the rules on made-up curves, then on runs that are made to fail."""

import itertools

import numpy as np
import pandas as pd
import pytest

from benchmark.evaluation import diagnosis

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


def test_a_healthy_run_is_diagnosed_as_healthy():
    result = verdict()
    assert (result.name, result.samples_seen) == ("healthy", None)
    assert "70% of training images, 60% of held-out images, 70% of samples" in result.reason


def test_a_loss_that_is_not_finite_is_divergence():
    result = verdict(curves(loss=ramp(1.2, float("nan"), at=2000)), status="diverged")
    assert (result.name, result.samples_seen) == ("diverged", 2000)


def test_divergence_before_the_first_record():
    losses, of_players = (table.iloc[:0] for table in curves())
    nothing = pd.DataFrame({"samples_seen": [], "fid": []})
    assert verdict((losses, of_players), nothing, status="diverged").samples_seen == 0


@pytest.mark.parametrize("player", ["discriminator", "critic"])
def test_scores_above_the_limit_are_divergence(player):
    bounds = (diagnosis.LIMIT, diagnosis.LIMIT + 1)
    assert verdict(curves(player=player, loss=bounds[0])).name == "healthy"
    for sign in (1, -1):
        late = ramp(1.2, sign * bounds[1], at=1300)
        result = verdict(curves(player=player, loss=late))
        assert (result.name, result.samples_seen) == ("diverged", 1300)
    result = verdict(curves(player=player, score_train=ramp(0.5, bounds[1], at=700)))
    assert (result.name, result.samples_seen) == ("diverged", 700)
    assert "1e+03" in result.reason


def test_a_vanishing_gradient_is_diagnosed():
    gap = 1.0
    assert verdict(curves(gradient=diagnosis.VANISHED * gap)).name == "healthy"
    result = verdict(curves(gradient=0.0))
    assert (result.name, result.samples_seen) == ("vanishing generator gradient", 100)
    result = verdict(curves(gradient=ramp(1e-9, 0.0, at=900)))
    assert result.samples_seen == 100
    result = verdict(curves(gradient=ramp(1.0, 0.0, at=900)))
    assert result.samples_seen == 1000  # the first window of two moments that are both after it
    # a critic whose scores are a thousandth has a thousandth of the gradient, and is as well
    small = curves(player="critic", gradient=1e-3, score_train=5e-4, score_generated=-5e-4)
    assert verdict(small).name == "healthy"


def test_temporary_failures_are_not_diagnosed():
    assert verdict(curves(gradient=ramp(0.0, 1.0, at=1500))).name == "healthy"
    assert verdict(moments=trajectory(diversity=[0.1, 0.1, 0.3, 0.6])).name == "healthy"


def overfitted(accuracy, missing, at=100):
    """A discriminator that loses so much of the gap of 1 between its scores on held-out images."""
    scores = ramp(0.5, 0.5 - missing, at=at)
    shares = {"accuracy_train": accuracy, "accuracy_generated": accuracy}
    return curves(**shares, accuracy_held_out=0.1, score_held_out=scores)


def test_overfitting_of_the_discriminator_is_diagnosed():
    border = (diagnosis.ACCURACY, diagnosis.OVERFITTED)
    assert verdict(overfitted(border[0] - 0.01, 1.0)).name == "healthy"
    assert verdict(overfitted(1.0, border[1] - 0.01)).name == "healthy"
    assert verdict(overfitted(*border)).name == "discriminator overfitting"
    result = verdict(overfitted(0.96, 1.0, at=1100))
    # half of the window is enough, as half of the gap is
    assert (result.name, result.samples_seen) == ("discriminator overfitting", 1100)
    for number in ("96%", "4%", "10%", "1.00 of the gap"):
        assert number in result.reason


def test_a_discriminator_that_accepts_all_images_does_not_overfit():
    scores = {"score_train": 0.02, "score_held_out": -0.02, "score_generated": 0.0}
    biased = curves(accuracy_train=1.0, accuracy_generated=0.2, **scores)
    assert verdict(biased).name == "healthy"


def test_overfitting_needs_held_out_images():
    losses, of_players = overfitted(1.0, 1.0)
    held_out = of_players["quantity"].str.endswith("held_out")
    assert verdict((losses, of_players[~held_out])).name == "healthy"


def test_low_diversity_and_missing_classes_are_mode_collapse():
    name = "mode collapse"
    assert verdict(moments=trajectory(diversity=diagnosis.DIVERSITY)).name == "healthy"
    assert verdict(moments=trajectory(diversity=diagnosis.DIVERSITY - 0.01)).name == name
    assert verdict(moments=trajectory(divergence=diagnosis.DIVERGENCE - 0.01)).name == "healthy"
    assert verdict(moments=trajectory(divergence=diagnosis.DIVERGENCE)).name == name
    result = verdict(moments=trajectory(diversity=[0.1, 0.6, 0.2, 0.2]))
    assert (result.name, result.samples_seen) == (name, 1500)
    assert "0.20 times" in result.reason and "10 classes" in result.reason


def test_missing_metrics_of_the_trajectory_are_skipped():
    table = trajectory(diversity=0.1, divergence=1.0)
    bare = table[["samples_seen", "fid"]]
    assert verdict(moments=bare).name == verdict(moments=bare.iloc[:0]).name == "healthy"
    assert "0.10 times" in verdict(moments=table[["samples_seen", "diversity"]]).reason
    reason = verdict(moments=table[["samples_seen", "label_divergence"]]).reason
    assert reason == "two samples are of classes whose shares are 1.00 nats from the data's"


def make_waves(swings, *, low, high, start=1000):
    """A loss of ``high`` that falls to ``low`` and comes back, until it has changed so often."""
    values = []
    for samples_seen in MOMENTS:
        count = min(max((samples_seen - start) // 100, 0), swings)
        values.append(low if count % 2 else high)
    return values


def test_alternating_losses_are_oscillation():
    # the first change turns nothing: there is no direction yet
    changes = diagnosis.TURNS + 1
    result = verdict(curves(loss=make_waves(changes, low=0.5, high=0.5 * diagnosis.SWING)))
    assert (result.name, result.samples_seen) == ("oscillation", 1200)
    assert f"turned {diagnosis.TURNS} times" in result.reason
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


def test_oscillation_begins_with_the_first_turn_of_the_second_half():
    # the loss turns every 100 images from the start on, and only the second half counts
    result = verdict(curves(loss=make_waves(99, low=0.5, high=1.0, start=100)))
    assert (result.name, result.samples_seen) == ("oscillation", 1100)
    assert "turned 10 times" in result.reason


def test_noise_of_a_small_loss_is_not_oscillation():
    noise = make_waves(9, low=0.001, high=0.01)
    assert verdict(curves(loss=[1.0, *noise[1:]])).name == "healthy"
    assert verdict(curves(loss=noise)).name == "oscillation"


def test_rules_about_the_discriminator_need_one():
    losses, of_players = curves(gradient=0.0, loss=make_waves(9, low=0.5, high=1e6))
    of_players = of_players[of_players["player"] != "discriminator_score"]
    result = verdict((losses, of_players))
    assert result.name == "healthy" and "no discriminator" in result.reason


def test_text_with_few_distinct_ngrams_is_mode_collapse():
    for share, name in ((0.4, "mode collapse"), (0.6, "healthy")):
        result = verdict(curves(), trajectory(0.9).assign(distinct=share))
        assert result.name == name
        assert ("0.40 times as many different n-grams" in result.reason) == (share < 0.5)


def test_causes_are_diagnosed_before_their_effects():
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
