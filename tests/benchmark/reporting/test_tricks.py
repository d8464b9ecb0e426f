"""The table of tricks on made-up scores: verdicts, costs, health, and sentences of README.md."""

import math
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from scipy import stats

from benchmark import tracks
from benchmark.reporting import readme, tricks
from benchmark.reporting.statistics import adjust_holm
from benchmark.reporting.tricks import Board, build_table, compare_board, is_cure, list_boards
from benchmark.reporting.tricks_findings import (
    format_share,
    measure_size,
    scale_interval,
    summarise_verdicts,
)

NAN = math.nan
BASE = [2.0, 2.1, 2.2, 1.9, 1.8]
# row -> its FID by seed
SEEDS = {
    "dcgan": BASE,
    "better": [1.0, 1.1, 0.9, 1.05, 0.95],
    "equal": BASE,
    "worse": [4.0, 4.1, 4.2, 3.9, 3.8],
    "broken": [0.5, 0.51, NAN, NAN, NAN],
    "single": [0.5, NAN, NAN, NAN, NAN],
    "lost": [NAN] * 5,
}
ILL = {"worse": "mode collapse"}
BOARD = Board("images", "digits", "dcgan", (*list(SEEDS)[1:], "absent"), is_changed=False)


def make_scores(seeds=SEEDS, metric="fid", ill=ILL, track="images", dataset="digits"):
    """Make results/scores.csv; runs without a score are diverged, and held-out data score 0.2."""
    columns = ["track", "dataset", "variant", "kind", "seed", "metric", "value", "status"]
    rows = [
        (track, dataset, name, "controlled", seed, metric, value, "ok")
        for name, values in seeds.items()
        for seed, value in enumerate(values)
    ]
    rows.append((track, dataset, "held_out", "reference", 0, metric, 0.2, "ok"))
    table = pd.DataFrame(rows, columns=columns)
    table["status"] = table["status"].where(table["value"].notna(), "diverged")
    table["verdict"] = table["variant"].map(lambda name: ill.get(name, "healthy"))
    table["verdict"] = table["verdict"].where(table["status"] == "ok", "diverged")
    return table


def compare(seeds=SEEDS, seconds=None, **settings):
    lines = compare_board(BOARD, make_scores(seeds, **settings), seconds or {})
    return {line["trick"]: line for line in lines}


def make_params(**blocks):
    """Make parameters with the data sets of a track of images; block -> rows, only and changes."""
    rows = {name: block.pop("rows") for name, block in blocks.items()}
    defaults = {"only": None, "changes": None}
    datasets = {name: SimpleNamespace(**defaults | block) for name, block in blocks.items()}
    section = SimpleNamespace(datasets=datasets, variants_of=lambda name: dict.fromkeys(rows[name]))
    return SimpleNamespace(whole=SimpleNamespace(tracks={"images": section}))


@pytest.fixture
def _images(monkeypatch):
    monkeypatch.setattr(tricks, "TRACKS", ("images", "toy"))


def test_each_trick_has_the_verdict_of_its_scores():
    verdicts = {name: row["verdict"] for name, row in compare().items()}
    assert verdicts == {
        "better": "holds",
        "equal": "no evidence",
        "worse": "fails",
        "broken": "holds",
        "single": "too few seeds",
        "lost": "missing",
        "absent": "missing",
    }


def test_differences_are_those_of_welch_with_holm_within_the_data_set():
    rows = compare()
    tested = ["better", "equal", "worse", "broken"]
    p_values = []
    for name in tested:
        scores = [value for value in SEEDS[name] if not math.isnan(value)]
        test = stats.ttest_ind(scores, BASE, equal_var=False)
        low, high = test.confidence_interval()
        p_values.append(test.pvalue)
        assert rows[name]["p"] == pytest.approx(test.pvalue)
        assert (rows[name]["low"], rows[name]["high"]) == pytest.approx((low, high))
        assert rows[name]["base_mean"] == pytest.approx(2)
    assert [rows[name]["p_adjusted"] for name in tested] == pytest.approx(adjust_holm(p_values))
    assert rows["better"]["trick_mean"] == pytest.approx(1)
    assert rows["better"]["difference"] == pytest.approx(-1)
    assert rows["better"]["improvement"] == pytest.approx(0.5)
    assert rows["worse"]["improvement"] == pytest.approx(-1)
    assert rows["equal"]["improvement"] == 0


