"""Compare predictions of GAN theory with computations: `gan-benchmark theory`.

Written to theory/:

- lines.csv: divergence and distance of two parallel lines (Arjovsky et al. 2017, example 1);
- value.csv: the value of the game over training on the line, learnt and optimal;
- discriminator.csv: the learnt and the optimal discriminator at moments of that training;
- slopes.csv: the generator's gradient under the saturating and the non-saturating loss;
- theory.json: settings, outcome and provenance.
"""

import json
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from scipy.stats import norm
from torch import Tensor, nn
from torch.nn.functional import logsigmoid

import gans
from benchmark.common import processes
from benchmark.common.devices import make_deterministic
from benchmark.common.provenance import provenance
from benchmark.common.seeds import stream
from benchmark.config import VariantConfig
from benchmark.data.batches import Batches
from benchmark.metrics.jensen_shannon import jensen_shannon_divergence
from benchmark.metrics.wasserstein import wasserstein_distance
from benchmark.training.trainer import Trainer
from gans.common.variant import Losses
from gans.unconditional.dcgan import DCGAN

FOLDER = Path("theory")
DISTANCES = np.linspace(-1, 1, 101)  # no distance is on an edge of the bins
EXTENT = 1.05  # the histograms of the lines reach from -1.05 to 1.05
GRIDS = (21, 201)  # bins along each coordinate; odd, so that 0 is the centre of a bin
LINE_POINTS = 200  # points
LOGITS = np.linspace(-8, 8, 33)


def compute_parallel_lines(
    distances: Sequence[float] | np.ndarray = DISTANCES,
    *,
    grids: Sequence[int] = GRIDS,
    n: int = LINE_POINTS,
) -> pd.DataFrame:
    """Compute two distances between the lines {0} x [0, 1] and {theta} x [0, 1].

    In theory JS = log 2 and W = |theta| for theta other than 0. A histogram separates the lines
    once they are in different bins; hence one curve for each number of bins.

    Args:
        distances: theta, within 1.
        grids: bins along each coordinate, one curve each.
        n: points on each line, evenly spaced.

    Returns:
        Columns ``distance``, ``quantity`` and ``value``.
    """
    along = (np.arange(n) + 0.5) / n
    line = np.stack([np.zeros(n), along], axis=1)
    bounds = ((-EXTENT, EXTENT), (0.0, 1.0))
    rows: list[tuple[float, str, float]] = []
    for theta in distances:
        moved = line + np.array([theta, 0.0])
        rows.append((theta, "Wasserstein distance", wasserstein_distance(line, moved)))
        for bins in grids:
            name = f"Jensen-Shannon divergence, bins of {2 * EXTENT / bins:.2f}"
            rows.append(
                (theta, name, jensen_shannon_divergence(line, moved, bounds=bounds, bins=bins))
            )
    return pd.DataFrame(rows, columns=["distance", "quantity", "value"])


@dataclass(frozen=True)
class Game:
    """Settings of a GAN that learns a Gaussian on the line.

    The discriminator takes k steps per round to stay near its optimum, as theory assumes. With one
    step it would stay near 1/2 from its initial weights on, whatever the generator.
    """

    mean: float = 1.0  # of the data
    sigma: float = 0.5
    rounds: int = 500  # steps of the generator
    k: int = 20  # steps of the discriminator in a round
    batch: int = 256
    latent: int = 4
    width: int = 32
    lr: float = 1e-3
    betas: tuple[float, float] = (0.5, 0.999)
    seed: int = 0
    shown: tuple[int, ...] = (10, 30, 100, 500)  # rounds after which D is stored
    looks: int = 40  # moments of the value, evenly spaced in the logarithm
    draws: int = 50_000  # real and generated samples at each moment
    bins: int = 200
    reach: float = 6.0  # bins extend this many sigma about the mean


class KStepDCGAN(DCGAN):
    """DCGAN losses with k discriminator steps per round: Goodfellow et al. 2014, algorithm 1."""

    def __init__(self, shape: tuple[int, ...], *, latent: int, width: int, k: int) -> None:
        super().__init__(shape, latent=latent, width=width)
        self.k = k

    def step(self, batches: Iterator[Tensor]) -> Losses:
        for _ in range(self.k - 1):
            yield next(super().step(batches))
        yield from super().step(batches)


