"""The contract of source files: docstrings and imports."""

import ast
import itertools

import gans


def test_the_module_docstring_cites_the_paper(name):
    path = gans.files()[name]
    doc = ast.get_docstring(ast.parse(path.read_text())) or ""
    title, citation, *body = doc.split("\n\n")
    assert ": " in title and title.endswith(".") and "\n" not in title
    assert "arXiv:" in citation and any(str(year) in citation for year in range(2013, 2030))
    assert any(block.startswith("$$") for block in body), "the loss as a formula"
    assert len(path.read_text().splitlines()) <= 80


def test_variants_import_only_gans_common(name):
    tree = ast.parse(gans.files()[name].read_text())
    modules = itertools.chain.from_iterable(
        [node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    )
    for module in modules:
        assert not module.startswith("benchmark")
        assert not module.startswith("gans.") or module.startswith("gans.common"), module
