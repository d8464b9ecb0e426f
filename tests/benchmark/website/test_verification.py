"""Rows that were verified, on the pages."""

import re

import pytest

from benchmark.common.fingerprints import fingerprint_row
from benchmark.config import Params
from benchmark.studies.reproduction import DIFFERENT, IDENTICAL, NOT_JUDGED, WITHIN
from benchmark.website.verification import is_verified, select_verifications
from tests.benchmark.website.html_pages import has_all_tracks


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([], False),
        ([NOT_JUDGED], False),
        ([NOT_JUDGED, WITHIN], True),
        ([IDENTICAL], True),
        ([IDENTICAL, DIFFERENT], False),
        ([DIFFERENT], False),
    ],
)
def test_a_row_is_verified_by_a_reproduced_run_and_no_different_one(
    verdicts: list[str], expected: bool
) -> None:
    assert is_verified([{"verdict": verdict} for verdict in verdicts]) == expected


def test_verifications_of_earlier_runs_or_other_code_do_not_count(params: Params) -> None:
    runs = params.rows["digits-dcgan"]  # trained at the start of 2026
    facts = {
        "date": "2026-01-01T00:00:01+00:00",
        "fingerprint": fingerprint_row("digits-dcgan"),
    }
    lines = [runs[0].keys | facts, runs[1].keys | facts]
    assert select_verifications(runs, lines) == lines
    earlier = runs[0].keys | facts | {"date": "2025-12-31T23:59:59+00:00"}
    assert select_verifications(runs, [earlier, lines[1]]) == lines[1:]
    others = runs[0].keys | facts | {"fingerprint": "0" * 64}
    assert select_verifications(runs, [others, lines[1]]) == lines[1:]
    assert select_verifications(params.rows["digits-wgan"], lines) == []


def test_pages_show_the_verdict_processor_and_date(public) -> None:
    folder, case = public
    text = " ".join((folder / "variants/dcgan.html").read_text().split())
    shown = dict(re.findall(r'<p id="verified-(\w+)">(.*?) <a ', text))
    never = "Not verified: no seed has been trained a second time."
    if not has_all_tracks(case):
        assert shown["digits"] == never
        return
    assert shown["digits"] == (
        "Verified: seed 0 identical on &lt;b&gt;Processor&lt;/b&gt; ~~~,"
        ' <time datetime="2026-02-01T00:00:00+00:00">2026-02-01</time>.'
    )
    assert shown["ring8"] == never
    other = " ".join((folder / "variants/wgan.html").read_text().split())
    assert "Not verified: seed 0 different on" in other


def test_leaderboards_count_verified_rows(public) -> None:
    folder, case = public
    counts = {"digits": int(has_all_tracks(case)), "ring8": 0}
    rows = len(case["variants"])
    page = " ".join((folder / "verify.html").read_text().split())
    for dataset in counts if has_all_tracks(case) else ["digits"]:
        text = (folder / f"leaderboards/{dataset}.html").read_text()
        assert f">{counts[dataset]} of {rows} rows " in text
        assert f"{dataset}: {counts[dataset]} of {rows} rows" in page
    assert ("No run has been verified yet." in page) != has_all_tracks(case)