def test_a_higher_score_is_better_where_the_metric_says_so(monkeypatch):
    monkeypatch.setattr(tracks.load("images"), "headline", "recall")
    rows = compare(metric="recall")
    assert (rows["better"]["verdict"], rows["worse"]["verdict"]) == ("fails", "holds")
    improvements = rows["better"]["improvement"], rows["worse"]["improvement"]
    assert improvements == pytest.approx((-0.5, 1))


def test_runs_are_counted_by_seed_and_by_health():
    rows = compare(ill={"dcgan": "oscillation"} | ILL)
    assert {(row["base_seeds"], row["base_ill"]) for row in rows.values()} == {(5, 5)}
    counts = {name: (row["seeds"], row["diverged"], row["trick_ill"]) for name, row in rows.items()}
    assert counts == {
        "better": (5, 0, 0),
        "equal": (5, 0, 0),
        "worse": (5, 0, 5),
        "broken": (5, 3, 3),
        "single": (5, 4, 4),
        "lost": (5, 5, 5),
        "absent": (0, 0, 0),
    }


def test_the_additional_time_is_relative_to_the_base():
    rows = compare(seconds={"dcgan": 10.0, "better": 13.0, "equal": 8.0, "worse": pd.NA})
    assert rows["better"]["seconds_more"] == pytest.approx(0.3)
    assert rows["equal"]["seconds_more"] == pytest.approx(-0.2)
    assert math.isnan(rows["worse"]["seconds_more"]) and math.isnan(rows["lost"]["seconds_more"])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"base_ill": 2}, False),
        ({"trick_ill": 3}, False),
        ({"verdict": "no evidence"}, False),
        ({"verdict": "fails"}, False),
        ({"base_ill": 2, "base_seeds": 4}, False),
        ({"trick_ill": 2, "seeds": 4}, False),
        ({"trick_ill": 0, "seeds": 0}, False),
    ],
)
def test_a_cure_needs_an_ill_base_healthy_runs_and_a_better_score(changes, expected):
    row = {"base_ill": 3, "base_seeds": 5, "trick_ill": 2, "seeds": 5, "verdict": "holds"}
    assert is_cure(row | changes) is expected


@pytest.mark.usefixtures("_images")
def test_the_base_of_a_data_set_is_its_first_row_of_the_bases():
    changed = {"changes": {"lr": 1.0}, "only": ["gan_minimax", "noise", "dcgan"]}
    params = make_params(
        digits={"rows": ["flip", "dcgan", "noise"]},
        ill={"rows": ["dcgan", "noise", "gan_minimax"], **changed},
    )
    assert list_boards(params) == [
        Board("images", "digits", "dcgan", ("flip", "noise"), is_changed=False),
        Board("images", "ill", "gan_minimax", ("dcgan", "noise"), is_changed=True),
    ]


@pytest.mark.usefixtures("_images")
def test_the_table_has_the_data_sets_with_results_and_no_file_without(tmp_path):
    names = ["dcgan", "better", "absent"]
    params = make_params(digits={"rows": names}, others={"rows": names})
    ranking = pd.DataFrame({"dataset": ["digits"], "variant": ["dcgan"], "seconds": [2.0]})
    table = build_table(make_scores(), ranking, params)
    assert list(table["trick"]) == ["better", "absent"] and set(table["dataset"]) == {"digits"}
    assert list(table.columns) == list(tricks.COLUMNS)
    tricks.write_results(table, tmp_path)
    kept = tricks.read_results(tmp_path)
    assert kept["improvement"][0] == pytest.approx(0.5)
    assert list(kept["verdict"]) == ["holds", "missing"]
    nothing = build_table(make_scores({}), ranking, params)
    tricks.write_results(nothing, tmp_path)
    assert not (tmp_path / tricks.TABLE).exists() and tricks.read_results(tmp_path).empty


