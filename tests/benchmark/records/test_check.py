"""Mistakes in records, each of which is one line."""

import json
import platform
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from benchmark import config
from benchmark.config import Params, Run
from benchmark.records import check, limits, schema
from benchmark.records.restore import read_curve
from benchmark.records.schema import locate_record, locate_reference_record
from benchmark.records.write import record_row, record_rows
from benchmark.website import pictures
from tests.benchmark.records.conftest import write_rows
from tests.command import error_line, run_command

DCGAN = locate_record(Run("images", "digits", "dcgan", 0))
REFERENCE = locate_reference_record("images", "digits")
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Params]:
    """A folder with the records of two rows, and the parameters."""
    folder = tmp_path_factory.mktemp("records")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        params = write_rows()
        record_rows(params, ["digits-dcgan", "digits-wgan"])
    return folder, params


@pytest.fixture
def recorded(made: tuple[Path, Params], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Params:
    """The parameters of a copy of the records, which is valid before a test makes mistakes."""
    folder, params = made
    monkeypatch.chdir(tmp_path)
    shutil.copytree(folder / "results", "results")
    config.FILE.write_text("images:\n")
    check.check_records(params)
    return params


def replace(name: str, old: str, new: str) -> Callable[[], object]:
    def change() -> None:
        text = (DCGAN / name).read_text()
        assert old in text
        (DCGAN / name).write_text(text.replace(old, new, 1))

    return change


def append(path: Path, line: str) -> Callable[[], object]:
    return lambda: path.write_text(path.read_text() + line)


def set_value(key: str, value: object) -> Callable[[], object]:
    path = DCGAN / "record.json"
    return lambda: path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))


def delete_seed(kind: str) -> Callable[[], object]:
    def change() -> None:
        content = json.loads((DCGAN / "record.json").read_text())
        del content[kind]["1"]
        (DCGAN / "record.json").write_text(json.dumps(content))

    return change


def keep_lines(name: str, count: int) -> Callable[[], object]:
    path = DCGAN / name
    return lambda: path.write_text("".join(path.read_text().splitlines(True)[:count]))