class LineGame:
    """Theoretical and measured quantities of a game on the line."""

    def __init__(self, game: Game) -> None:
        self.game = game
        low, high = (game.mean + side * game.reach * game.sigma for side in (-1, 1))
        self.bounds = [(low, high)]
        self.edges = np.linspace(low, high, game.bins + 1)
        self.centres = (self.edges[1:] + self.edges[:-1]) / 2
        self.data = np.diff(norm.cdf(self.edges, game.mean, game.sigma))  # p_data of each bin
        generator = torch.Generator().manual_seed(stream(game.seed, "real"))
        self.real = game.mean + game.sigma * torch.randn(game.draws, 1, generator=generator)

    def value(self, variant: DCGAN) -> dict[str, float]:
        """Compute V of the learnt discriminator, and max_D V = 2 JS - log 4 by theorem 1."""
        generated = variant.sample(self.game.draws)
        real_term = logsigmoid(variant.discriminator(self.real)).mean()
        fake_term = logsigmoid(-variant.discriminator(generated)).mean()
        pair = self.real.numpy(), generated.numpy()
        divergence = jensen_shannon_divergence(*pair, bounds=self.bounds, bins=self.game.bins)
        return {
            "learnt": (real_term + fake_term).item(),
            "optimal": 2 * divergence - math.log(4),
            "wasserstein": wasserstein_distance(*pair),
        }

    def curves(self, variant: DCGAN) -> pd.DataFrame:
        """Compute D(x), and p_data / (p_data + p_g) by proposition 1; NaN without enough mass."""
        samples = np.concatenate([variant.sample(self.game.draws).numpy() for _ in range(4)])
        generated = np.histogram(samples, self.edges)[0] / len(samples)
        centres = torch.tensor(self.centres, dtype=torch.float32)[:, None]
        total = self.data + generated
        has_mass = total > 5e-4  # a hundred draws; the ratio of fewer is noise
        width = self.edges[1] - self.edges[0]
        return pd.DataFrame(
            {
                "x": self.centres,
                "learnt": torch.sigmoid(variant.discriminator(centres)).numpy(),
                "optimal": np.divide(
                    self.data, total, out=np.full_like(total, np.nan), where=has_mass
                ),
                "data": self.data / width,
                "generated": generated / width,
            }
        )


def train_game(game: Game) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, float]]:
    """Train a game, and evaluate it at its moments.

    Returns:
        The value: columns ``round``, ``quantity`` (learnt, optimal, wasserstein), ``value``. The
        discriminator: ``round``, ``x``, ``learnt``, ``optimal``, ``data`` and ``generated``, the
        last two as densities. The outcome, see `summarise_game`.
    """
    line = LineGame(game)
    torch.manual_seed(stream(game.seed, "data"))
    numbers = game.mean + game.sigma * torch.randn(2**17, 1)
    torch.manual_seed(stream(game.seed, "initialisation"))
    variant = KStepDCGAN((1,), latent=game.latent, width=game.width, k=game.k)
    entry = VariantConfig(kind="controlled", lr=game.lr, betas=game.betas)
    batches = Batches(numbers, game.batch, stream(game.seed, "order"))
    trainer = Trainer(variant, entry, batches, half_life=game.k * game.batch, seed=game.seed)
    torch.manual_seed(stream(game.seed, "noise"))
    looks = np.unique(np.geomspace(1, game.rounds, game.looks).round().astype(int))
    value, curves = [], []
    for finished in range(1, game.rounds + 1):
        trainer.step((finished - 1) / game.rounds)
        with trainer.isolated_rng(stream(game.seed, f"look after {finished}")):
            if finished in looks:
                current = line.value(variant)
                value += [(finished, name, number) for name, number in current.items()]
            if finished in game.shown:
                curves.append(line.curves(variant).assign(round=finished))
    values = pd.DataFrame(value, columns=["round", "quantity", "value"])
    table = pd.concat(curves, ignore_index=True)
    return values, table, summarise_game(values, table, game)


