"""Processors and the cost of arithmetic on the page on reproduction."""

import math
from pathlib import Path

import pytest

from benchmark.common.arithmetic import AVX2
from benchmark.website.arithmetic import weigh_cost
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


def render(cost=None, **benches):
    template = load_templates(Path("site")).get_template("_arithmetic.md")
    return template.render(benches=benches, arithmetic_cost=cost)


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
    assert read_row(page, "linear layers") == ["<code>bbbbbb</code>", "–", "–"]
    assert "on 0 processors, and on 1 that QEMU emulates" in page


def test_emulated_processors_are_compared_apart():
    columns = [
        make_column("One", "aaaaaa", LSTM="cccccc"),
        make_column("Two", "aaaaaa", LSTM="dddddd"),
        make_column("Three", "bbbbbb", is_emulated=True),
    ]
    page = render(processors={"columns": columns})
    assert read_row(page, "linear layers")[-2:] == ["yes", "no"]
    assert read_row(page, "LSTM")[-2:] == ["no", "no"]


def test_the_cost_is_weighed_by_seconds():
    rows = [
        {"dataset": "digits", "variant": "dcgan", "seconds": 10.0, "seeds": 3},
        {"dataset": "digits", "variant": "gan", "seconds": 30.0, "seeds": 2},
        {"dataset": "digits", "variant": "wgan", "seconds": 20.0, "seeds": 3},
        {"dataset": "digits", "variant": "noise", "seconds": math.nan, "seeds": 3},
        {"dataset": "outline", "variant": "unet", "seconds": 50.0, "seeds": 3},
    ]
    cost = weigh_cost({"digits-dcgan": 1.25, "digits-gan": 2.0}, rows)
    assert cost["datasets"] == ["digits"]
    assert cost["ratio"] == pytest.approx((30 + 60 + 60) / (24 + 30 + 48))
    assert weigh_cost({}, rows) is None
    page = render(arithmetic=FACTS | {"cost": {}, "scores": {}}, cost=cost)
    assert "rows of `digits`, weighted by their seconds, training takes 47 % longer" in page


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
    expected = ["<code>fid</code>", "-4", "0.25", "0.5", "6.2&nbsp;%", "0.5", "0.50"]
    assert read_row(page, "ring8-dcgan") == expected
    assert "that is 0.25 and 0.5 on `ring8-dcgan` (`fid`)." in page
    assert (
        "<td><code>modes</code></td><td>0</td><td>0</td><td>0</td><td>–</td><td>0</td><td>–</td>"
        in page
    )
