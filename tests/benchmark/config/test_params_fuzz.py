"""Mutated copies of params.yaml are read completely, or end in lines that say what to correct."""

import contextlib
import copy
import io
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from benchmark import config
from benchmark.config.loader import inherit_variants
from tests.benchmark.config.params import PARAMS_FILE

pytestmark = pytest.mark.slow

TEXT = PARAMS_FILE.read_text()
LINES = TEXT.splitlines(keepends=True)
TREE = YAML(typ="safe").load(TEXT)
# a place, an expectation and a value, and what to do
LINE = re.compile(r"params\.yaml: .*expected .*, got .*; .+")
SLOW = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
    "derandomize": True,
}


def read(content: bytes) -> config.Params | None:
    """Read parameters; None if the command ends with lines that say what to correct."""
    errors = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path("params.yaml").write_bytes(content)
        try:
            with contextlib.redirect_stderr(errors):
                return config.load_params(Path("params.yaml"))
        except SystemExit as ended:
            assert ended.code == 1
    lines = errors.getvalue().splitlines()
    assert lines
    for line in lines:
        assert LINE.fullmatch(line), line
    return None


def list_leaves(value, path=()):
    """List the paths and the values of all leaves of a tree; empty blocks are leaves too."""
    if isinstance(value, dict | list | tuple) and value:
        items = value.items() if isinstance(value, dict) else enumerate(value)
        return [leaf for key, item in items for leaf in list_leaves(item, (*path, key))]
    return [(path, list(value) if isinstance(value, tuple) else value)]


def list_blocks(value):
    """List all blocks and lists of a tree, the tree first."""
    if not isinstance(value, dict | list):
        return []
    items = value.values() if isinstance(value, dict) else value
    return [value, *(block for item in items for block in list_blocks(item))]


def check_read(content: bytes) -> None:
    """Read parameters; if they are right, every key of the file is there with its value."""
    params = read(content)
    if params is None:
        return
    raw = inherit_variants(YAML(typ="safe").load(content.decode("utf-8-sig")))
    kept = dict(list_leaves(params.model_dump(exclude_unset=True)))
    for path, value in list_leaves(raw):
        assert path in kept and kept[path] == value, path


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["dcgan", "digits", "images", 0, 1, -1, 0.5, 1e9, 10**30, 5000, [], {}]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3)
    ),
    max_leaves=4,
)
SNIPPETS = st.sampled_from(
    [
        *("- ", ": ", "{", "}", "[", "]", "&a ", "*a", "<<: *a\n", "!!python/object:os.system x"),
        *("!!int x", "!!set {a}", "!!binary YQ==", "2020-01-01", "2020-13-45", ".nan", "-.inf"),
        *("\t", "\0", "'", '"', "#", "|\n", "? ", "%", "---\n", "...\n", "~", "=", "0x_", "1e400"),
        *("null", "true", "9" * 400, "\ufeff", "\u2028", "\x85", "é", '"\\e"', '"\\n"'),
    ]
)


@settings(max_examples=150, **SLOW)
@given(st.data())
def test_lines_that_are_deleted_doubled_swapped_or_replaced(data):
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 3))):
        here, there = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        change = data.draw(
            st.sampled_from(["delete", "double", "swap", "replace", "cut", "indent"])
        )
        if change == "delete":
            del lines[here]
        elif change == "double":
            lines.insert(there, lines[here])
        elif change == "swap":
            lines[here], lines[there] = lines[there], lines[here]
        elif change == "replace":
            lines[here] = data.draw(st.text(max_size=20)) + "\n"
        elif change == "cut":
            lines = lines[:here] or ["\n"]
        else:
            lines[here] = f" {lines[here]}"
    check_read("".join(lines).encode(errors="replace"))


@settings(max_examples=150, **SLOW)
@given(st.data())
def test_values_that_are_replaced_in_the_text(data):
    values = list(re.finditer(r"(?<=[:\[,] )[^\s,{}\[\]]+", TEXT))
    chosen = data.draw(st.sampled_from(values))
    value = data.draw(SNIPPETS | JSON.map(repr) | st.text(max_size=10))
    text = f"{TEXT[: chosen.start()]}{value}{TEXT[chosen.end() :]}"
    check_read(text.encode(errors="replace"))


@settings(max_examples=150, **SLOW)
@given(st.data())
def test_bytes_that_are_inserted_or_changed(data):
    content = bytearray(TEXT.encode())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content)))
        inserted = data.draw(st.binary(min_size=1, max_size=4) | SNIPPETS.map(str.encode))
        removed = data.draw(st.integers(0, 4))
        content[place : place + removed] = inserted
    check_read(bytes(content))


@settings(max_examples=150, **SLOW)
@given(st.data())
def test_leaves_that_are_replaced(data):
    tree = copy.deepcopy(TREE)
    for _ in range(data.draw(st.integers(1, 2))):
        block = data.draw(st.sampled_from([each for each in list_blocks(tree) if each]))
        keys = list(block) if isinstance(block, dict) else range(len(block))
        block[data.draw(st.sampled_from(keys))] = data.draw(JSON)
    check_tree(tree)


@settings(max_examples=150, **SLOW)
@given(st.data())
def test_keys_that_are_deleted_renamed_or_added(data):
    tree = copy.deepcopy(TREE)
    for _ in range(data.draw(st.integers(1, 2))):
        blocks = [each for each in list_blocks(tree) if isinstance(each, dict) and each]
        block = data.draw(st.sampled_from(blocks))
        key = data.draw(st.sampled_from(list(block)))
        change = data.draw(st.sampled_from(["delete", "rename", "add"]))
        value = block[key] if change == "add" else block.pop(key)
        if change != "delete":
            names = [name for each in blocks for name in each]
            new = st.text(max_size=8) | st.sampled_from(names) | st.integers() | st.none()
            block[data.draw(new)] = value
    check_tree(tree)


def check_tree(tree) -> None:
    """Write a tree as YAML, and check how it is read."""
    text = io.StringIO()
    yaml = YAML(typ="safe")
    yaml.sort_base_mapping_type_on_output = False
    yaml.representer.ignore_aliases = lambda value: True
    yaml.dump(tree, text)
    check_read(text.getvalue().encode(errors="replace"))
