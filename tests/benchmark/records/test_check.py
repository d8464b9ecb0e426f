"""Mistakes in records, each of which is one line."""

import platform
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from benchmark import config
from benchmark.config import Params, Run
from benchmark.records import check
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


@pytest.mark.parametrize(
    ("damage", "path", "expected"),
    [
        (
            replace("record.json", '"version": 1', '"version": 2'),
            "record.json",
            "Input should be 1",
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


@pytest.mark.parametrize(("width", "limit"), [(8, 40_000), (9, 300_000)])
def test_records_are_small(recorded: Params, capsys, width: int, limit: int) -> None:
    Image.fromarray(np.zeros((width, 16 * width), np.uint8)).save(DCGAN / "samples-0.png")
    size = sum(path.stat().st_size for path in DCGAN.iterdir())
    moments = DCGAN / "moments.png"
    moments.write_bytes(bytes(limit - size + moments.stat().st_size))
    (DCGAN / "film.js").write_bytes(bytes(limit))
    check.check_records(recorded)
    moments.write_bytes(bytes(moments.stat().st_size + 1))
    line = error_line(capsys, lambda: check.check_records(recorded))
    assert line == (
        f"{DCGAN}: expected at most {limit:,} bytes, got {limit + 1:,}; make moments.png smaller"
    )


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
    check.check_curve(DCGAN / "losses.csv", "")


def test_limits_are_those_that_contributors_read() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    for limit in (check.SMALL_RECORD, check.LARGE_RECORD, check.TOTAL):
        assert f"| {limit:,} |" in text
    assert f"at most {check.WIDTH}x{check.WIDTH} pixels" in text


def test_pictures_have_the_columns_of_pages() -> None:
    assert check.COLUMNS == pictures.COLUMNS


def test_the_command_checks_records(recorded: Params, capsys, monkeypatch) -> None:
    from benchmark.data import prepare
    from benchmark.pipeline import rows

    monkeypatch.setattr(config, "load_params", lambda: recorded)
    monkeypatch.setattr(prepare, "check_files", lambda params: None)
    monkeypatch.setattr(rows, "write_rows", lambda params: False)
    run_command("check")
    (DCGAN / "losses.csv").unlink()
    line = error_line(capsys, lambda: run_command("check"))
    assert line.startswith(f"{DCGAN}/losses.csv: expected a table of CSV, got no file;")