@pytest.mark.parametrize(
    ("damage", "path", "expected"),
    [
        (
            replace("record.json", '"version": 1', '"version": 2'),
            "record.json",
            "got version 2, which later code has written; update this clone with git pull",
        ),
        (replace("record.json", '"seconds": 1.0', '"seconds": 1e999'), "record.json", "not finite"),
        (replace("record.json", '"seconds": 1.0', '"seconds": NaN'), "record.json", "NaN"),
        (replace("record.json", "AVX2", "/home/me/torch"), "record.json", "no absolute path"),
        (replace("record.json", "AVX2", r"C:\\data"), "record.json", "no absolute path"),
        (replace("record.json", "AVX2", "node7.internal"), "record.json", "no name of a machine"),
        (replace("scores.json", '"1"', '"2"'), "scores.json", "its seeds are 0, 2, not 0, 1"),
        (replace("scores.json", '"fid"', '"fdi"'), "scores.json", "fdi is no metric"),
        (replace("scores.json", "1.5", '"a"'), "scores.json", "fid is no number"),
        (replace("scores.json", "{", "["), "scores.json", "damaged"),
        (append(DCGAN / "losses.csv", "0,600,inf,0.5\n"), "losses.csv", "infinite number"),
        (append(DCGAN / "times.csv", "0,a,50,1\n"), "times.csv", "could not convert"),
        (append(DCGAN / "health.csv", "0,6"), "health.csv", "its last line is cut off"),
        (lambda: (DCGAN / "trajectory.csv").unlink(), "trajectory.csv", "got no file"),
        (lambda: (DCGAN / "record.json").unlink(), "record.json", "got no file"),
        (lambda: (DCGAN / "weights.safetensors").touch(), "weights.safetensors", "delete it"),
        (lambda: (DCGAN / "samples-7.png").touch(), "samples-7.png", "delete it"),
        (lambda: (DCGAN / "samples-0.png").write_bytes(b"a"), "samples-0.png", "cannot be read"),
        (replace("record.json", '"a' + "a" * 63 + '"', "null"), "record.json", "sha256 of the"),
        (replace("record.json", '"weights"', '"weight"'), "record.json", "the weights of seed 0"),
        (set_value("fingerprint", None), "record.json", "a fingerprint and settings, got none"),
        (set_value("settings", {}), "record.json", "a fingerprint and settings, got none"),
        (set_value("settings", {"variant": {"lr": 1}}), "record.json", "settings of a row, got a"),
        (replace("record.json", '"lr": 0.001', '"lr": 0.5'), "record.json", "got another entry.lr"),
        (delete_seed("training"), "record.json", "the seeds of training are 0, those of health"),
        (set_value("health", {}), "record.json", "the seeds of health are missing"),
        (replace("scores.json", '"fid"', '"kid"'), "scores.json", "expected fid of seed 0, got"),
        (lambda: (DCGAN / "scores.json").write_text("[]"), "scores.json", "no seeds"),
        (lambda: (DCGAN / "scores.json").write_text('{"0": {}}'), "scores.json", "its seeds are 0"),
        (replace("scores.json", '"1"', '"x"'), "scores.json", "seed x is no number"),
        (keep_lines("losses.csv", 1), "losses.csv", "expected lines of seed 0, got none"),
        (keep_lines("trajectory.csv", 2), "trajectory.csv", "expected lines of seed 1, got none"),
        (append(DCGAN / "times.csv", "7,1,8,0.5\n"), "times.csv", "seeds of the record, got 7"),
        (append(DCGAN / "times.csv", "1,1,8,0.12345\n"), "times.csv", "4 significant digits, got"),
        (
            append(DCGAN / "times.csv", "".join(f"1,{n},8,0.5\n" for n in range(11))),
            "times.csv",
            "expected at most 12 moments of each seed, got 13",
        ),
        (replace("trajectory.csv", ",fid", ",fdi"), "trajectory.csv", "no column fid"),
        (replace("losses.csv", "0,200", "0,200.5"), "losses.csv", "samples_seen has other values"),
        (lambda: (DCGAN / "samples-1.png").unlink(), ".", "samples of seed 1, got none"),
        (lambda: (DCGAN / "film.js").touch(), "film.js", "add the row there, or delete the file"),
        (lambda: DCGAN.rename(DCGAN.with_name(".dcgan.old")), "../.dcgan.old", "interrupted one"),
        (lambda: DCGAN.with_name(".wgan.new").mkdir(), "../.wgan.new", "interrupted one"),
        (lambda: shutil.rmtree(REFERENCE), "../reference_rows/evaluation.json", "got no file"),
        (lambda: (REFERENCE / "scores.json").unlink(), "../reference_rows/", "got no file"),
        (lambda: (REFERENCE / "evaluation.json").unlink(), "../reference_rows/", "got no file"),
        (lambda: (REFERENCE / "noise.png").unlink(), "../reference_rows", "samples of noise"),
        (lambda: (REFERENCE / "scores.json").write_text("{}"), "../reference_rows/", "got none"),
        (lambda: (REFERENCE / "weights").touch(), "../reference_rows/weights", "delete it"),
        (
            lambda: (REFERENCE / "noise.png").write_bytes(bytes(300_001)),
            "../reference_rows",
            "make noise.png smaller",
        ),
        (lambda: DCGAN.rename(DCGAN.with_name("dcgn")), "../dcgn", "a row of params.yaml"),
        (lambda: DCGAN.parent.rename("results/images/digts"), "../../digts/", "a row of"),
        (append(REFERENCE / "scores.json", "]"), "../reference_rows/scores.json", "damaged"),
        (append(REFERENCE / "evaluation.json", " /root/x"), "../reference_rows/", "/root/"),
    ],
)
def test_each_mistake_is_one_line(
    recorded: Params, capsys, damage: Callable[[], object], path: str, expected: str
) -> None:
    damage()
    with pytest.raises(SystemExit):
        check.check_records(recorded)
    lines = capsys.readouterr().err.splitlines()
    assert lines and expected in lines[0], lines
    assert lines[0].startswith(str(Path(DCGAN, path).resolve().relative_to(Path.cwd())))
    assert all(": expected " in line and ("; " in line) for line in lines)


def test_all_mistakes_are_reported(recorded: Params, capsys) -> None:
    (DCGAN / "losses.csv").unlink()
    (DCGAN / "times.csv").unlink()
    (DCGAN.with_name("wgan") / "scores.json").unlink()
    with pytest.raises(SystemExit):
        check.check_records(recorded)
    assert len(capsys.readouterr().err.splitlines()) == 3


@pytest.mark.parametrize(("width", "limit"), [(8, 60_000), (9, 300_000)])
def test_records_are_small(recorded: Params, capsys, width: int, limit: int) -> None:
    listed = recorded.model_copy(update={"films": ["digits-dcgan"]})
    for seed in (0, 1):
        picture = Image.fromarray(np.zeros((width, 16 * width), np.uint8))
        picture.save(DCGAN / f"samples-{seed}.png")
    size = sum(path.stat().st_size for path in DCGAN.iterdir())
    moments = DCGAN / "moments.png"
    moments.write_bytes(bytes(limit - size + moments.stat().st_size))
    (DCGAN / "film.js").write_bytes(bytes(limits.FILM_LIMIT))
    assert check.check_records(listed) == 2
    moments.write_bytes(bytes(moments.stat().st_size + 1))
    line = error_line(capsys, lambda: check.check_records(listed))
    assert line == (
        f"{DCGAN}: expected at most {limit:,} bytes, got {limit + 1:,}; make moments.png smaller"
    )


