"""Score the trained runs of one row.

`gan-benchmark evaluate digits-dcgan` writes to runs/images/digits/dcgan/, of seed 0:

- metrics/0.json: every metric, on as many samples as the scorer of the track asks for; the headline
  metric of the weights without averaging too;
- trajectory/0.csv: the metrics of the snapshots over training, such as FID and diversity;
- scored/0/health.json: the diagnosis, with its reason and onset;
- scored/0/samples.*: the first samples, not selected, as picture, animation or text;
- scored/0/reconstructions.npz: held-out images and their reconstructions, with an encoder;
- scored/0/moments.*: the first samples of each snapshot, as picture or text, without points;
- scored/0/film.js, walk.*, network.js: data of the interactive pages, of points and of images;
- scored/0/evaluation.json: the data of the comparison, and provenance.
"""

import time
from typing import Any

import numpy as np
import torch

from benchmark import config, tracks
from benchmark.common import processes
from benchmark.common.devices import default_device, make_deterministic, use_full_float32
from benchmark.common.files import REMAKE, read_arrays, read_table
from benchmark.common.fingerprints import fingerprint_row
from benchmark.common.hashing import sha256
from benchmark.common.messages import stop
from benchmark.common.paths import make_folder
from benchmark.common.provenance import peak_memory, provenance
from benchmark.common.seeds import stream
from benchmark.common.writing import save_arrays, write_csv, write_json
from benchmark.config import Run
from benchmark.data.pixels import quantise, to_unit
from benchmark.data.splits import load_condition, load_split
from benchmark.evaluation import diagnosis
from benchmark.evaluation.sampling import draw
from benchmark.metrics.class_coverage import match_codes_to_classes
from benchmark.tracks.base.scorer import Scorer
from benchmark.tracks.base.track import Track
from benchmark.training import weights
from gans.common.variant import Conditional, Variant

DRAWS, INPUTS = 5, 100  # outputs per held-out input, and number of inputs
RECONSTRUCTED = 16  # images stored with their reconstructions


def load_weights(run: Run, name: str) -> Variant:
    """Load weights of a run by the name of their file; exits with one line if another's are there.

    Args:
        run: the run that trained them.
        name: ``weights``, which are averaged, or ``unaveraged``.
    """
    path, expected = run.trained / f"{name}.safetensors", run.keys
    card = weights.read_card(path)
    if (got := {key: card.get(key) for key in expected}) != expected:
        described = ", ".join(f"{key} {value}" for key, value in got.items())
        stop(f"{path}: expected weights of {run}, got those of {described}; delete it and {REMAKE}")
    return weights.load(path, default_device())


def compute_reconstruction_error(variant: Variant, run: Run) -> dict[str, float]:
    """Compute the root mean square error of reconstructed held-out data in [-1, 1].

    Empty without an encoder. Writes the first images to the run's folder.
    """
    encoded = load_condition(run.dataset, "test")
    if encoded is None:
        encoded = load_split(run.dataset, "test")[0]
    images = torch.from_numpy(encoded)
    with torch.no_grad():
        reconstructions = variant.reconstruct(to_unit(images).to(variant.device))
    count = 0 if reconstructions is None else RECONSTRUCTED
    quantised = images if reconstructions is None else quantise(reconstructions).cpu()
    images, quantised = images[:, :3], quantised[:, :3]  # without the planes of a domain
    save_arrays(
        run.scored / "reconstructions.npz",
        images=images[:count].numpy(),
        reconstructions=quantised[:count].numpy(),
    )
    if reconstructions is None:
        return {}
    error = (to_unit(quantised) - to_unit(images)).square().mean().sqrt()
    return {"reconstruction_error": float(error)}


def compute_diversity(variant: Variant, run: Run, scorer: Scorer) -> dict[str, float]:
    """Compute the distance between several outputs for the same inputs; empty without inputs."""
    conditions = load_condition(run.dataset, "test")
    if conditions is None:
        return {}
    inputs = conditions[:INPUTS]
    seeds = [stream(run.seed, f"draw {number}") for number in range(DRAWS)]
    return scorer.output_diversity(
        [draw(variant, len(inputs), seed=seed, conditions=inputs)[0] for seed in seeds]
    )


def match_labels(
    variant: Variant, scorer: Scorer, samples: np.ndarray, labels: np.ndarray | None
) -> np.ndarray | None:
    """Return the class that each sample was drawn for; learnt codes are matched to classes."""
    if not isinstance(variant, Conditional) or variant.has_labels:
        return labels
    assert labels is not None  # a conditional variant has labels
    return match_codes_to_classes(labels, scorer.predict(samples), classes=variant.classes)


