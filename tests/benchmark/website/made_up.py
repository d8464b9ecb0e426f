"""A small tree of made-up results, with texts in it that try to be more than text."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pytest

import gans
from benchmark import config, tracks
from benchmark.data.splits import SplitArrays, save_split
from benchmark.records.restore import select_results
from benchmark.records.write import record_rows
from benchmark.reporting import across, claims, comparisons, report, tricks
from benchmark.reporting.recording import record_tables
from benchmark.reporting.statistics import mask_diverged
from benchmark.studies import curves, theory, verified
from benchmark.website.site import publish
from tests.benchmark.website.made_up_runs import (
    FACTS,
    FINGERPRINT,
    MEASURED,
    draw_samples,
    make_scores,
    write_run,
)
from tests.benchmark.website.made_up_sources import HOSTILE, SENTENCES, TAME
from tests.benchmark.website.test_long_runs_page import ROWS as CURVES
from tests.benchmark.website.test_sensitivity_page import write_sensitivity
from tests.benchmark.website.test_theory_charts import GAME
from tests.benchmark.website.test_tuning_page import SEARCH, TRIALS, write_search

REPOSITORY = Path(__file__).parents[3]


TRAINING = {
    "batch": 8,
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


KINDS = {"wgan": "architecture"}  # of variants that are not controlled


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
    variants: list[str],
    seeds: list[int],
    names: list[str],
    optional: Mapping[str, Any] = MappingProxyType({}),
    **sections: Any,
) -> config.Params:
    """Make parameters with one data set a track.

    Args:
        variants: of each track.
        seeds: of each track.
        names: of tracks, in the order of their leaderboards.
        optional: data set -> the value of its key ``optional``.
        sections: further ones.
    """
    raw: dict[str, Any] = {
        "features": {"seed": 0, "epochs": 1, "batch": 8, "lr": 1e-3},
        "search": SEARCH.model_dump(),
    }
    for name in names:
        dataset, networks = DATASETS[name]
        raw[name] = {
            "seeds": seeds,
            "datasets": {
                dataset: {
                    BUDGETS.get(name, "samples_seen"): 800,
                    "networks": networks,
                    "optional": optional.get(dataset, False),
                }
            },
            "training": TRAINING,
            "variants": {
                variant: {"kind": KINDS.get(variant, "controlled"), "lr": 1e-3}
                for variant in variants
            },
        }
    return config.parse_params(raw | sections)


# units of budgets, where they are not samples
BUDGETS = {"images": "updates", "toy": "updates"}


def write_verified() -> None:
    """Write verifications: of a run since its training, of one before, and of one that differs."""
    shared = {"commit": None, "torch": "2.11.0", "accelerator": None}
    shared["processor"] = FACTS["hardware"]["processor"]
    lines = [
        ("images", "digits", "dcgan", 0, "identical", "2026-02-01T00:00:00+00:00"),
        ("toy", "ring8", "dcgan", 0, "identical", "2025-12-31T00:00:00+00:00"),
        ("toy", "ring8", "wgan", 0, "different", "2026-02-01T00:00:00+00:00"),
    ]
    shared["fingerprint"] = FINGERPRINT
    keys = [*verified.KEYS, "verdict", "date"]
    table = pd.DataFrame([dict(zip(keys, line, strict=True)) | shared for line in lines])
    table.to_csv(verified.TABLE, index=False, columns=verified.COLUMNS)


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


def write_settings(run: config.Run, params: config.Params) -> None:
    """Write to training.json the settings of a run, as `train` does."""
    track, path = params.tracks[run.track], run.trained / "training.json"
    entry, dataset = track.variants[run.variant], track.datasets[run.dataset]
    facts = json.loads(path.read_text())
    settings = {
        "entry": entry.model_dump(),
        "model": facts.get("model", {}) | config.model_keywords(dataset, entry),
        "budget": dataset.budget._asdict(),
        "training": track.training.model_dump(),
    }
    path.write_text(json.dumps(facts | settings))


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
        write_settings(run, params)
    for folder in ("results/bench", "tables"):
        Path(folder).mkdir(parents=True, exist_ok=True)
    shutil.copy(REPOSITORY / "results/published.csv", "results/published.csv")
    has_figures = len(params.tracks) > 1  # a clone may have none
    write_search(Path("results/search.csv"), TRIALS if has_figures else [])
    if has_figures:
        pd.DataFrame(CURVES).to_csv(curves.TABLE, index=False)
        for name, facts in BENCHES.items():
            Path(f"results/bench/{name}.json").write_text(json.dumps(facts))
        write_verified()
    scores = report.collect_scores(params)
    finished = mask_diverged(scores)
    leaderboard = report.rank_variants(finished, params)
    pairs = comparisons.compare_variants(finished, leaderboard)
    pairs.to_csv("tables/comparisons.csv", index=False)
    claims.build_table(finished, claims.load_claims()).to_csv("tables/claims.csv", index=False)
    across.build_table(finished, params).to_csv("tables/across.csv", index=False)
    tricks.write_results(tricks.build_table(finished, leaderboard, params), Path("tables"))
    for name, table in (("scores", scores), ("leaderboard", leaderboard)):
        rows = table if ranked else table[table["kind"] == "reference"]
        rows.to_csv(f"tables/{name}.csv", index=False)


def keep_records(params: config.Params) -> None:
    """Record all rows and tables, and delete what they are made from."""
    record_rows(params)
    record_tables(params)
    for folder in ("data", "references", "runs", "sensitivity", "theory"):
        shutil.rmtree(folder)


def build(
    folder: Path,
    *,
    variants: list[str],
    seeds: list[int],
    diverged: list[tuple[str, int]],
    names: list[str],
    ranked: bool = True,
    from_records: bool = False,
    **sections: Any,
) -> Path:
    """Build the site of made-up results in a folder.

    Args:
        folder: empty.
        variants: of each track; dcgan and wgan have files in any case.
        seeds: of each track.
        diverged: variants and seeds.
        names: of tracks.
        ranked: whether tables have trained rows besides the references.
        from_records: whether the site is built from the records, without what they are made from.
        sections: of params.yaml, further ones, and arguments of `make_params`.

    Returns:
        The folder to publish.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        theory.write_tables(Path("theory"), GAME)
        write_sensitivity(Path("sensitivity"))
        sources = folder / "gans" / "unconditional"
        sources.mkdir(parents=True)
        for name, text in (("dcgan", HOSTILE), ("wgan", TAME)):
            (sources / f"{name}.py").write_text(text)
        for name in set(variants) - {"dcgan", "wgan"}:
            file = Path("gans") / gans.family(name) / f"{name}.py"
            file.parent.mkdir(exist_ok=True)
            file.write_text(TAME)
        patch.setattr(
            gans, "files", lambda: {path.stem: path for path in folder.glob("gans/*/*.py")}
        )
        shutil.copytree(REPOSITORY / "site", "site")
        params = make_params(variants, seeds, names, **sections)
        write_results(params, diverged=diverged, ranked=ranked)
        if from_records:
            keep_records(params)
            params = select_results(params)
        publish(params)
    return folder / "public"


CASES = {
    "two variants": {
        "variants": ["dcgan", "wgan"],
        "seeds": [0, 1],
        "diverged": [("wgan", 1)],
        "names": ["images", "toy", "video", "text"],
        "optional": {"digits": ["wgan"], "ring8": True},
        "studies": STUDIES,
    },
    "one seed, diverged": {
        "variants": ["dcgan"],
        "seeds": [0],
        "diverged": [("dcgan", 0)],
        "names": ["images"],
    },
}