def summarise_game(values: pd.DataFrame, curves: pd.DataFrame, game: Game) -> dict[str, float]:
    """Summarise the deviations of the game from theory.

    ``half`` is the largest |D(x) - 1/2| over the middle 95 % of the data; ``gap`` is the mean
    distance of D from its optimum over data and samples, the largest over the moments shown.
    """
    last = values[values["round"] == game.rounds].set_index("quantity")["value"]
    support = curves["x"].sub(game.mean).abs() < 2 * game.sigma
    end = curves[support & (curves["round"] == game.rounds)]
    weight = curves["data"] + curves["generated"]
    error = (curves["learnt"] - curves["optimal"]).abs() * weight
    by_round = error.groupby(curves["round"]).sum() / weight.groupby(curves["round"]).sum()
    return {
        "value": float(last["learnt"]),
        "wasserstein": float(last["wasserstein"]),
        "half": float((end["learnt"] - 0.5).abs().max()),
        "gap": float(by_round.max()),
    }


class ConstantDiscriminator(nn.Module):
    """A discriminator with the same logit for all samples."""

    def __init__(self, logit: float) -> None:
        super().__init__()
        self.logit = nn.Parameter(torch.tensor(logit))

    def forward(self, samples: Tensor) -> Tensor:
        return self.logit.expand(len(samples))


def compute_slope(name: str, logit: float) -> float:
    """Compute d L_G / d logit of a variant, through the loss of its step."""
    kind: Any = gans.load(name)  # its keywords are not those of the contract
    variant, discriminator = kind((1,), latent=1, width=1), ConstantDiscriminator(logit)
    variant.discriminator = discriminator
    *_, (_, losses) = variant.step(iter([torch.zeros(8, 1)]))
    (gradient,) = torch.autograd.grad(torch.stack(list(losses.values())).sum(), discriminator.logit)
    return gradient.item()


def compute_slopes(logits: Sequence[float] | np.ndarray = LOGITS) -> pd.DataFrame:
    """Compute the slopes of both generator losses over logits, measured and analytic.

    The slope of log(1 - D) in the logit is -D, that of -log D is D - 1.

    Returns:
        Columns ``loss``, ``logit``, ``probability`` (D(G(z))), ``measured`` and ``analytic``.
    """
    probabilities = 1 / (1 + np.exp(-np.asarray(logits, dtype=np.float64)))
    losses = {
        "saturating": ("gan_minimax", -probabilities),
        "non-saturating": ("dcgan", probabilities - 1),
    }
    tables = [
        pd.DataFrame(
            {
                "loss": loss,
                "logit": logits,
                "probability": probabilities,
                "measured": [compute_slope(variant, float(logit)) for logit in logits],
                "analytic": analytic,
            }
        )
        for loss, (variant, analytic) in losses.items()
    ]
    return pd.concat(tables, ignore_index=True)


def write_tables(folder: Path, game: Game) -> dict[str, Any]:
    """Compute all tables, and write them to a folder.

    Returns:
        The content of theory.json.
    """
    processes.prepare(1)
    make_deterministic()
    started = time.monotonic()
    lines = compute_parallel_lines()
    values, curves, end = train_game(game)
    gradients = compute_slopes()
    folder.mkdir(parents=True, exist_ok=True)
    tables = {"lines": lines, "value": values, "discriminator": curves, "slopes": gradients}
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, float_format="%.6g", lineterminator="\n")
    facts = {
        "lines": {"points": LINE_POINTS, "bins": [round(2 * EXTENT / bins, 3) for bins in GRIDS]},
        "game": asdict(game),
        "outcome": end,
        "slopes": {"off": float((gradients["measured"] - gradients["analytic"]).abs().max())},
        "seconds": round(time.monotonic() - started, 1),
        **provenance(),
    }
    (folder / "theory.json").write_text(json.dumps(facts, indent=1) + "\n")
    return facts


def write_theory() -> None:
    """Write theory/, which the page of theory shows."""
    facts = write_tables(FOLDER, Game())
    summary = "  ".join(f"{name} {value:.4f}" for name, value in facts["outcome"].items())
    print(f"theory: {summary}; log 4 is {math.log(4):.4f}; {facts['seconds']} s")
