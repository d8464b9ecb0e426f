"""params.yaml in other encodings, damaged, or with content that only YAML can have."""

import datetime

import pytest
from ruamel.yaml import YAML

from benchmark import config
from benchmark.config.values import MAX_DEPTH, MAX_VALUES, find_foreign_values
from tests.benchmark.config.params import PARAMS_FILE, load_repository_params
from tests.command import error_line

TEXT = PARAMS_FILE.read_text()
OTHER_ENCODING = "expected text in UTF-8, got another encoding; save the file as UTF-8"


def error_of(content, tmp_path, capsys):
    """Return the error of a params.yaml with this content, without the path of the file."""
    path = tmp_path / "params.yaml"
    path.write_bytes(content)
    with pytest.raises(SystemExit):
        config.load_params(path)
    line = capsys.readouterr().err.splitlines()[-1]
    assert line.startswith(f"{path}: ")
    return line.removeprefix(f"{path}: ")


def test_a_byte_order_mark_of_utf8_changes_nothing(tmp_path):
    path = tmp_path / "params.yaml"
    path.write_bytes(TEXT.encode("utf-8-sig"))
    assert config.load_params(path).model_dump() == load_repository_params().model_dump()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_of_unicode_are_one_line(tmp_path, capsys, encoding):
    assert error_of(TEXT.encode(encoding), tmp_path, capsys) == f"line 1: {OTHER_ENCODING}"


def test_the_line_that_is_not_utf8_is_named(tmp_path, capsys):
    for damage in ("# é\n".encode("latin-1"), b"# \0\n"):
        content = b"features:\n  seed: 0\n" + damage
        assert error_of(content, tmp_path, capsys) == f"line 3: {OTHER_ENCODING}"


def test_a_folder_is_one_line(tmp_path, capsys):
    line = error_line(capsys, lambda: config.load_params(tmp_path))
    assert (
        line
        == f"{tmp_path}: expected a file, got an error (Is a directory); rename it or delete it"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "the file: expected a block of keys, got null; choose from features, "),
        ("- images", 'the file: expected a block of keys, got ["images"]; choose from '),
        ("images:", "images: expected a block of keys, got null; choose from seeds, "),
        ("images:\n\tseeds: [0]", "line 2: expected YAML, got an error (found character "),
        ("a: !!python/object:os.system x", "line 1: expected YAML, got an error (could not "),
        ("a: *b", "line 1: expected YAML, got an error (found undefined alias"),
        ("a: 1\na: 2", "line 2: expected each key once, got a twice; remove one"),
        ("a: 2020-13-45", "expected YAML, got an error (month must be in 1..12); correct it"),
        (f"a: {'9' * 5000}", "expected YAML, got an error (Exceeds the limit (4300 digits)"),
        ("a: !!int ''", "expected YAML, got an error (string index out of range); correct it"),
        ("--- a\n--- b", "line 2: expected YAML, got an error (but found another document"),
        (f"\na: {'[' * 100_000}", f"line 2: expected at most {MAX_DEPTH} levels, got more; "),
        ("a: &a [*a]", f"expected at most {MAX_DEPTH} levels and {MAX_VALUES} values, got more;"),
        ("a: .nan", "a: expected a finite number, got NaN; change the value"),
        ("a: {b: [0, -.inf]}", "a.b.1: expected a finite number, got -Infinity; change the value"),
        ("a: 1e400", "a: expected a finite number, got Infinity; change the value"),
        (f"a: {2**63}", f"a: expected a whole number below 2^63, got {2**63}; change the value"),
        (
            "a: 2020-01-01",
            'a: expected text, a number, a list or a block, got "2020-01-01", a date',
        ),
        ("a: !!set {b}", "a: expected text, a number, a list or a block, got "),
        ("1: 2", '1: expected text as a key, got 1; put it in quotes, "..."'),
        ("null: 2", 'None: expected text as a key, got null; put it in quotes, "..."'),
        ("? [a, b]\n: 2", "('a', 'b'): expected text as a key, got "),
    ],
)
def test_content_that_no_setting_can_have_is_one_line(tmp_path, capsys, text, expected):
    line = error_of(text.encode(), tmp_path, capsys)
    assert expected in line
    assert line.startswith(expected) or "levels and" in expected


def test_a_key_with_an_end_of_line_is_one_line(tmp_path, capsys):
    text = TEXT.replace("    dcgan:", '    "dc\\n\\u2028gan":', 1)
    assert "images.variants.dc  gan: expected a name of a-z, 0-9 and _, got dc  gan" in (
        error_of(text.encode(), tmp_path, capsys)
    )


def test_aliases_and_merged_blocks_are_what_they_stand_for(tmp_path):
    path = tmp_path / "params.yaml"
    line = "    dcgan: {kind: controlled, lr: 4e-3, betas: [0.0, 0.9]}\n"
    other = "    lsgan: {kind: controlled, lr: 4e-3, betas: [0.0, 0.9]}\n"
    assert TEXT.count(line + other) == 1
    merged = line.replace("{", "&base {") + "    lsgan: {<<: *base, betas: [0.0, 0.9]}\n"
    path.write_text(TEXT.replace(line + other, merged))
    assert config.load_params(path).model_dump() == load_repository_params().model_dump()


def test_aliases_of_aliases_are_not_expanded_without_end():
    lists = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 15)]
    raw = YAML(typ="safe").load("\n".join(["a0: &a0 [1]", *lists]))
    (line,) = find_foreign_values(raw)
    assert f"and {MAX_VALUES} values, got more" in line


def test_values_that_json_has_are_allowed():
    raw = {"a": [None, True, 0, -1.5, "", {"b": {}}], "c": 2**63 - 1}
    assert find_foreign_values(raw) == []
    assert len(find_foreign_values({"a": [b"", datetime.date(2020, 1, 1), {1}, 2**63]})) == 4
