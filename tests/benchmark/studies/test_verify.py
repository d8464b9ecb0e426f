"""Runs that are repeated, and the verdicts on them."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pytest

from benchmark import config
from benchmark.common.files import read_json
from benchmark.common.fingerprints import RECIPES, fingerprint_row
from benchmark.common.writing import write_json
from benchmark.config import Params, Run
from benchmark.pipeline import recipes
from benchmark.pipeline.child import ChildFailed
from benchmark.studies import verified, verify
from benchmark.studies.repetition import Repetition
from benchmark.studies.reproduction import DIFFERENT, IDENTICAL, NOT_JUDGED, VERDICTS, WITHIN
from tests.benchmark.tracks.test_text import SETTINGS
from tests.command import error_line, mistake_of, run_command

RUN = Run("images", "digits", "dcgan", 0)  # whose FID is 1.5, and that of seed 1 is 2.5


@pytest.fixture
def repeat(recorded: Params, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let repetitions of runs have an FID, in place of training them."""
    monkeypatch.setattr(recipes, "write_recipes", lambda params: {})
    monkeypatch.setattr(verify, "make_inputs", lambda params, runs: None)

    def set_score(fid: float) -> None:
        def rerun(runs: Sequence[Run], folder: Path, jobs: int, work: object) -> list[Repetition]:
            assert work is verify.train_and_score and folder.is_dir()
            return [Repetition(read_json(run.metrics) | {"fid": fid}, False) for run in runs]

        monkeypatch.setattr(verify, "rerun", rerun)

    return set_score


def test_names_select_rows_or_runs(capsys):
    settings = config.parse_params(
        SETTINGS.model_dump(exclude_unset=True)
        | {"text": SETTINGS.tracks["text"].model_dump() | {"seeds": [0, 3]}}
    )
    row = verify.find_runs(["oracle-mle"], settings)
    assert [(run.dataset, run.variant, run.seed) for run in row] == [
        ("oracle", "mle", 0),
        ("oracle", "mle", 3),
    ]
    assert verify.find_runs(["oracle-mle-3", "oracle-mle"], settings) == row[::-1]
    with pytest.raises(SystemExit):
        verify.find_runs(["oracle-mel", "oracle-mle-1"], settings)
    lines = capsys.readouterr().err.splitlines()
    expected = "expected a row or a run of params.yaml, got no such name"
    assert lines[0] == f"oracle-mel: {expected}; did you mean oracle-mle?"
    assert lines[1].startswith(f"oracle-mle-1: {expected}; ")


@pytest.mark.parametrize(("fid", "verdict"), [(1.5, IDENTICAL), (1.6, WITHIN), (1500.0, DIFFERENT)])
def test_verdicts_are_printed_and_stored(repeat, capsys, fid: float, verdict: str) -> None:
    repeat(fid)
    if verdict == DIFFERENT:
        with pytest.raises(SystemExit, match="1"):
            run_command("verify", "digits-dcgan-0", "--record")
    else:
        run_command("verify", "digits-dcgan-0", "--record")
    shown = " ".join(capsys.readouterr().out.split())
    counts = ", ".join(f"{int(name == verdict)} {name}" for name in VERDICTS)
    assert f"of 1 runs: {counts}" in shown
    assert ("repeated" in shown) == (verdict != IDENTICAL)
    (line,) = pd.read_csv(verified.TABLE).to_dict("records")
    assert list(line) == verified.COLUMNS and line["verdict"] == verdict
    assert {key: line[key] for key in verified.KEYS} == RUN.keys
    assert line["date"] and line["torch"] and line["processor"]
    assert line["fingerprint"] == fingerprint_row("digits-dcgan")


def test_nothing_is_stored_by_default(repeat) -> None:
    repeat(1.5)
    run_command("verify", "digits-dcgan-0")
    assert not verified.TABLE.exists()


def test_the_last_verification_of_a_run_is_kept(repeat) -> None:
    repeat(1.6)
    run_command("verify", "digits-dcgan-0", "digits-wgan-0", "--record")
    repeat(1.5)
    run_command("verify", "digits-dcgan-0", "--record")
    verdicts = pd.read_csv(verified.TABLE).set_index("variant")["verdict"].to_dict()
    assert verdicts == {"dcgan": IDENTICAL, "wgan": NOT_JUDGED}, "wgan has one finished seed"


def test_a_record_of_other_code_is_announced_and_gets_no_verdict(repeat, capsys) -> None:
    repeat(1.5)
    run_command("verify", "digits-dcgan-0", "--record")
    assert "recorded with other" not in capsys.readouterr().out
    stored = verified.TABLE.read_bytes()
    recipe = RECIPES / "train" / "digits-dcgan.json"
    write_json(recipe, read_json(recipe) | {"code": {"gans/unconditional/dcgan.py": "changed"}})
    run_command("verify", "digits-dcgan-0", "--record")
    shown = capsys.readouterr().out
    assert "recorded with other code: digits-dcgan\n" in shown
    assert shown.endswith(f"0 of 1 verdicts stored in {verified.TABLE}\n")
    assert verified.TABLE.read_bytes() == stored


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("track,dataset,variant,seed,identical,within,different\n", "no column verdict"),
        ("track,data", "cut off"),
    ],
)
def test_a_damaged_table_is_one_line_before_training(
    repeat, capsys, text: str, reason: str
) -> None:
    repeat(1.5)
    verify.rerun = None  # type: ignore[assignment]  # it is not called
    verified.TABLE.write_text(text)
    line = mistake_of(capsys, "verify", "digits-dcgan-0", "--record")
    assert line.startswith(f"{verified.TABLE}: expected a table of CSV, got") and reason in line
    assert line.endswith("; delete it and run gan-benchmark verify --record")


def test_a_run_that_fails_ends_the_command(monkeypatch, tmp_path, capsys) -> None:
    def fail(call: object, *arguments: object) -> None:
        raise ChildFailed("failed with status 3:\n")

    monkeypatch.setattr(verify, "run_in_child", fail)
    line = error_line(capsys, lambda: list(verify.rerun([RUN], tmp_path, 1, print)))
    assert line == "digits dcgan seed 0 failed with status 3:"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], "expected rows or --minutes, got neither; add one of them"),
        (["digits-dcgan", "--minutes", "1"], "expected rows or --minutes, got both; leave one out"),
        (["--minutes", "-1"], "expected a number of minutes above 0, got -1"),
        (["--minutes", "nan"], "expected a number of minutes above 0, got nan"),
        (["--minutes", "ten"], "expected a number of minutes above 0, got ten"),
    ],
)
def test_either_rows_or_minutes_are_given(capsys, arguments: list[str], expected: str) -> None:
    line = mistake_of(capsys, "verify", *arguments, status=2)
    assert line.startswith("gan-benchmark verify: ") and expected in line


def test_a_sample_is_verified(repeat, capsys) -> None:
    repeat(1.5)
    # of each run one second of training is recorded, and none of scoring
    run_command("verify", "--minutes", 4 / 60, "--jobs", 1, "--sample-seed", 3, "--record")
    first = pd.read_csv(verified.TABLE)
    assert set(first["dataset"]) == {"digits", "ring8", "moving_digits", "grammar"}
    assert set(first["seed"]) == {0}
    shown = capsys.readouterr().out
    assert "4 of 8 recorded rows, sample 3: about 0.1 minutes" in shown
