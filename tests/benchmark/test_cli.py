"""The command line: its help, its examples, its mistakes, and those that the pages show."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

import benchmark
from benchmark import cli, config
from benchmark.cli.app import NAME, STAGES, TOOLS
from benchmark.config import selection
from tests.benchmark.config.params import load_repository_params
from tests.command import mistake_of, run_command

ROOT = Path(__file__).parents[2]
SETTINGS = load_repository_params()
SEEDS = SETTINGS.tracks["images"].seeds_of("digits")
GROUP = typer.main.get_group(cli.app)
COMMANDS = GROUP.commands
EXAMPLES = [
    (name, line.removeprefix("$ "))
    for name, command in COMMANDS.items()
    for line in (command.epilog or "").split("\n\n")[1:]
]
PAGES = [ROOT / "README.md"]
PAGES += sorted([*(ROOT / "site/docs").glob("*.md"), *(ROOT / "site/templates").rglob("*.md")])


def parsed(line: str) -> dict[str, Any]:
    """The values that a line gives to the parameters of its command, which is not run."""
    program, *arguments = shlex.split(line, comments=True)
    assert program == NAME
    context = GROUP.make_context(program, arguments)
    name, command, rest = GROUP.resolve_command(context, context._protected_args)
    return command.make_context(name, [*rest, *context.args], parent=context).params


def shown_lines(text: str) -> list[str]:
    """The command lines in the text of a page, with a value for each placeholder of Jinja."""
    text = re.sub(r"{{ leaderboard\.dataset }}-{{ variant }}", "digits-dcgan", text)
    return [line.rstrip() for line in re.findall(rf"\b{NAME} [a-z][^`\n]*", text)]


LINES = [(path, line) for path in PAGES for line in shown_lines(path.read_text())]


def test_commands_are_the_stages_and_the_tools() -> None:
    panels: dict[str, list[str]] = {}
    for name, command in COMMANDS.items():
        panels.setdefault(command.rich_help_panel, []).append(name)
    assert panels == {
        STAGES: [
            *("check", "repro", "restamp", "recipes", "prepare", "features", "references", "train"),
            *("evaluate", "sensitivity", "theory", "report", "site"),
        ],
        TOOLS: [
            "score",
            "sample",
            "apply",
            "search",
            "record",
            "longer",
            "long-runs",
            "verify",
            "publish",
            "fetch",
        ],
    }


def test_every_stage_of_dvc_is_a_command_that_is_parsed() -> None:
    lines = re.findall(r"cmd: python -m benchmark (.+)", (ROOT / "dvc.yaml").read_text())
    assert len(lines) == (ROOT / "dvc.yaml").read_text().count("cmd:")
    for line in lines:
        parsed(f"{NAME} {re.sub('[${}.]', '', line)}")


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_what_a_command_does_and_an_example(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run_command(name, "--help")
    shown = " ".join(capsys.readouterr().out.split())
    assert COMMANDS[name].help.split("\n")[0] in shown
    assert "Examples:" in shown and f"$ {NAME} {name}" in shown
    lines = [line for command, line in EXAMPLES if command == name]
    assert all(" ".join(line.split()) in shown for line in lines)


@pytest.mark.parametrize(("name", "line"), EXAMPLES, ids=[line for _, line in EXAMPLES])
def test_examples_name_rows_data_sets_and_tracks_that_there_are(name: str, line: str) -> None:
    values = parsed(line)
    rows = SETTINGS.rows
    if name in ("train", "evaluate", "sample", "apply"):
        assert values["row"] in rows
    if name in ("prepare", "features", "references", "sensitivity"):
        assert values["dataset"] in SETTINGS.datasets
    if name == "repro":
        names = {key: values[key] or () for key in ("track", "leaderboard", "row")}
        runs = selection.select_runs(
            SETTINGS, tracks=names["track"], leaderboards=names["leaderboard"], rows=names["row"]
        )
        assert runs
    if name == "fetch":
        assert set(values["rows"]) <= set(rows)
    if name == "verify":
        names = values["rows"] or ()
        assert all(row in rows or row.rpartition("-")[0] in rows for row in names)
        assert bool(names) != bool(values["minutes"])


def test_pages_show_commands() -> None:
    assert {line.split()[1] for _, line in LINES} >= {"check", "prepare", "sample", "verify"}
    assert {path.name for path, _ in LINES} >= {"README.md", "score.md", "reproduce.md"}


@pytest.mark.parametrize(
    ("path", "line"), LINES, ids=[f"{path.name}: {line}" for path, line in LINES]
)
def test_lines_of_pages_are_parsed(path: Path, line: str) -> None:
    parsed(line)


def test_lines_of_make_on_pages_name_variables_that_there_are() -> None:
    variables = set(re.findall(r"^([A-Z]+) \?=", (ROOT / "Makefile").read_text(), re.M))
    for path in PAGES:
        for line in re.findall(r"make [a-z-]+ ([A-Z].*)", path.read_text()):
            assert set(re.findall(r"\b([A-Z]+)=", line)) <= variables | {"TENSORBOARD"}, path


def test_no_arguments_show_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    run_command("--help")
    shown = capsys.readouterr().out
    run_command()
    assert capsys.readouterr().out == shown
    assert "Stages" in shown and "Tools" in shown and "--install-completion" in shown


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    run_command("--version")
    assert capsys.readouterr().out == f"gan-benchmark {benchmark.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["trian"], "gan-benchmark: no such command 'trian'; did you mean 'train'?"),
        (["train"], "gan-benchmark train: missing argument 'ROW'; see gan-benchmark train --help"),
        (
            ["score", "digits"],
            "gan-benchmark score: missing argument 'GENERATED'; see gan-benchmark score --help",
        ),
        (
            ["train", "digits-dcgan", "--sed", "1"],
            "gan-benchmark train: no such option: --sed (Possible options: --seed); see"
            " gan-benchmark train --help",
        ),
        (
            ["repro", "--jobs", "0"],
            "gan-benchmark repro: invalid value for '--jobs': expected a whole number of at least"
            " 1, got 0; see gan-benchmark repro --help",
        ),
        (
            ["sample", "digits-dcgan", "--draw", "two"],
            "gan-benchmark sample: invalid value for '--draw': expected a whole number of at least"
            " 0, got two; see gan-benchmark sample --help",
        ),
        (
            ["sample", "dcgan", "digits"],
            "gan-benchmark sample: got unexpected extra argument(s) (digits); see gan-benchmark"
            " sample --help",
        ),
    ],
)
def test_mistakes_on_the_command_line_are_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], line: str
) -> None:
    assert mistake_of(capsys, *arguments, status=2) == line


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ["train", "digits-dcgn"],
            "expected a row of params.yaml, got digits-dcgn; did you mean digits-dcgan?",
        ),
        (
            ["evaluate", "?"],
            "expected a row of params.yaml, got ?; name data set and variant, such as digits-gan",
        ),
        (
            ["train", "digits-dcgan", "--seed", "7"],
            f"--seed: expected a seed of digits-dcgan, got 7; take one of {SEEDS}",
        ),
        (
            ["references", "digts"],
            "expected a data set of params.yaml, got digts; did you mean digits?",
        ),
        (
            ["prepare", "digts"],
            "digts: expected a data set, got no such name; did you mean digits?",
        ),
        (
            ["features", "digts"],
            "expected a data set of params.yaml, got digts; did you mean digits?",
        ),
        (
            ["repro", "--row", "digits-dcgn"],
            "--row: expected a row of params.yaml, got digits-dcgn; did you mean digits-dcgan?",
        ),
        (
            ["train", ""],
            'expected a row of params.yaml, got ""; name data set and variant, such as digits-gan',
        ),
        (
            ["search", "--track", "image"],
            "expected a name of params.yaml, got image; did you mean images?",
        ),
        (
            ["search", "--dataset", "rnig8"],
            "expected a data set of params.yaml, got rnig8; did you mean ring8?",
        ),
        (
            ["verify", "digits-dcgn"],
            "digits-dcgn: expected a row or a run of params.yaml, got no such name;"
            " did you mean digits-dcgan?",
        ),
    ],
)
def test_names_that_there_are_not_are_one_line(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    line: str,
) -> None:
    monkeypatch.chdir(ROOT)
    assert mistake_of(capsys, *arguments, status=1) == line


@pytest.mark.parametrize("command", ["train", "evaluate"])
@pytest.mark.parametrize(("seed", "expected"), [((), SEEDS), (("--seed", 1), [1])])
def test_a_row_is_all_of_its_seeds_or_one(
    monkeypatch: pytest.MonkeyPatch, command: str, seed: tuple[object, ...], expected: list[int]
) -> None:
    from benchmark.evaluation import evaluate
    from benchmark.training import train

    runs: list[config.Run] = []
    monkeypatch.setattr(config, "load_params", lambda **_: SETTINGS)
    monkeypatch.setattr(train, "train_row", lambda row, settings: runs.extend(row))
    monkeypatch.setattr(evaluate, "evaluate", lambda run, settings: runs.append(run))
    run_command(command, "digits-dcgan", *seed)
    assert [run.seed for run in runs] == expected
    assert {run.row for run in runs} == {"digits-dcgan"}


def test_a_module_and_the_script_are_the_same() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "benchmark", "--version"], cwd=ROOT, capture_output=True, text=True
    )
    assert shown.stdout == f"gan-benchmark {benchmark.__version__}\n"


def test_make_names_the_variable_that_took_the_place_of_boards() -> None:
    command = ["make", "--dry-run", "repro", "BOARDS=images"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode and done.stderr.count("\n") == 1
    assert 'BOARDS is now TRACKS: write TRACKS="images"' in done.stderr
    variables = ["TRACKS=images toy", "ROWS=renderings-stargan", "LEADERBOARDS=ring8", "JOBS=2"]
    variables += ["SCHEDULER=tcp://head:8786", "RECORD=1"]
    command = ["make", "--dry-run", "repro", *variables]
    text = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout
    (line,) = re.findall(r"-m benchmark (repro .*)", text.replace("\\\n", ""))
    assert parsed(f"{NAME} {line}") == {
        "track": ["images", "toy"],
        "leaderboard": ["ring8"],
        "row": ["renderings-stargan"],
        "jobs": 2,
        "runs_per_gpu": 1,
        "scheduler": "tcp://head:8786",
        "record": True,
    }


@pytest.mark.parametrize(("variables", "minutes"), [([], 10), (["MINUTES=2.5", "JOBS=2"], 2.5)])
def test_make_verifies_a_sample(variables: list[str], minutes: float) -> None:
    command = ["make", "--dry-run", "verify", *variables]
    text = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout
    (line,) = re.findall(r"-m benchmark (verify .*)", text)
    values = parsed(f"{NAME} {line}")
    assert values["minutes"] == minutes and not values["rows"] and values["sample_seed"] == 0
    assert not variables or values["jobs"] == 2
