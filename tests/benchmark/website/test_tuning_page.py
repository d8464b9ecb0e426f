"""The page on tuning: figures of small searches, computed by hand, and their charts."""

import json
import math
import re
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

from benchmark.config import Search
from benchmark.website import display, tuning, tuning_charts
from benchmark.website.searches import summarise_search
from benchmark.website.templates import load_templates
from tests.benchmark.config.params import load_repository_params

SITE = Path(__file__).parents[3] / "site"
SETTINGS = load_repository_params()
METRICS = display.metric_titles()
NAMES = {"dcgan": "DCGAN", "wgan": "WGAN", "vae": "VAE", "cgan": "CGAN"}
SEARCH = Search(
    seed=1000,
    seeds=2,
    finalists=1,
    lr=[1e-3, 2e-3, 4e-3],
    betas=[(0.0, 0.9)],
    betas_per_lr=1,
    model={"wgan": {"clip": [0.01, 0.1]}},
)
DCGAN = [{"lr": lr, "betas": [0.0, 0.9]} for lr in SEARCH.lr]
WGAN = [{"lr": lr, "model": {"clip": 0.01}} for lr in SEARCH.lr]
WGAN_OPTION = {"lr": 2e-3, "model": {"clip": 0.1}}


def make_trials(track, dataset, variant, scores):
    """Make rows of the table; settings, seed and score of each trial."""
    keys = {
        "track": track,
        "dataset": dataset,
        "variant": variant,
        "whole": False,
        "budget": "625 updates",
    }
    return [
        keys
        | {"settings": json.dumps(s), "seed": seed, "samples_seen": 9, "seconds": 450.0}
        | {"score": score}
        for s, seed, score in scores
    ]


TRIALS = [
    # the median 8, best 3 = (2 + 4) / 2, worst infinite
    *make_trials(
        "images",
        "digits",
        "dcgan",
        [
            (DCGAN[0], 1000, 8.0),
            (DCGAN[1], 1000, 2.0),
            (DCGAN[1], 1001, 4.0),
            (DCGAN[2], 1000, math.inf),
        ],
    ),
    # the median 7, best 6 = (5 + 7) / 2 with another option, worst 9
    *make_trials(
        "images",
        "digits",
        "wgan",
        [
            (WGAN[0], 1000, 9.0),
            (WGAN[1], 1000, 6.0),
            (WGAN[2], 1000, 7.0),
            (WGAN_OPTION, 1000, 5.0),
            (WGAN_OPTION, 1001, 7.0),
        ],
    ),
]


def write_search(path, trials):
    """Write results/search.csv."""
    columns = [*tuning.COLUMNS[:7], "samples_seen", *tuning.COLUMNS[7:]]
    pd.DataFrame(trials, columns=columns).to_csv(path, index=False)


def build_results(trials, also=()):
    """Build the results of trials; each track has the variants with trials, and others."""
    names = {trial["variant"] for trial in trials} | set(also)
    tracks = {
        name: track.model_copy(
            update={
                "variants": {
                    key: track.variants[key] for key in sorted(names & track.variants.keys())
                }
            }
        )
        for name, track in SETTINGS.tracks.items()
    }
    settings = SETTINGS.model_copy(update={"search": SEARCH, **tracks})
    return tuning.build_results(pd.DataFrame(trials), settings, METRICS, NAMES)


def summarise(trials):
    return summarise_search("any", pd.DataFrame(trials), SEARCH)


@pytest.fixture(scope="module")
def result():
    (result,) = build_results(TRIALS)
    return result


def render(results):
    settings = SETTINGS.model_copy(update={"search": SEARCH})
    template = load_templates(SITE).get_template("tuning.md")
    return template.render(root="", results=results, settings=settings)


def test_table_of_a_search(result):
    assert (result["trials"], result["budgets"]) == (9, ["625 updates"])
    assert result["hours"] == 9 * 450 / 3600 and result["unfinished"] == []
    assert result["rows"] == [
        {
            "variant": "dcgan",
            "settings": "learning rate 0.002, betas 0 and 0.9",
            "best": "3.00",
            "median": "8.00",
            "worst": "diverged",
            "ratio": "2.67",
            "diverged": 1,
            "trials": 4,
        },
        {
            "variant": "wgan",
            "settings": "learning rate 0.002, clip 0.1",
            "best": "6.00",
            "median": "7.00",
            "worst": "9.00",
            "ratio": "1.17",
            "diverged": 0,
            "trials": 5,
        },
    ]


def test_findings_of_a_search(result):
    # the median of 3 and 6 is 4.5, and that of 8 / 3 and 7 / 6 is 1.92
    assert result["findings"] == [
        "The order of 1 of 1 pairs of variants depends on the settings: either variant, at its best"
        " settings, scores better than the other at its median settings.",
        "Between variants, each at its best settings: a factor of 1.50 between the median variant"
        " and the best one (FID 4.50 and 3.00).",
        "Between settings: a factor of 1.92 between the median score of a variant and its best"
        " settings, in the median over the variants.",
        "By these two factors, the choice of the settings matters more than that of the variant.",
    ]


def test_a_variant_that_is_better_with_any_settings_is_not_interchangeable():
    better = make_trials("images", "digits", "vae", [(s, 1000, 1.0) for s in DCGAN])
    better += make_trials("images", "digits", "vae", [(DCGAN[0], 1001, 1.0)])
    (result,) = build_results([*TRIALS, *better])
    assert result["findings"][0].startswith("The order of 1 of 3 pairs")


