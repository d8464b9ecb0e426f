"""The records that films are made of, and readers of films."""

import json
import re
from base64 import b64decode
from pathlib import Path

import numpy as np
import pandas as pd

from benchmark.config import Run
from benchmark.data.sources.points import SOURCES
from benchmark.evaluation import films

RUN = Run("toy", "ring8", "dcgan", 0)


TERMS = {"discriminator": ("real", "fake"), "generator": ("adversarial",)}


STEP = 3 / 4094  # of a coordinate


def draw_real_points(n=500):
    return SOURCES["ring8"].draw(n, np.random.default_rng(0))


def make_records(moments=60, *, has_discriminator=True, count=400, more_losses=0):
    """Make the records of a run: the arrays, the losses and the trajectory."""
    generator = np.random.default_rng(1)
    seen = 500 * np.arange(1, moments + 1)
    points = generator.normal(scale=0.6, size=(moments, count, 2)).astype(np.float32)
    scale = np.exp(generator.normal(size=moments) * 3)[:, None, None]
    scores = (scale * generator.normal(size=(moments, 24, 24))).astype(np.float32)
    losses = [
        (images, player, term, float(generator.normal()))
        for images in [*seen, *(seen[-1] + 1 + np.arange(more_losses) if moments else [])]
        for player, terms in TERMS.items()
        for term in terms
    ]
    trajectory = pd.DataFrame(
        {
            "samples_seen": seen,
            "modes": generator.integers(0, 9, moments),
            "high_quality": generator.random(moments),
            "jensen_shannon": 0.5,
        }
    )
    arrays = {"samples_seen": seen, "images": points}
    arrays["discriminator_scores"] = scores if has_discriminator else np.zeros(0, dtype=np.float32)
    return (
        arrays,
        pd.DataFrame(losses, columns=["samples_seen", "player", "term", "value"]),
        trajectory,
    )


def write_records(arrays, losses, trajectory, run=RUN, status="ok"):
    """Write it where the film looks for it."""
    for folder in (run.trained, run.losses.parent, run.trajectory.parent):
        folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(run.trained / "snapshots.npz", **arrays)
    (run.trained / "training.json").write_text(json.dumps({"status": status}))
    losses.to_csv(run.losses, index=False)
    trajectory.to_csv(run.trajectory, index=False)


def load_film(run=RUN, real=None):
    """The film as a page gets it, and its size."""
    target = Path("films/film.js")
    films.write_film(run, draw_real_points() if real is None else real, target)
    text = target.read_bytes()
    assert text.isascii()
    called = re.fullmatch(r"film\((.*)\)\n", text.decode())[1]
    *who, film = json.loads(f"[{called}]")
    assert who == [run.dataset, run.variant, run.seed]
    return film, len(text)


def unpack_points(text, count):
    """Points as the page unpacks them, ``(t, count, 2)``; NaN where there is none."""
    packed = np.frombuffer(b64decode(text), dtype=np.uint8).reshape(-1, 3).astype(int)
    x = packed[:, 0] << 4 | packed[:, 1] >> 4
    y = (packed[:, 1] & 15) << 8 | packed[:, 2]
    steps = np.stack([x, y], axis=1).reshape(-1, count, 2)
    return np.where(steps == 4095, np.nan, -1.5 + steps * STEP)


def unpack_scores(film):
    levels = np.frombuffer(b64decode(film["discriminator_scores"]), dtype=np.uint8)
    return levels.reshape(-1, film["side"], film["side"])
