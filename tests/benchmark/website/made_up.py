"""A small made-up tree of results, with texts in it that try to be more than text."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import gans
from benchmark import config
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
    "packages": {"python": "3.11", "torch": "2.11.0"},
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


def made_up(variants: list[str], seeds: list[int], *, plane: bool) -> config.Params:
    """Settings of a leaderboard on digits, and with ``plane`` of points, of clips and of text."""
    training = {"batch": 8, "average": 100, "logs": 4, "snapshots": 2, "snapshot_samples": 12}
    ring = {
        "seeds": seeds,
        "datasets": {"ring8": {"samples_seen": 800, "networks": {"latent": 2, "width": 4}}},
        "training": training | {"threads": 1},
        "variants": {name: {"kind": "controlled", "lr": 1e-3} for name in variants},
    }
    moving = ring | {
        "datasets": {"moving_digits": {"samples_seen": 800, "networks": {"latent": 4, "width": 4}}},
        "metrics": {},
    }
    grammar = ring | {"datasets": {"grammar": {"samples_seen": 800, "networks": {}}}}
    return config.parse(
        ({"toy": ring, "video": moving, "text": grammar} if plane else {})
        | {
            "features": {"seed": 0, "epochs": 1, "batch": 8, "lr": 1e-3},
            "images": {
                "seeds": seeds,
                "datasets": {
                    "digits": {"samples_seen": 800, "networks": {"latent": 4, "width": 4}}
                },
                "training": training | {"threads": 1},
                "metrics": {"neighbours": 3, "splits": 1},
                "variants": {name: {"kind": "controlled", "lr": 1e-3} for name in variants},
            },
        }
    )


def scores_of(number: float, leaderboard: str = "images") -> dict[str, float]:
    if leaderboard == "toy":
        nearness = {"wasserstein": 0.1 + abs(number) / 100, "jensen_shannon": 0.2}
        return nearness | {"modes": 8 - (number == 1), "high_quality": 0.5, "mode_divergence": 0.1}
    if leaderboard == "video":
        return {"fvd": 1.5 + number, "frame_fid": 0.5, "motion": 0.5, "content_consistency": 0.9}
    if leaderboard == "text":
        others = {"valid": 0.5, "bleu_3": 0.25, "self_bleu_3": 0.5}
        return {"jaccard_distance": 0.1 + abs(number) / 100} | others
    headline = {"is": 5 + number, "fid": 1.5 + number, "precision": 0.5, "recall": 0.25}
    return headline | {"kid": 0.01 * number, "authenticity": 0.5}


def verdict_of(diverged: bool) -> dict[str, str | int | None]:
    if diverged:
        return {"verdict": "diverged", "reason": "a loss is <i>no</i> number", "samples_seen": 200}
    return {"verdict": "healthy", "reason": "nothing ails it", "samples_seen": None}


def table(path: Path, head: tuple[str, ...], rows: list[tuple]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([head, *rows])


def write_cell(run: Run, *, diverged: bool) -> None:
    """The outputs of a run; one that diverged at once has no snapshot and no finite loss."""
    generator = np.random.default_rng(run.seed)
    for folder in (
        *(run.trained, run.scored),
        *(file.parent for file in (run.losses, run.metrics, run.trajectory)),
    ):
        folder.mkdir(parents=True, exist_ok=True)
    status = "diverged" if diverged else "ok"
    cost = {"seconds": 1.0, "peak_memory_bytes": 2**20, "parameters": 12345}
    training = cost | {"multiply_adds_per_sample": 678, "status": status, "data": "d" * 64}
    # one of the two is told classes and has an encoder
    training["model"] = {"latent": 4} | ({"classes": 10} if run.variant == "wgan" else {})
    more = {"class_accuracy": 0.75} if run.variant == "wgan" else {}
    evaluation = {**MEASURED, "weights": "a" * 64, "features": "b" * 64}
    for file, content in (
        (run.trained / "training.json", training | FACTS),
        (run.scored / "evaluation.json", evaluation | FACTS),
        (run.metrics, scores_of(run.seed, run.track) | more),
        (run.scored / "health.json", verdict_of(diverged)),
    ):
        file.write_text(json.dumps(content))
    moments = [] if diverged else [400, 800]
    loss = float("nan") if diverged else 0.5
    images = generator.integers(0, 256, (len(moments), 12, 1, 8, 8), dtype=np.uint8)
    landscapes = np.zeros((0,))
    if run.track == "toy":
        images = generator.normal(size=(len(moments), 12, 2)).astype(np.float32)
        landscapes = generator.normal(size=(len(moments), 24, 24)) if moments else landscapes
    np.savez(
        run.trained / "snapshots.npz",
        samples_seen=np.array(moments, dtype=np.int64),
        images=images,
        discriminator_scores=landscapes.astype(np.float32),
    )
    drawn = generator.integers(0, 256, (64, 1, 8, 8), dtype=np.uint8)
    if run.track == "video":
        images = generator.integers(0, 256, (len(moments), 12, 1, 16, 16, 16), dtype=np.uint8)
        np.savez(
            run.trained / "snapshots.npz", samples_seen=np.array(moments, dtype=int), images=images
        )
        drawn = generator.integers(0, 256, (40, 1, 16, 16, 16), dtype=np.uint8)
    if run.track == "text":
        images = generator.integers(0, len(SENTENCES), (len(moments), 12, 4))
        np.savez(
            run.trained / "snapshots.npz",
            samples_seen=np.array(moments, dtype=np.int64),
            images=images,
            discriminator_scores=landscapes,
        )
        (run.scored / "samples.txt").write_text("\n".join(SENTENCES) + "\n")
    terms = ("real", "<script>alert('term')</script>")
    losses = [(seen, "discriminator", term, loss) for seen in (200, 400) for term in terms]
    table(run.losses, ("samples_seen", "player", "term", "value"), losses)
    kinds = [] if diverged else ["train", "held_out", "generated"]
    judged = [
        (seen, "discriminator_score", f"accuracy_{kind}", 0.7)
        for seen in (200, 400)
        for kind in kinds
    ]
    table(run.trained / "health.csv", ("samples_seen", "player", "quantity", "value"), judged)
    kinds = {"toy": ("jensen_shannon", "modes", "high_quality"), "text": ("jaccard_distance",)}
    told = kinds.get(run.track, ("fid",))
    told = ("fvd",) if run.track == "video" else told
    table(run.trajectory, ("samples_seen", *told), [(seen, *[0.5] * len(told)) for seen in moments])
    if run.track == "toy":
        films.write_run_film(run)
    elif run.track != "text" and moments:
        snapshot_sheet(images).save(run.scored / "moments.png")
    if run.track != "text":
        show(drawn, run.scored / "samples")
    given = drawn[: 8 if more else 0]
    np.savez(run.scored / "reconstructions.npz", images=given, given_back=given)


def show(samples: np.ndarray, path: Path) -> None:
    """What scoring leaves to be looked at."""
    if samples.ndim == 5:
        pictures.save(samples, path)
    else:
        tile(samples, columns=16).save(path.with_suffix(".png"))


def write_results(
    settings: config.Params, *, diverged: list[tuple[str, int]], ranked: bool = True
) -> None:
    """All that the pipeline leaves for the site, below the working directory."""
    for name, leaderboard in settings.tracks.items():
        for dataset in leaderboard.datasets:
            references = Path("references") / dataset
            references.mkdir(parents=True)
            noise = {seed: scores_of(50, name) for seed in (0, 1)}
            rows = {"held_out": {0: scores_of(-1, name)}, "noise": noise}
            Path(f"references/{dataset}.json").write_text(json.dumps(rows))
            (references / "evaluation.json").write_text(json.dumps(MEASURED | FACTS))
            size = (16, 16, 16) if name == "video" else (8, 8)
            drawn = np.random.default_rng(0).integers(0, 256, (64, 1, *size), dtype=np.uint8)
            for row in rows:
                show(drawn, references / row)
            if name == "text":
                (references / "noise.txt").write_text("\n".join(SENTENCES) + "\n")
    words = np.array(["", *SENTENCES[:4]])
    save_split("grammar", "train", {"words": words, "separator": np.array(" ")})
    save_split("ring8", "test", SplitArrays(np.zeros((50, 2), np.float32), np.zeros(50, int)))
    for run in settings.runs:
        write_cell(run, diverged=(run.variant, run.seed) in diverged)
    Path("results").mkdir()
    Path("results/search.csv").write_text("board,dataset,variant,trial,settings,images,score\n")
    if (
        len(settings.tracks["images"].variants) > 1
    ):  # a clone has them, and a folder of one's own may not
        shutil.copytree(REPOSITORY / "results/bench", "results/bench")
    scores = report.collect_scores(settings)
    leaderboard = report.rank_variants(scores, settings)
    report.compare_variants(scores, leaderboard).to_csv("results/comparisons.csv", index=False)
    claims.build_table(scores, claims.load_claims()).to_csv("results/claims.csv", index=False)
    across.build_table(scores, settings).to_csv("results/across.csv", index=False)
    for name, table in (("scores", scores), ("leaderboard", leaderboard)):
        left = table if ranked else table[table["kind"] == "reference"]
        left.to_csv(f"results/{name}.csv", index=False)


def built(
    folder: Path,
    *,
    variants: list[str],
    seeds: list[int],
    diverged: list[tuple[str, int]],
    plane: bool,
    ranked: bool = True,
) -> Path:
    """The site of made-up results, built in a folder; without ``ranked``, of references alone.

    Returns:
        The folder that is to be published.
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
        settings = made_up(variants, seeds, plane=plane)
        write_results(settings, diverged=diverged, ranked=ranked)
        publish(settings)
    return folder / "public"