def test_films_are_small(recorded: Params, capsys) -> None:
    listed = recorded.model_copy(update={"films": ["digits-dcgan"]})
    (DCGAN / "film.js").write_bytes(bytes(150_001))
    line = error_line(capsys, lambda: check.check_records(listed))
    assert line == (
        f"{DCGAN}/film.js: expected at most 150,000 bytes, got 150,001; make it smaller"
    )


def test_a_row_with_other_seeds_than_its_record_is_a_mistake(recorded: Params, capsys) -> None:
    track = recorded.tracks["images"].model_copy(update={"seeds": [0, 1, 2]})
    params = recorded.model_copy(update={"images": track})
    with pytest.raises(SystemExit):
        check.check_records(params)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2, "one for each row"
    assert lines[0].startswith(
        f"{DCGAN}/record.json: expected the seeds 0, 1, 2 of params.yaml, got 0, 1; "
    )


def test_what_changed_since_a_commit_is_restored_from_git(recorded: Params, capsys) -> None:
    for command in (["init", "--quiet"], ["add", "results"]):
        subprocess.run(["git", *command], check=True)
    (DCGAN / "scores.json").write_text("{}")
    (DCGAN / "losses.csv").unlink()
    shutil.rmtree(REFERENCE)
    schema.list_changed.cache_clear()
    with pytest.raises(SystemExit):
        check.check_records(recorded)
    advice = [line.rpartition("; ")[2] for line in capsys.readouterr().err.splitlines()]
    assert advice == [
        f"delete it and run git checkout {DCGAN}/scores.json",
        f"run git checkout {DCGAN}/losses.csv",
        f"run git checkout {REFERENCE}",
    ]
    (DCGAN / "film.js").touch()
    assert schema.advise(DCGAN / "film.js") == "run gan-benchmark record digits-dcgan"


def test_the_limit_of_all_files_leaves_out_what_git_ignores(recorded, capsys, monkeypatch) -> None:
    size = sum(path.stat().st_size for path in Path("results").rglob("*") if path.is_file())
    monkeypatch.setattr(check, "TOTAL", size)
    for name in check.IGNORED:
        (Path("results") / name / "a/b").mkdir(parents=True)
        (Path("results") / name / "a/b/large.bin").write_bytes(bytes(1000))
    check.check_records(recorded)
    (Path("results") / "more.csv").write_text("a")
    line = error_line(capsys, lambda: check.check_records(recorded))
    assert line.startswith(f"results: expected at most {size:,} bytes in all, got {size + 1:,};")
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert [f"/results/{name}/" for name in check.IGNORED] == [
        line for line in ignored if line.startswith("/results/")
    ]


def test_the_name_of_this_machine_is_a_mistake(recorded, capsys, monkeypatch) -> None:
    monkeypatch.setattr(platform, "node", lambda: "miller-laptop")
    check.check_records(recorded)
    replace("record.json", "AVX2", "AVX2 of miller-laptop")()
    line = error_line(capsys, lambda: check.check_records(recorded))
    assert "expected no name of this machine, got miller-laptop;" in line
    config.FILE.write_text("miller-laptop:\n")  # a word of the parameters tells nothing
    check.check_records(recorded)


def test_infinite_values_of_curves_are_recorded_as_empty_cells(params: Params) -> None:
    run = Run("images", "digits", "dcgan", 1)
    run.losses.write_text("samples_seen,player,term,value\n200,generator,loss,inf\n")
    record_row(params.rows["digits-dcgan"])
    table = pd.read_csv(DCGAN / "losses.csv").set_index("seed")
    assert table.loc[1, "samples_seen"] == 200 and np.isnan(table.loc[1, "generator/loss"])
    assert len(read_curve(DCGAN / "losses.csv", "images"))


def test_limits_are_those_that_contributors_read() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    for limit in (limits.SMALL_RECORD, limits.LARGE_RECORD, limits.FILM_LIMIT, limits.TOTAL):
        assert f"| {limit:,} |" in text
    assert f"at most {limits.WIDTH}x{limits.WIDTH} pixels" in text


def test_pictures_have_the_columns_of_pages() -> None:
    assert limits.COLUMNS == pictures.COLUMNS


def test_the_command_checks_records(recorded: Params, capsys, monkeypatch) -> None:
    from benchmark.data import prepare
    from benchmark.pipeline import rows

    monkeypatch.setattr(config, "load_params", lambda: recorded)
    monkeypatch.setattr(prepare, "check_files", lambda params: None)
    monkeypatch.setattr(rows, "write_rows", lambda params: False)
    run_command("check")
    assert capsys.readouterr().out.splitlines()[-1] == "results/ is valid: 2 records"
    (DCGAN / "losses.csv").unlink()
    line = error_line(capsys, lambda: run_command("check"))
    assert line.startswith(f"{DCGAN}/losses.csv: expected a table of CSV, got no file;")
