"""A small tree of made-up results, with texts in it that try to be more than text."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gans
from benchmark import config, tracks
from benchmark.config import Run
from benchmark.data.splits import SplitArrays, save_split
from benchmark.evaluation import films
from benchmark.evaluation.pictures import snapshot_sheet, tile
from benchmark.reporting import across, claims, report
from benchmark.studies import theory
from benchmark.tracks.video import pictures
from benchmark.website.site import publish
from tests.benchmark.website.test_theory_charts import GAME

REPOSITORY = Path(__file__).parents[3]
SENTENCES = (
    "<script>alert('sentence')</script>",
    "```",
    "~~~ <img src=x onerror=alert(1)>",
    "$$x$$ [a link](javascript:alert(1)) &amp; \x02wzxhzdk:0\x03",
    "",
)
HOSTILE = '''r"""Evil <script>alert("name")</script>: A title with <img src=x onerror=alert(1)>.

Nobody </p><script>alert("citation")</script>, 2020, arXiv:2001.00001, equation 1.

A paragraph with <script>alert("body")</script> and [a link](javascript:alert(1)).

```
a fence
```

$$L = \\mathbb{E}_x[\\log D(x)] + \\text{<script>alert("formula")</script>}$$

$$\\left( <script>alert("broken")</script>$$

Departs from the paper: <iframe src="https://example.org"></iframe> and `code < 1`.
"""

CODE = "</pre></div><script>alert('code')</script>"
'''
TAME = '''"""Tame: A title.

Somebody, 2019, arXiv:1901.00001.

$$\\max_{\\|f\\|_L \\le K} \\; \\mathbb{E}_x[f(x)]$$
"""
'''
FACTS = {
    "commit": None,
    "changed_since": True,
    "packages": {"python": "3.11", "torch": "2.11.0", "numpy": "2.4.6"},
    "hardware": {
        "processor": "<b>Processor</b> ~~~",
        "instructions": "AVX2",
        "cores": 2,
        "threads": 1,
        "accelerator": None,
    },
    "date": "2026-01-01T00:00:00+00:00",
}
MEASURED = {"samples": 64, "real_images": 100, "feature_space": "classifier"}
TRAINING = {
    "batch": 8,
    "average": 100,
    "logs": 4,
    "snapshots": 2,
    "snapshot_samples": 12,
    "threads": 1,
}
# of each track: a data set, and the networks of its controlled rows
DATASETS: dict[str, tuple[str, dict[str, int]]] = {
    "toy": ("ring8", {"latent": 2, "width": 4}),
    "video": ("moving_digits", {"latent": 4, "width": 4}),
    "text": ("grammar", {}),
    "images": ("digits", {"latent": 4, "width": 4}),
}
STUDIES = {
    "clipping": {
        "title": "Clipping & <b>slopes</b>",
        "question": "Does clipping the critic's weights help?",
        "rows": ["digits-dcgan", "digits-wgan", "ring8-wgan", "ring8-dcgan", "digits-missing"],
    },
    "absent": {"title": "Nothing yet", "question": "Is anything here?", "rows": ["digits-absent"]},
}
BENCHES = {
    "site": {
        "variants": 2,
        "leaderboards": 4,
        "runs": 16,
        "seconds": {"from nothing": 2.0, "once more": 1.0},
        "files": 100,
        "megabytes": 1.5,
        "sizes": {"index": {"pages": 1, "heaviest": "index.html", "kilobytes": 20.0}},
        **FACTS,
    },
    "interactions": {"rows": 200, "milliseconds": {"find": 40}, **FACTS},
}


def make_params(
    variants: list[str], seeds: list[int], names: list[str], **sections: Any
) -> config.Params:
    """Make parameters with one data set a track.

    Args:
        variants: of each track.
        seeds: of each track.
        names: of tracks, in the order of their leaderboards.
        sections: further ones.
    """
    raw: dict[str, Any] = {
        "features": {"seed": 0, "epochs": 1, "batch": 8, "lr": 1e-3},
        "search": {"samples_seen": dict.fromkeys(DATASETS, 800)},
    }
    for name in names:
        dataset, networks = DATASETS[name]
        raw[name] = {
            "seeds": seeds,
            "datasets": {dataset: {"samples_seen": 800, "networks": networks}},
            "training": TRAINING,
            "variants": {variant: {"kind": "controlled", "lr": 1e-3} for variant in variants},
        }
    return config.parse(raw | sections)


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
        headline = {"is": 5 + number, "fid": 1.5 + number, "precision": 0.5, "recall": 0.25}
        return headline | {"kid": 0.01 * number, "authenticity": 0.5}
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
    """Write costs, scores, verdict and provenance; wgan is conditional."""
    conditional = run.variant == "wgan"
    cost = {"seconds": 1.0, "peak_memory_bytes": 2**20, "parameters": 12345}
    training = cost | {
        "multiply_adds_per_sample": 678,
        "status": "diverged" if diverged else "ok",
        "data": "d" * 64,
        "model": {"latent": 4} | ({"classes": 10} if conditional else {}),
    }
    scores = make_scores(run.seed, run.track)
    if conditional and "class_accuracy" in tracks.load(run.track).higher_is_better:
        scores["class_accuracy"] = 0.75
    evaluation = {**MEASURED, "weights": "a" * 64, "features": "b" * 64}
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
    columns = [tracks.load(run.track).curve]
    if run.track == "toy":
        columns += ["modes", "high_quality"]
    moments = [] if diverged else [400, 800]
    rows = [(seen, *[0.5] * len(columns)) for seen in moments]
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
    np.savez(run.scored / "reconstructions.npz", images=encoded, given_back=encoded)


def draw_samples(form: str, generator: np.random.Generator, path: Path) -> None:
    """Draw samples in the form that scoring leaves them in."""
    if form == "clips":
        clips = generator.integers(0, 256, (40, 1, 16, 16, 16), dtype=np.uint8)
        pictures.save(clips, None, path)
    else:
        images = generator.integers(0, 256, (64, 1, 8, 8), dtype=np.uint8)
        columns = 8 if form == "picture" else 16
        tile(images, columns=columns).save(path.with_suffix(".png"))


def write_references(track: str, dataset: str) -> None:
    """Write two reference rows of a data set."""
    folder = Path("references") / dataset
    folder.mkdir(parents=True)
    noise = {seed: make_scores(50, track) for seed in (0, 1)}
    rows = {"held_out": {0: make_scores(-1, track)}, "noise": noise}
    Path(f"references/{dataset}.json").write_text(json.dumps(rows))
    (folder / "evaluation.json").write_text(json.dumps(MEASURED | FACTS))
    for row in rows:
        draw_samples(tracks.load(track).page().form, np.random.default_rng(0), folder / row)
    if track == "text":
        (folder / "noise.txt").write_text("\n".join(SENTENCES) + "\n")


def write_results(
    params: config.Params, *, diverged: list[tuple[str, int]], ranked: bool = True
) -> None:
    """Write everything that the pipeline leaves for the site, below the working directory."""
    for name, track in params.tracks.items():
        for dataset in track.datasets:
            write_references(name, dataset)
    words = np.array(["", *SENTENCES[:4]])
    save_split("grammar", "train", {"words": words, "separator": np.array(" ")})
    save_split("ring8", "test", SplitArrays(np.zeros((50, 2), np.float32), np.zeros(50, int)))
    for run in params.runs:
        write_run(run, diverged=(run.variant, run.seed) in diverged)
    Path("results/bench").mkdir(parents=True)
    Path("results/search.csv").write_text("track,dataset,variant,trial,settings,samples_seen\n")
    if len(params.tracks) > 1:  # a clone may have no such figures
        for name, facts in BENCHES.items():
            Path(f"results/bench/{name}.json").write_text(json.dumps(facts))
    scores = report.collect_scores(params)
    leaderboard = report.rank_variants(scores, params)
    report.compare_variants(scores, leaderboard).to_csv("results/comparisons.csv", index=False)
    claims.build_table(scores, claims.load_claims()).to_csv("results/claims.csv", index=False)
    across.build_table(scores, params).to_csv("results/across.csv", index=False)
    for name, table in (("scores", scores), ("leaderboard", leaderboard)):
        rows = table if ranked else table[table["kind"] == "reference"]
        rows.to_csv(f"results/{name}.csv", index=False)


def build(
    folder: Path,
    *,
    variants: list[str],
    seeds: list[int],
    diverged: list[tuple[str, int]],
    names: list[str],
    ranked: bool = True,
    **sections: Any,
) -> Path:
    """Build the site of made-up results in a folder.

    Args:
        folder: empty.
        variants: of each track, of dcgan and wgan.
        seeds: of each track.
        diverged: variants and seeds.
        names: of tracks.
        ranked: whether tables have trained rows besides the references.
        sections: of params.yaml, further ones.

    Returns:
        The folder to publish.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        theory.write_tables(Path("theory"), GAME)
        sources = folder / "gans" / "unconditional"
        sources.mkdir(parents=True)
        for name, text in (("dcgan", HOSTILE), ("wgan", TAME)):
            (sources / f"{name}.py").write_text(text)
        patch.setattr(gans, "files", lambda: {path.stem: path for path in sources.glob("*.py")})
        shutil.copytree(REPOSITORY / "site", "site")
        params = make_params(variants, seeds, names, **sections)
        write_results(params, diverged=diverged, ranked=ranked)
        publish(params)
    return folder / "public"