def test_the_best_trick_has_no_diverged_run():
    rows = list(compare().values())
    facts = summarise_verdicts(rows)
    assert (facts["best"]["trick"], facts["worst"]["trick"]) == ("better", "worse")
    numbers = {key: facts[key] for key in ("tested", "better", "worse", "open", "short")}
    assert numbers == {"tested": 5, "better": 2, "worse": 1, "open": 1, "short": 1}
    assert [row["trick"] for row in facts["diverged"]] == ["broken", "single", "lost"]
    rows[0]["diverged"] = 1
    assert summarise_verdicts(rows)["best"] is None
    assert summarise_verdicts([])["worst"] is None


def test_the_interval_is_relative_to_the_base_and_positive_where_better():
    row = {"metric": "fid", "base_mean": 2.0, "low": -1.0, "high": 0.5}
    assert scale_interval(row) == (-0.25, 0.5)
    assert scale_interval(row | {"metric": "recall"}) == (-0.5, 0.25)
    assert all(map(math.isnan, scale_interval(row | {"low": NAN, "high": NAN})))


def test_the_size_of_a_difference_has_no_sign():
    row = {"metric": "fid", "base_mean": 2.0, "low": 1.0, "high": 3.0, "improvement": -1.0}
    assert measure_size(row) == (1, 0.5, 1.5)
    assert measure_size(row | {"metric": "recall", "improvement": 1.0}) == (1, 0.5, 1.5)


@pytest.mark.parametrize(
    ("value", "text", "signed"),
    [
        (0.5, "50", "+50"),
        (-0.5, "−50", "−50"),
        (0.034, "3.4", "+3.4"),
        (NAN, "–", "–"),
        (0.0, "0.0", "+0.0"),
    ],
)
def test_shares_are_in_per_cent(value, text, signed):
    assert format_share(value) == text and format_share(value, is_signed=True) == signed


@pytest.mark.usefixtures("_images")
def test_readme_has_the_findings_of_the_first_data_set_that_is_not_changed(tmp_path, monkeypatch):
    changed = {"rows": ["dcgan", "worse"], "changes": {"lr": 1.0}}
    params = make_params(ill=changed, digits={"rows": list(SEEDS)})
    table = pd.DataFrame(compare().values())
    ill = table.assign(dataset="ill")
    text = readme.render_tricks(pd.concat([ill, table]), params)
    assert "On digits:" in text and text.count("\n- ") == 3
    assert "- `better` has the best difference: its FID is better by 50 % of" in text
    assert "- `worse` has the worst difference: its FID is worse by 100 % of" in text
    assert "- Of 5 tested tricks, 1 show no evidence" in text
    assert readme.render_tricks(ill, params) == readme.render_tricks(table[:0], params) == ""
    nothing = readme.render_tricks(table[table["verdict"] == "missing"], params)
    assert "- No trick is significantly better." in nothing and "nan" not in nothing
    monkeypatch.chdir(tmp_path)
    first, last = readme.TRICK_MARKS
    for words in (text, ""):
        readme.README.write_text(f"above\n{first}\nold\n{last}\nbelow\n")
        readme.update_readme(words, readme.TRICK_MARKS)
        assert readme.README.read_text() == f"above\n{first}\n{words}\n{last}\nbelow\n"


def test_readme_of_the_repository_has_the_marks():
    text = (Path(__file__).parents[3] / readme.README).read_text()
    assert text.index(readme.TRICK_MARKS[0]) < text.index(readme.TRICK_MARKS[1])
