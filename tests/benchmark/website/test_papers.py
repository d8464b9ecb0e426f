"""Docstrings and code of variants on the site."""

import html
import re

import pytest

import gans
from benchmark.website import papers

STEP = """
class Variant:
    def step(self, batches):
        real = next(batches)
        yield (
            self.discriminator,
            {"real": real},
        )
        yield self.generator, {"fake": 1}

    def other(self):
        yield 3
"""


def test_the_lines_of_the_losses_are_those_that_step_yields():
    assert papers.find_loss_lines(STEP) == [5, 6, 7, 8, 9]
    assert papers.find_loss_lines("x = 1\n") == []


@pytest.mark.parametrize("name", ["dcgan", "wgan_gp", "cyclegan", "seqgan"])
def test_the_losses_of_a_variant_are_marked(name):
    path = gans.files()[name]
    lines = papers.find_loss_lines(path.read_text())
    assert lines and str(papers.highlight_code(path)).count('class="hll"') == len(lines)


# most tricks replace a part of the round of their base
ROUNDS = [
    name
    for name, path in gans.files().items()
    if gans.family(name) != "tricks" or "def step(" in path.read_text()
]


@pytest.mark.parametrize("name", ROUNDS)
def test_the_algorithm_is_the_round_and_has_all_losses(name):
    shown = str(papers.highlight_algorithm(gans.files()[name]))
    text = html.unescape(re.sub(r"<[^>]+>", "", shown))
    assert text.startswith("def step(self, ") and "\nclass " not in text
    whole = str(papers.highlight_code(gans.files()[name]))
    assert shown.count('class="hll"') == whole.count('class="hll"') > 0


def test_a_file_may_have_no_algorithm(tmp_path):
    (tmp_path / "tame.py").write_text('"""Tame: A title."""\n')
    assert papers.highlight_algorithm(tmp_path / "tame.py") == ""
