"""The guides to adding a variant and a track: their examples work, and links lead somewhere."""

import ast
import itertools
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import torch

from benchmark.website import papers

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "site" / "docs"
GUIDES = ("add-a-variant.md", "add-a-track.md")


def read_example(guide):
    """Read the Python code of a guide."""
    return re.search(r"```python\n(.*?)```", (DOCS / guide).read_text(), re.DOTALL)[1]


@pytest.mark.parametrize("guide", GUIDES)
def test_the_examples_pass_the_linters(guide, tmp_path):
    file = tmp_path / "example.py"
    file.write_text(read_example(guide))
    for command in (["check"], ["format", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--config", ROOT / "pyproject.toml", file]
        subprocess.run(ruff, check=True)
    functions = [
        node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.FunctionDef)
    ]
    assert functions
    for function in functions:
        arguments = [*function.args.args, *function.args.kwonlyargs]
        missing = {argument.arg for argument in arguments if argument.annotation is None}
        assert missing <= {"self"} and function.returns is not None, function.name


def test_the_example_of_a_track_is_the_one_that_the_pipeline_runs():
    tested = ROOT / "tests" / "benchmark" / "pipeline" / "circle.py"
    assert read_example("add-a-track.md") == tested.read_text()


@pytest.mark.parametrize(
    "page", [*DOCS.glob("*.md"), *ROOT.glob("*.md")], ids=lambda page: page.name
)
def test_links_between_pages_work_in_the_repository(page):
    addresses = re.findall(r"\]\(([^)\s]+)\)", page.read_text())
    paths = [urlsplit(address).path for address in addresses if not urlsplit(address).scheme]
    assert [path for path in paths if path and not (page.parent / path).exists()] == []


def test_the_example_of_the_guide_is_a_variant(tmp_path):
    text = read_example("add-a-variant.md")
    (tmp_path / "my_gan.py").write_text(text)
    assert papers.parse_paper(tmp_path / "my_gan.py").name == "MyGAN"
    names: dict = {"__name__": "my_gan"}
    exec(compile(text, "my_gan.py", "exec"), names)
    variant = names["MyGAN"]((1, 8, 8), latent=4, width=4)
    real = itertools.repeat(torch.rand(6, 1, 8, 8) * 2 - 1)
    steps = [(player, sum(losses.values())) for player, losses in variant.step(real)]
    assert {player for player, _ in steps} == set(variant.children())
    assert all(torch.isfinite(loss) and loss.requires_grad for _, loss in steps)
    assert variant.sample(3).shape == (3, 1, 8, 8)