def test_variants_with_labels_are_not_compared_with_others():
    better = make_trials("images", "digits", "cgan", [(s, 1000, 1.0) for s in DCGAN])
    better += make_trials("images", "digits", "cgan", [(DCGAN[0], 1001, 1.0)])
    (result,) = build_results([*TRIALS, *better])
    (expected,) = build_results(TRIALS)
    assert result["factors"] == expected["factors"] and result["others"] == ["cgan"]
    assert [row["variant"] for row in result["rows"]] == ["cgan", "dcgan", "wgan"]
    assert "leave out variants that train with labels" in render([result])
    assert "leave out variants" not in render([expected])


def test_higher_metrics_are_shown_as_themselves():
    """The score of a search is the negated metric."""
    psnr = [-20.0, -25.0, -10.0]
    trials = [(s, 1000, score) for s, score in zip(DCGAN, psnr, strict=True)]
    rows = make_trials("superresolution", "photographs_x2", "dcgan", trials)
    summary = summarise([*rows, *make_trials("", "", "", [(DCGAN[1], 1001, -35.0)])])
    row = tuning.build_row(summary, 1, higher=True)
    shown = {key: row[key] for key in ("best", "median", "worst", "ratio")}
    assert shown == {"best": "30.0", "median": "20.0", "worst": "10.0", "ratio": "1.50"}


@pytest.mark.parametrize(
    "missing",
    [
        pytest.param({(2, 1000)}, id="a learning rate"),
        pytest.param({(1, 1001)}, id="the further seeds"),
    ],
)
def test_unfinished_searches_are_left_out(missing):
    trials = [
        (DCGAN[at], seed, score)
        for at, seed, score in ((0, 1000, 8.0), (1, 1000, 2.0), (1, 1001, 4.0), (2, 1000, 9.0))
        if (at, seed) not in missing
    ]
    (result,) = build_results(make_trials("images", "digits", "dcgan", trials))
    assert (result["rows"], result["unfinished"]) == ([], ["dcgan"])


def test_variants_without_trials_are_unfinished_and_nothing_is_concluded():
    (result,) = build_results(TRIALS, also=["vae"])
    assert result["unfinished"] == ["vae"] and result["findings"] == []
    assert [row["variant"] for row in result["rows"]] == ["dcgan", "wgan"]
    assert "The search of these variants is not finished" in render([result])


def test_the_best_trial_of_the_first_seed_needs_all_seeds():
    """The list of learning rates grew, and the finalists are those of the shorter list."""
    scores = [(DCGAN[0], 1000, 8.0), (DCGAN[0], 1001, 8.0), (DCGAN[1], 1000, 9.0)]
    assert summarise(make_trials("images", "digits", "dcgan", [*scores, (DCGAN[2], 1000, 9.0)]))
    better = make_trials("images", "digits", "dcgan", [*scores, (DCGAN[2], 1000, 7.0)])
    assert summarise(better) is None


def test_charts_show_finite_trials(result):
    first, second = result["charts"]
    lines = {line["name"]: line for line in first["drawing"]["lines"]}
    assert {name: len(line["dots"]) for name, line in lines.items()} == {
        "betas 0 and 0.9": 2,
        "best settings, 2 seeds": 2,
    }
    assert lines["best settings, 2 seeds"]["path"] == ""
    assert first["text"] == (
        "DCGAN: FID of 3 settings against the learning rate, and of the best settings with 2 seeds;"
        " not drawn: 1 trial that diverged"
    )
    assert "not drawn" not in second["text"]
    assert second["drawing"]["lines"][0]["name"] == "no betas"
    assert first["drawing"]["ticks"]["up"] == second["drawing"]["ticks"]["up"]


def test_no_finite_score_is_no_chart():
    trials = [(s, 1000, math.inf) for s in DCGAN] + [(DCGAN[0], 1001, math.inf)]
    summary = summarise(make_trials("images", "digits", "dcgan", trials))
    assert summary.diverged == 4
    assert tuning_charts.draw_searches([summary], METRICS["fid"], NAMES, higher=False) == []
    assert tuning.build_row(summary, 2, higher=False)["best"] == "diverged"


def test_page_shows_the_table_and_charts(result):
    page = render([result])
    assert "9 trials of 625 updates took 1.12 core-hours." in page
    assert "<td>25 % (1 of 4)</td>" in page and "Median / best" in page
    charts = re.findall(r"<svg viewBox=\"0 0 380 250\".*?</svg>\n</svg>", page, re.DOTALL)
    assert len(charts) == 2
    for chart in charts:
        ElementTree.fromstring(chart)


def test_page_without_trials():
    page = render([])
    assert "No track is searched yet." in page and "<table" not in page


def test_trials_of_deleted_variants_are_left_out():
    rows = [
        *make_trials("images", "digits", "deleted", [(DCGAN[0], 1000, 1.0)]),
        *make_trials("deleted", "digits", "dcgan", [(DCGAN[0], 1000, 1.0)]),
    ]
    assert build_results(rows) == []


def test_damaged_tables_are_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("results").mkdir()
    write_search(tuning.TABLE, [TRIALS[0] | {"settings": "{"}])
    with pytest.raises(SystemExit):
        tuning.read_results(SETTINGS, METRICS, NAMES)
    assert "results/search.csv: expected trials of a search" in capsys.readouterr().err
    write_search(tuning.TABLE, [])
    assert tuning.read_results(SETTINGS, METRICS, NAMES) == []
