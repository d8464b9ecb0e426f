"""Score the trained runs of one row.

`gan-benchmark evaluate images digits dcgan` writes to runs/images/digits/dcgan/, of seed 0:

- metrics/0.json: every metric, on as many samples as there are held-out real images;
- trajectory/0.csv: FID, diversity and classes of the snapshots over training, or their like;
- scored/0/health.json: the diagnosis, with the reason and the images seen when it set in;
- scored/0/samples.*: some of the samples, not chosen, in a form that can be looked at;
- scored/0/reconstructions.npz: held-out images and what an encoder makes of them, if there is one;
- scored/0/moments.png: of images and clips, the first samples of each snapshot;
- scored/0/film.js, walk.*, network.js: what readers can play with, of points and of images;
- scored/0/evaluation.json: what was compared with what, and provenance.
"""

import csv
import json
import time
from typing import Any

import numpy as np
import pandas as pd
import torch

from benchmark import config
from benchmark.common import threads
from benchmark.common.hashing import sha256
from benchmark.common.provenance import provenance
from benchmark.common.seeds import stream
from benchmark.config import Run
from benchmark.data.pixels import quantise, to_unit
from benchmark.data.splits import load_condition, load_split
from benchmark.evaluation import diagnosis, sheets
from benchmark.metrics.class_coverage import match_codes_to_classes
from benchmark.metrics.diversity import output_diversity
from benchmark.tracks import TRACKS
from benchmark.training import weights
from benchmark.training.train import deterministic, parse_row
from gans.common.variant import Conditional, Variant

IMAGES = 4  # dimensions of a set of images; clips have five, points and sentences two
DRAWS, INPUTS = 5, 100  # images made of each of so many held-out ones
RECONSTRUCTED = 16  # images kept to be shown beside what the encoder makes of them


def draw(
    variant: Variant, n: int, *, seed: int, batch: int = 500, sources: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray | None]:
    """``n`` samples, as they are kept; the first of them do not depend on ``n``.

    Those of a conditional variant are of all classes in turn.

    Args:
        variant: in evaluation mode.
        n: number of samples.
        seed: of the run.
        batch: samples at a time.
        sources: images that a variant of images makes others of, uint8 ``(n, c, h, w)``; captions
            that it draws, int64 ``(n, words)``.

    Returns:
        The samples, and the class that each was asked for, ``(n,)``, or None.
    """
    torch.manual_seed(stream(seed, "samples"))
    parts, asked = [], []
    with torch.no_grad():
        for start in range(0, n, batch):
            condition = None
            if variant.condition_key == "condition" and sources is not None:
                condition = to_unit(torch.from_numpy(sources[start : start + batch]))
            if isinstance(variant, Conditional):
                condition = torch.arange(start, start + batch) % variant.classes
                asked.append(condition)
            parts.append(quantise(variant.sample(batch, condition)).cpu())
    wanted = torch.cat(asked)[:n].numpy() if asked else None
    return torch.cat(parts)[:n].numpy(), wanted


def reconstruct(variant: Variant, run: Run) -> dict[str, float]:
    """The root mean square error of held-out data given back, where images lie in [-1, 1].

    Nothing where the variant has no encoder; the first images are written to the run's folder.
    """
    encoded = load_condition(run.dataset, "test")
    if encoded is None:
        encoded = load_split(run.dataset, "test")[0]
    images = torch.from_numpy(encoded)
    with torch.no_grad():
        given_back = variant.reconstruct(to_unit(images))
    shown = 0 if given_back is None else RECONSTRUCTED
    back = images if given_back is None else quantise(given_back)
    images, back = images[:, :3], back[:, :3]  # without planes that say a domain
    np.savez(
        run.scored / "reconstructions.npz",
        images=images[:shown].numpy(),
        given_back=back[:shown].numpy(),
    )
    if given_back is None:
        return {}
    error = (to_unit(back) - to_unit(images)).square().mean().sqrt()
    return {"reconstruction_error": float(error)}


def diversity(variant: Variant, run: Run, scorer: Any) -> dict[str, float]:
    """How far apart images are that are made of the same one.

    Nothing where none is given, or where no classifier looks at them.
    """
    sources = load_condition(run.dataset, "test")
    if sources is None or scorer.classifier is None:
        return {}
    few = sources[:INPUTS]
    seeds = [stream(run.seed, f"draw {number}") for number in range(DRAWS)]
    draws = [draw(variant, len(few), seed=seed, sources=few)[0] for seed in seeds]
    if all(np.array_equal(own, draws[0]) for own in draws):  # of those without noise
        return {"output_diversity": 0.0}
    return {"output_diversity": output_diversity(draws, distance=scorer.distance)}


def evaluate(run: Run, settings: config.Params) -> None:
    """Score the weights of a run and the snapshots of its training."""
    started = time.monotonic()
    threads.limit(1)
    deterministic()  # `make repro` scores in the process that trained
    scorer = TRACKS[run.track].Scorer(run.dataset, settings.tracks[run.track].metrics)
    sources = load_condition(run.dataset, "test")
    held_out = len(load_split(run.dataset, "test")[0] if sources is None else sources)
    for folder in (run.scored, run.metrics.parent, run.trajectory.parent):
        folder.mkdir(parents=True, exist_ok=True)
    path = run.trained / "weights.safetensors"
    variant = weights.load(path)
    images, wanted = draw(variant, held_out, seed=run.seed, sources=sources)
    if isinstance(variant, Conditional) and not variant.named:
        assert wanted is not None  # a conditional variant was asked for something
        wanted = match_codes_to_classes(wanted, scorer.predict(images), classes=variant.classes)
    scores = scorer.scores(images, wanted)
    scores |= reconstruct(variant, run) | diversity(variant, run, scorer)
    if hasattr(scorer, "of_model"):  # what samples alone do not tell
        scores |= scorer.of_model(variant)
    run.metrics.write_text(json.dumps(scores, indent=1) + "\n")
    scorer.show(images, run.scored / "samples")

    with np.load(run.trained / "snapshots.npz") as file:
        seen, snapshots = file["samples_seen"].tolist(), file["images"]
    moments = [(at, scorer.moment(own)) for at, own in zip(seen, snapshots, strict=True)]
    if len(seen) and snapshots[0].ndim >= IMAGES:
        sheets.moments(snapshots).save(run.scored / "moments.png")
    with run.trajectory.open("w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        columns = list(moments[0][1]) if moments else [TRACKS[run.track].CURVE]
        writer.writerow(("samples_seen", *columns))
        writer.writerows((at, *found.values()) for at, found in moments)

    curves = map(pd.read_csv, (run.losses, run.trained / "health.csv", run.trajectory))
    verdict = diagnosis.diagnose(weights.card(path)["status"], *curves)
    told = {"verdict": verdict.name, "reason": verdict.reason, "samples_seen": verdict.samples_seen}
    (run.scored / "health.json").write_text(json.dumps(told, indent=1) + "\n")

    if hasattr(TRACKS[run.track], "play"):
        TRACKS[run.track].play(variant, run)

    facts = {
        "samples": len(images),
        **scorer.facts(),
        "weights": sha256(path),
        "seconds": round(time.monotonic() - started, 2),
        **provenance(),
    }
    (run.scored / "evaluation.json").write_text(json.dumps(facts, indent=1) + "\n")
    shown = "  ".join(f"{name} {value:.3f}" for name, value in scores.items())
    print(f"{run}: {verdict.name}; {shown}")


if __name__ == "__main__":
    runs, settings = parse_row(__doc__)
    for run in runs:
        evaluate(run, settings)
