"""The outputs of runs with made-up results."""

import csv
import json
from pathlib import Path

import numpy as np

from benchmark import tracks
from benchmark.config import Run
from benchmark.evaluation import films
from benchmark.evaluation.pictures import snapshot_sheet, tile
from benchmark.tracks.video import pictures
from tests.benchmark.website.made_up_sources import SENTENCES

FACTS = {
    "commit": None,
    "changed_since": False,
    "packages": {"python": "3.11", "torch": "2.11.0", "numpy": "2.4.6"},
    "hardware": {
        "processor": "<b>Processor</b> ~~~",
        "instructions": "AVX2",
        "arithmetic": "avx2",
        "cores": 2,
        "threads": 1,
        "accelerator": None,
    },
    "date": "2026-01-01T00:00:00+00:00",
}


FINGERPRINT = "f" * 64
MEASURED = {"samples": 64, "real_images": 100, "feature_space": "classifier"}


def make_scores(number: float, track: str) -> dict[str, float]:
    """Make scores that depend on a number, such as the seed."""
    if track == "toy":
        nearness = {"wasserstein": 0.1 + abs(number) / 100, "jensen_shannon": 0.2}
        return nearness | {"modes": 8 - (number == 1), "high_quality": 0.5, "mode_divergence": 0.1}
    if track == "video":
        return {"fvd": 1.5 + number, "frame_fid": 0.5, "motion": 0.5, "content_consistency": 0.9}
    if track == "text":
        others = {"valid": 0.5, "bleu_3": 0.25, "self_bleu_3": 0.5}
        return {"jaccard_distance": 0.1 + abs(number) / 100} | others
    if track == "images":
        headline = {"is": 5 + number, "fid": 1.5 + number}
        headline |= {"clipped_density": 0.5, "clipped_coverage": 0.25}
        others = {"kid": 0.01 * number, "authenticity": 0.5}
        spaces = {"random_fid": 2.5 + 2 * number, "random_coverage": 0.5}
        spaces |= {"classifier_2_fid": 1.75 + number, "classifier_3_fid": 3.0 - number}
        return headline | others | spaces
    return dict.fromkeys(tracks.load(track).higher_is_better, 0.1 + abs(number) / 100)


def make_verdict(diverged: bool) -> dict[str, str | int | None]:
    if diverged:
        return {"verdict": "diverged", "reason": "a loss is <i>no</i> number", "samples_seen": 200}
    return {"verdict": "healthy", "reason": "nothing is wrong", "samples_seen": None}


def write_table(path: Path, head: tuple[str, ...], rows: list[tuple]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([head, *rows])


def write_run(run: Run, *, diverged: bool) -> None:
    """Write the outputs of a run; one that diverged at once has no snapshot and no finite loss."""
    for folder in (
        *(run.trained, run.scored),
        *(file.parent for file in (run.losses, run.metrics, run.trajectory)),
    ):
        folder.mkdir(parents=True, exist_ok=True)
    write_records(run, diverged=diverged)
    write_curves(run, diverged=diverged)
    write_samples(run, moments=[] if diverged else [400, 800])


def write_records(run: Run, *, diverged: bool) -> None:
    """Write costs, scores, verdict and provenance; wgan, cgan and acgan generate classes."""
    conditional = run.variant in ("wgan", "cgan", "acgan")
    cost = {"seconds": 1.0, "peak_memory_bytes": 2**20, "parameters": 12345}
    training = cost | {
        "multiply_adds_per_sample": 678,
        "updates": 100,
        "samples_seen": 800,
        "status": "diverged" if diverged else "ok",
        "data": "d" * 64,
        "model": {"classes": 10} if conditional else {},
    }
    scores = make_scores(run.seed, run.track)
    if conditional:
        of_classes = {"class_accuracy": 0.75, "intra_fid": 2.5}
        metrics = tracks.load(run.track).higher_is_better
        scores |= {name: value for name, value in of_classes.items() if name in metrics}
    evaluation = {**MEASURED, "fingerprint": FINGERPRINT, "weights": "a" * 64, "features": "b" * 64}
    for file, content in (
        (run.trained / "training.json", training | FACTS),
        (run.scored / "evaluation.json", evaluation | FACTS),
        (run.metrics, scores),
        (run.scored / "health.json", make_verdict(diverged)),
    ):
        file.write_text(json.dumps(content))


def write_curves(run: Run, *, diverged: bool) -> None:
    """Write losses, health and the trajectory."""
    loss = float("nan") if diverged else 0.5
    terms = ("real", "<script>alert('term')</script>")
    losses = [(seen, "discriminator", term, loss) for seen in (200, 400) for term in terms]
    write_table(run.losses, ("samples_seen", "player", "term", "value"), losses)
    kinds = [] if diverged else ["train", "held_out", "generated"]
    health = [(seen, "judge", f"accuracy_{kind}", 0.7) for seen in (200, 400) for kind in kinds]
    head = ("samples_seen", "player", "quantity", "value")
    write_table(run.trained / "health.csv", head, health)
    times = [(50, 400, 0.5), (100, 800, 1.0)]
    write_table(run.trained / "times.csv", ("updates", "samples_seen", "seconds"), times)
    columns = [tracks.load(run.track).curve]
    if run.track == "toy":
        columns += ["modes", "high_quality"]
    last = 0.3 if run.variant == "dcgan" else 0.5  # dcgan still improves
    moments = [] if diverged else [(400, 0.5), (800, last)]
    rows = [(seen, *[value] * len(columns)) for seen, value in moments]
    write_table(run.trajectory, ("samples_seen", *columns), rows)


def write_samples(run: Run, moments: list[int]) -> None:
    """Write snapshots, samples and reconstructions; wgan has an encoder."""
    generator = np.random.default_rng(run.seed)
    page, count = tracks.load(run.track).page(), len(moments)
    scores = np.zeros((0,))
    if page.form == "sentences":
        snapshots = generator.integers(0, len(SENTENCES), (count, 12, 4))
        (run.scored / "samples.txt").write_text("\n".join(SENTENCES) + "\n")
    elif page.form == "picture":
        snapshots = generator.normal(size=(count, 12, 2)).astype(np.float32)
        scores = generator.normal(size=(count, 24, 24)) if moments else scores
    else:
        shape = (1, 16, 16, 16) if page.form == "clips" else (1, 8, 8)
        snapshots = generator.integers(0, 256, (count, 12, *shape), dtype=np.uint8)
        if moments:
            snapshot_sheet(snapshots).save(run.scored / "moments.png")
    np.savez(
        run.trained / "snapshots.npz",
        samples_seen=np.array(moments, dtype=np.int64),
        images=snapshots,
        discriminator_scores=scores.astype(np.float32),
    )
    if page.has_films:
        films.write_run_film(run)
    if page.form != "sentences":
        draw_samples(page.form, generator, run.scored / "samples")
    images = generator.integers(0, 256, (64, 1, 8, 8), dtype=np.uint8)
    encoded = images[: 8 if run.variant == "wgan" else 0]
    np.savez(run.scored / "reconstructions.npz", images=encoded, reconstructions=encoded)


def draw_samples(form: str, generator: np.random.Generator, path: Path) -> None:
    """Draw samples in the form that scoring leaves them in."""
    if form == "clips":
        clips = generator.integers(0, 256, (40, 1, 16, 16, 16), dtype=np.uint8)
        pictures.save(clips, None, path)
    else:
        images = generator.integers(0, 256, (64, 1, 8, 8), dtype=np.uint8)
        columns = 8 if form == "picture" else 16
        tile(images, columns=columns).save(path.with_suffix(".png"))
