"""Processors and the cost of arithmetic on the page on reproduction."""

from pathlib import Path

import pytest

from benchmark.common.arithmetic import AVX2
from benchmark.website.templates import load_templates
from tests.benchmark.website.made_up_runs import FACTS

PACKAGES = {"torch": "2.11.0", "numpy": "2.4.6"}


def make_column(processor, linear, *, is_emulated=False, packages=PACKAGES, **others):
    """Make a column of two families, one of which has no digest on some processors."""
    digests = {"linear layers": linear, **others}
    return {
        "processor": processor,
        "is_emulated": is_emulated,
        "packages": packages,
        "date": "2026-01-01T00:00:00+00:00",
        "digests": {"avx2": digests, "processor": digests},
    }


def render(**benches):
    template = load_templates(Path("site")).get_template("_arithmetic.md")
    return template.render(benches=benches)


def read_row(page, family):
    """Return the cells of a family in the first table."""
    (line, *_) = [line for line in page.splitlines() if f'<th scope="row">{family}</th>' in line]
    return line.replace("</td>", "").removesuffix("</tr>").split("<td>")[1:]


def test_the_variables_are_listed_without_measurements():
    page = render()
    assert all(f"| `{name}` | `{value}` |" in page for name, value in AVX2.items())
    assert "bench-processors" not in page and "bench-arithmetic" not in page


@pytest.mark.parametrize(("other", "verdict"), [("aaaaaabbbbbb", "yes"), ("aaaaaacccccc", "no")])
def test_processors_are_compared_by_whole_digests(other, verdict):
    columns = [make_column("<b>One", "aaaaaabbbbbb"), make_column("Two", other)]
    page = render(processors={"columns": columns})
    assert read_row(page, "linear layers") == [*["<code>aaaaaa</code>"] * 2, verdict]
    assert "&lt;b&gt;One" in page and "on 2 processors" in page and "QEMU" not in page


def test_families_without_a_digest_are_compared_on_the_others():
    columns = [make_column("One", "aaaaaa", LSTM="cccccc"), make_column("Two", "aaaaaa")]
    page = render(processors={"columns": columns})
    assert read_row(page, "LSTM") == ["<code>cccccc</code>", "–", "–"]


def test_columns_of_other_versions_are_not_compared():
    old = make_column("One", "aaaaaa", packages=PACKAGES | {"torch": "2.10.0"})
    page = render(processors={"columns": [old, make_column("Two", "bbbbbb", is_emulated=True)]})
    assert read_row(page, "linear layers") == ["<code>bbbbbb</code>", "–"]
    assert "on 0 processors, and on 1 that QEMU emulates" in page


def test_costs_and_differences_of_scores_are_shown():
    milliseconds = {"processor": 2.0, "avx2": 2.5}
    values = {"mean": -4.0, "spread": 0.5, "difference": 0.25, "largest_difference": 0.5}
    silent = {"mean": 0.0, "spread": 0.0, "difference": 0.0, "largest_difference": 0.0}
    bench = FACTS | {
        "cost": {"training": {"ring8-dcgan": {"milliseconds": milliseconds, "ratio": 1.25}}},
        "scores": {
            "ring8-dcgan": {"fid": values, "modes": silent, "is": values | {"difference": 0.75}}
        },
    }
    page = render(arithmetic=bench)
    assert "within the spread over seeds for 2 of 3 metrics of ring8-dcgan." in page
    assert read_row(page, "training, ring8-dcgan") == ["2.00", "2.50", "1.25"]
    expected = ["<code>fid</code>", "-4", "0.25", "6.2&nbsp;%", "0.5", "0.50"]
    assert read_row(page, "ring8-dcgan") == expected
    assert "<td><code>modes</code></td><td>0</td><td>0</td><td>–</td><td>0</td><td>–</td>" in page
