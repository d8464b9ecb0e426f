"""Where rows come from: made here, or recorded, and with which settings."""

import shutil

from benchmark.config import RUNS, Params
from benchmark.records.restore import select_results
from benchmark.records.write import record_rows
from benchmark.website.origins import describe_origins
from benchmark.website.templates import load_templates
from tests.benchmark.records.conftest import write_recipe
from tests.benchmark.website.made_up import REPOSITORY

CHANGED = {"variant": {"lr": 0.002}, "seeds": [0, 1]}


def describe(params: Params) -> dict:
    rows = select_results(params).rows
    digits = [runs for row, runs in rows.items() if row.startswith("digits-")]
    return describe_origins([{"variant": runs[0].variant, "runs": runs} for runs in digits])


def render(origins: dict) -> str:
    template = '{% import "_macros.md" as m with context %}{{ m.origins(origins) }}'
    site = load_templates(REPOSITORY / "site")
    return site.from_string(template).render(origins=origins, metrics={}, root="")


def test_rows_made_here_are_not_marked(params: Params) -> None:
    origins = describe(params)
    assert origins["here"] == ["dcgan", "wgan"] and not origins["recorded"]
    assert origins["first"] == origins["last"] == "2026-01-01"
    assert not render(origins).strip()


def test_recorded_rows_are_named_beside_those_made_here(params: Params) -> None:
    record_rows(params)
    write_recipe("digits-wgan", CHANGED)
    origins = describe(params)
    assert origins["here"] == ["dcgan"] and origins["recorded"] == ["wgan"]
    assert origins["changed"] == ["wgan"] and origins["marked"] == ["wgan"]
    text = render(origins)
    assert (
        "† Recorded, not trained here: <code>wgan</code>. All other rows were trained here." in text
    )
    assert "other settings than <code>params.yaml</code> has now: <code>wgan</code>" in text


def test_only_the_rows_of_the_shorter_list_are_marked() -> None:
    origins = {"here": ["gan"], "outdated": ["vae"], "recorded": ["a", "b", "c"], "changed": []}
    text = render(origins | {"marked": ["gan", "vae"]})
    assert "† Trained here: <code>gan</code>, <code>vae</code>. All other rows are recorded" in text
    template = (
        '{% import "_macros.md" as m with context %}'
        '{% for name in ("gan", "vae", "a") %}{{ m.mark(name, origins) }};{% endfor %}'
    )
    marks = (
        load_templates(REPOSITORY / "site")
        .from_string(template)
        .render(origins=origins | {"marked": ["gan", "vae"]}, metrics={}, root="")
    )
    assert [("trained here" in mark, "†" in mark) for mark in marks.split(";")[:3]] == [
        (True, True),
        (True, True),
        (False, False),
    ]


def test_a_site_of_records_alone_says_so(params: Params) -> None:
    record_rows(params)
    shutil.rmtree(RUNS)
    origins = describe(params)
    assert origins["recorded"] == ["dcgan", "wgan"] and not origins["changed"]
    assert render(origins).startswith("All rows are recorded: nothing was trained for this page.")


def test_rows_made_with_earlier_settings_are_named(params: Params) -> None:
    write_recipe("digits-wgan", CHANGED)
    origins = describe(params)
    assert origins["outdated"] == ["wgan"] and origins["here"] == ["dcgan"]
    assert "Trained here with earlier code or settings: <code>wgan</code>" in render(origins)
