"""The modules that code uses, and their fingerprints."""

import pytest

from benchmark.common import imports

SOURCE = '''"""Docstring."""

import os  # a comment


class Thing:
    """Docstring."""

    def method(self):
        """Docstring."""
        return os.sep + "text"


def only_documented():
    """Docstring."""
'''


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Write a project: file -> source; its modules replace those of this one."""

    def write(**files):
        for name, source in files.items():
            path = tmp_path.joinpath(*name.split("__")).with_suffix(".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source)
        for folder in {path.parent for path in tmp_path.rglob("*.py")} - {tmp_path}:
            (folder / "__init__.py").touch()
        imports.clear_caches()

    monkeypatch.setattr(imports, "ROOT", tmp_path)
    yield write
    imports.clear_caches()


def used(*calls, roots=("benchmark.root",), **keywords):
    """List the modules that are used besides packages."""
    modules = imports.list_imports(roots, calls=calls, **keywords)
    return {module.removeprefix("benchmark.") for module in modules} - {"benchmark", "root"}


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ('"""Docstring."""', '"""Another docstring."""', True),
        ("  # a comment", "", True),
        ("os.sep + ", "(os.sep\n            + ", None),
        ('return os.sep + "text"', "return os.sep + 'text'  # why", True),
        ('"text"', '"other text"', False),
        ("import os", "import os\n\nvalue = 1", False),
        ("class Thing:", "class Thing(object):", False),
    ],
)
def test_fingerprints_ignore_comments_docstrings_and_formatting(old, new, same):
    assert old in SOURCE
    changed = SOURCE.replace(old, new)
    if same is None:
        changed, same = changed.replace('"text"', '"text")'), True
    equal = imports.fingerprint_source(changed) == imports.fingerprint_source(SOURCE)
    assert equal == same


def test_a_string_that_is_no_docstring_counts():
    one, other = ("x = 1\n'''text'''\n", "x = 1\n'''other'''\n")
    assert imports.fingerprint_source(one) != imports.fingerprint_source(other)


def test_follows_imports_of_modules_and_their_packages(project):
    project(
        benchmark__root="from benchmark.a import one\nimport benchmark.sub.b\nimport os",
        benchmark__a="from benchmark import c",
        benchmark__c="",
        benchmark__sub__b="",
        benchmark__unused="",
    )
    assert used() == {"a", "c", "sub", "sub.b"}


def test_follows_imports_inside_functions_that_are_called(project):
    project(
        benchmark__root=(
            "from benchmark.a import outer\n"
            "def start():\n    outer()\n"
            "def stop():\n    from benchmark import stopped\n"
        ),
        benchmark__a=(
            "def outer():\n    inner()\n"
            "def inner():\n    from benchmark import b\n"
            "def other():\n    from benchmark import c\n"
        ),
        benchmark__b="",
        benchmark__c="",
        benchmark__stopped="",
    )
    assert used("start") == {"a", "b"}
    assert used("start", "stop") == {"a", "b", "stopped"}


def test_follows_methods_by_their_names(project):
    project(
        benchmark__root="def start(track):\n    track.score()\n    page = track\n",
        benchmark__track=(
            "class Track:\n"
            "    def score(self):\n        from benchmark import scoring\n"
            "    def page(self):\n        from benchmark import pages\n"
            "    def __init__(self):\n        from benchmark import always\n"
        ),
        benchmark__scoring="",
        benchmark__pages="",
        benchmark__always="",
    )
    roots = ("benchmark.root", "benchmark.track")
    assert used("start", roots=roots) == {"track", "scoring", "always"}


def test_ignores_imports_for_type_checkers(project):
    project(
        benchmark__root=(
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import benchmark.a\n"
        ),
        benchmark__a="",
    )
    assert used() == set()


def test_reexported_names_count_where_they_are_used(project):
    project(
        benchmark__root="from benchmark.library import a\nfrom benchmark import library\n",
        benchmark__library__a="",
        benchmark__library__b="",
        benchmark__library__c="",
    )
    package = imports.ROOT / "benchmark/library/__init__.py"
    package.write_text(
        "from benchmark.library.a import a\nfrom benchmark.library.b import b\n"
        "from benchmark.library.c import c\n"
    )
    imports.clear_caches()
    assert used() == {"library", "library.a"}
    (imports.ROOT / "benchmark/root.py").write_text("from benchmark import library\nlibrary.b()\n")
    imports.clear_caches()
    assert used() == {"library", "library.b"}
    package.write_text("from benchmark.library.c import c\nvalue = c()\n")
    imports.clear_caches()
    assert used() == {"library", "library.c"}


def test_modules_of_a_track_are_loaded_from_the_first_package_that_has_them(project):
    project(
        benchmark__root=(
            "def score(track):\n    load_module(track, 'scoring')\n"
            "def show(track):\n    find_module(track, 'page')\n"
        ),
        benchmark__one__page="",
        benchmark__two__page="",
        benchmark__two__scoring="",
    )
    track = ["benchmark.one", "benchmark.two"]
    assert used("score", tracks=[track]) == {"two", "two.scoring"}
    assert used("score", "show", tracks=[track]) == {"one", "one.page", "two", "two.scoring"}


def test_a_root_that_is_no_module_is_refused():
    with pytest.raises(ValueError, match="expected a module of this project, got numpy"):
        imports.list_imports(["numpy"])
