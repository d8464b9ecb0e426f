"""The page of the claims, and the results of a claim on other pages, in two languages."""

import html
import re
from pathlib import Path

import pandas as pd
import pytest

from benchmark.reporting import claims, report
from benchmark.website import display, tables
from benchmark.website.templates import load_templates
from tests.benchmark.website.made_up import REPOSITORY

SEEDS = {
    "good": [1.0, 1.1, 1.2],
    "even": [1.0, 1.2, 1.1],
    "bad": [5.0, 5.1, 5.2],
    "wild": [4.0, float("nan"), 9.0],
    "held_out": [0.2],
}
PAIRS = {
    "holds": ("good", "bad"),
    "fails": ("bad", "good"),
    "no evidence": ("good", "even"),
    "too few seeds": ("wild", "bad"),
    "missing": ("good", "absent"),
}
SHOWN = {
    "en": ["Holds here", "Does not hold here", "No evidence here", "Too few seeds", "Not run here"],
    "zh": ["在此成立", "在此不成立", "此处没有证据", "种子太少", "此处未运行"],
}


@pytest.fixture
def checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict]:
    """A claim with each verdict, as pages read them from claims.csv."""
    rows = [
        ("images", "digits", name, "reference" if name == "held_out" else "x", "fid", value)
        for name, values in SEEDS.items()
        for value in values
    ]
    columns = ["track", "dataset", "variant", "kind", "metric", "value"]
    loaded = {
        verdict: {"source": "Paper 2020", "track": "images", "datasets": {"digits": "fid"}}
        | {"better": better, "worse": worse, "en": "A claim.", "zh": "论断。"}
        for verdict, (better, worse) in PAIRS.items()
    }
    monkeypatch.chdir(tmp_path)
    report.FOLDER.mkdir()
    table = claims.build_table(pd.DataFrame(rows, columns=columns), loaded)
    table.to_csv(report.FOLDER / "claims.csv", index=False)
    monkeypatch.setattr(claims, "load_claims", lambda: loaded)
    return tables.Tables.claims.func(None)


def render(language: str, checked: dict[str, dict]) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", render_html(language, checked)))


def render_html(language: str, checked: dict[str, dict]) -> str:
    folder = "learn" if language == "en" else "zh"
    return (
        load_templates(REPOSITORY / "site")
        .get_template(f"{folder}/claims.md")
        .render(
            root="../",
            lang=language,
            claims=checked,
            metrics=display.metric_titles(),
            leaderboards=[],
            papers={},
        )
    )


@pytest.mark.parametrize("language", SHOWN)
def test_each_verdict_is_shown_with_its_evidence(language: str, checked: dict[str, dict]) -> None:
    assert [claim["verdict"] for claim in checked.values()] == list(PAIRS)
    lines = [line for line in render(language, checked).splitlines() if "Paper 2020" in line]
    for line, verdict, (name, claim) in zip(lines, SHOWN[language], checked.items(), strict=True):
        assert verdict in line
        if name == "missing":
            assert "p =" not in line
            continue
        (part,) = claim["parts"]
        for value in (part["better_mean"], part["difference"], part["low"], part["detectable"]):
            assert display.number(value, 2) in line
        for p_value in (claim["p"], claim["p_adjusted"], part["p_permutation"]):
            assert display.p_value(p_value) in line
        words = {"en": "diverged seeds left out", "zh": "个发散的种子未计入"}[language]
        assert (words in line) == (name == "too few seeds")


@pytest.mark.parametrize("language", SHOWN)
def test_each_verdict_leads_to_its_definition(language: str, checked: dict[str, dict]) -> None:
    text = render_html(language, checked)
    folder = "learn" if language == "en" else "zh"
    links = set(re.findall(rf'<a href="\.\./{folder}/claims\.html#([\w-]+)">', text))
    assert links == {name.replace(" ", "-") for name in PAIRS} - {"missing"}
    assert links == set(re.findall(r"^- \*[^*]+\*\{ #([\w-]+) \}", text, re.MULTILINE))


def test_the_page_counts_the_verdicts(checked: dict[str, dict]) -> None:
    text = render("en", checked)
    assert "4 claims were tested: 1 hold here, 1 do not; for 1 there is no evidence" in text
    assert "1 条在此成立" in render("zh", checked)
