"""The contract of source files: docstrings and imports."""

import ast
import itertools
import re

import pytest

import gans

PAPER = re.compile(r"arXiv:\d|doi:10\.|https?://|No paper\b", re.IGNORECASE)
YEAR = re.compile(r"(?<![:./\d])(19|20)\d\d\b")  # not in a number such as arXiv:2006.11239


def list_mistakes(source):
    """List the mistakes in the docstring and the length of a variant's file."""
    title, _, rest = (ast.get_docstring(ast.parse(source)) or "").partition("\n\n")
    citation, _, body = rest.partition("\n\n")
    rules = {
        "the first line of the docstring: expected `Name: title.` on one line": (
            ": " in title and title.endswith(".") and "\n" not in title
        ),
        "the second paragraph: expected authors, a year, and arXiv:NUMBER, doi:NUMBER or a URL of"
        " the paper; without a paper, write `No paper.`": bool(PAPER.search(citation))
        and (bool(YEAR.search(citation)) or "no paper" in citation.lower()),
        "the docstring: expected the loss as a formula between lines of `$$`": any(
            block.startswith("$$") for block in body.split("\n\n")
        ),
        "the file: expected at most 80 lines": len(source.splitlines()) <= 80,
    }
    return [rule for rule, is_met in rules.items() if not is_met]


def test_the_module_docstring_cites_the_paper(name):
    path = gans.files()[name]
    mistakes = list_mistakes(path.read_text())
    assert not mistakes, "\n".join(f"{path}: {mistake}" for mistake in mistakes)


@pytest.mark.parametrize(
    ("citation", "is_accepted"),
    [
        ("Ho et al., 2020, arXiv:2006.11239, equation 14.", True),
        ("Ho et al., 2020, doi:10.5555/3495724, equation 14.", True),
        ("Ho et al., 2020, https://example.org/paper.pdf.", True),
        ("No paper.", True),
        ("Ho et al., 2020.", False),  # not to be found
        ("Ho et al., arXiv:2006.11239.", False),  # no year
        ("The generator learns to denoise.", False),
    ],
)
def test_a_paper_is_cited_by_number_or_address(citation, is_accepted):
    source = f'r"""MyGAN: A title.\n\n{citation}\n\n$$L = 0$$\n"""\n'
    mistakes = list_mistakes(source)
    assert len(mistakes) == (0 if is_accepted else 1)
    assert is_accepted or mistakes[0].startswith("the second paragraph: expected authors")


def test_each_mistake_in_a_docstring_is_named():
    assert [mistake.split(":")[0] for mistake in list_mistakes("\n" * 81)] == [
        "the first line of the docstring",
        "the second paragraph",
        "the docstring",
        "the file",
    ]


def test_variants_import_only_gans_common(name):
    tree = ast.parse(gans.files()[name].read_text())
    modules = itertools.chain.from_iterable(
        [node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    )
    allowed = ("gans.common", "gans.tricks") if gans.family(name) == "tricks" else ("gans.common",)
    for module in modules:
        assert not module.startswith("benchmark")
        assert not module.startswith("gans.") or module.startswith(allowed), module


def test_tricks_are_short():
    """A trick imports its base, and has at most 40 lines."""
    lengths = {
        name: len(path.read_text().splitlines())
        for name, path in gans.files().items()
        if path.parent.name == "tricks"
    }
    assert lengths and max(lengths.values()) <= 40