def compute_class_scores(variant: Variant, run: Run, scorer: Scorer) -> dict[str, float]:
    """Compute the metrics within classes, on more samples; empty without classes."""
    if not isinstance(variant, Conditional) or not scorer.samples_per_class:
        return {}
    samples, labels = draw(variant, scorer.samples_per_class * variant.classes, seed=run.seed)
    labels = match_labels(variant, scorer, samples, labels)
    assert labels is not None  # a conditional variant has labels
    return scorer.class_scores(samples, labels)


def compute_scores(
    variant: Variant, run: Run, scorer: Scorer, samples: np.ndarray, labels: np.ndarray | None
) -> dict[str, float]:
    """Compute every metric of a run.

    Args:
        variant: in evaluation mode.
        run: the run that trained it.
        scorer: of its data set.
        samples: samples of the run.
        labels: the class that each sample was drawn for, if any.
    """
    labels = match_labels(variant, scorer, samples, labels)
    scores = scorer.scores(samples, labels) | compute_class_scores(variant, run, scorer)
    scores |= compute_reconstruction_error(variant, run) | compute_diversity(variant, run, scorer)
    return scores | scorer.model_scores(variant)


def score_unaveraged(
    run: Run, track: Track, scorer: Scorer, count: int, conditions: np.ndarray | None
) -> dict[str, float]:
    """Compute the headline metric of the weights themselves; empty if the run diverged.

    Args:
        run, track, scorer: as for `compute_scores`.
        count: number of samples.
        conditions: of the samples, see `draw`.
    """
    if not (run.trained / "unaveraged.safetensors").is_file():
        return {}
    variant = load_weights(run, "unaveraged")
    samples, _ = draw(variant, count, seed=run.seed, conditions=conditions)
    return {track.unaveraged_headline: track.headline_score(scorer, samples)}


def write_trajectory(run: Run, track: Track, scorer: Scorer) -> None:
    """Score the snapshots of a run, and write a picture of images or clips."""
    stored = read_arrays(run.trained / "snapshots.npz", "samples_seen", "images")
    samples_seen, snapshots = stored["samples_seen"].tolist(), stored["images"]
    moments = [scorer.moment(samples) for samples in snapshots]
    if len(samples_seen):
        track.save_moments(snapshots, scorer, run.scored / "moments")
    head = ("samples_seen", *(moments[0] if moments else [track.curve]))
    scored = zip(samples_seen, moments, strict=True)
    write_csv(run.trajectory, [head, *((seen, *scores.values()) for seen, scores in scored)])


def write_diagnosis(run: Run, status: str) -> str:
    """Diagnose a run by its curves, and return the name of the verdict."""
    curves = map(read_table, (run.losses, run.trained / "health.csv", run.trajectory))
    verdict = diagnosis.diagnose(status, *curves)
    facts = {
        "verdict": verdict.name,
        "reason": verdict.reason,
        "samples_seen": verdict.samples_seen,
    }
    write_json(run.scored / "health.json", facts)
    return verdict.name


def evaluate(run: Run, params: config.Params) -> None:
    """Score the weights of a run and the snapshots of its training."""
    started = time.monotonic()
    # in `make repro` the same process has trained the run
    processes.prepare(1, params.tracks[run.track].training.precision)
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
    make_deterministic()
    use_full_float32()
    track = tracks.load(run.track)
    scorer = track.scorer(run.dataset, params.tracks[run.track])
    for folder in (run.scored, run.metrics.parent, run.trajectory.parent):
        make_folder(folder)
    path = run.trained / "weights.safetensors"
    variant = load_weights(run, "weights")
    conditions = load_condition(run.dataset, "test")
    held_out = len(load_split(run.dataset, "test")[0])
    count = scorer.count_samples(held_out) if conditions is None else len(conditions)
    samples, labels = draw(variant, count, seed=run.seed, conditions=conditions)
    scores = compute_scores(variant, run, scorer, samples, labels)
    scores |= score_unaveraged(run, track, scorer, count, conditions)
    write_json(run.metrics, scores)
    track.save_samples(samples, scorer, run.scored / "samples")
    write_trajectory(run, track, scorer)
    verdict = write_diagnosis(run, weights.read_card(path)["status"])
    track.write_playground(variant, run)
    facts: dict[str, Any] = {
        "samples": len(samples),
        **scorer.facts(),
        "fingerprint": fingerprint_row(run.row),
        "weights": sha256(path),
        "seconds": round(time.monotonic() - started, 2),
        "peak_memory_bytes": peak_memory(),
        **provenance(),
    }
    write_json(run.scored / "evaluation.json", facts)
    summary = "  ".join(f"{name} {value:.3f}" for name, value in scores.items())
    print(f"{run}: {verdict}; {summary}")
