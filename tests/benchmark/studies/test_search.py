"""The search: the same trials for all, none run twice, the least FID wins."""

import json
import math
from pathlib import Path

import pandas as pd
import pytest

from benchmark import config, tracks
from benchmark.data import prepare
from benchmark.data.parts import save_parts
from benchmark.data.sources.images import divide_digits
from benchmark.features import features
from benchmark.studies import search
from tests.command import mistake_of, run_command

SETTINGS = config.load_params()
TINY = SETTINGS.model_copy(
    update={
        "features": SETTINGS.features.model_copy(update={"epochs": 1}),
        "search": SETTINGS.search.model_copy(update={"share": 1.0}),
        "images": SETTINGS.tracks["images"].model_copy(
            update={
                "datasets": {"digits": config.Dataset(updates=10, networks={"width": 4})},
                "variants": {
                    name: SETTINGS.tracks["images"].variants[name]
                    for name in ("dcgan", "wgan", "vae")
                },
            }
        ),
    }
)


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """An empty folder with the prepared digits and tiny settings."""
    monkeypatch.chdir(tmp_path)
    save_parts("digits", divide_digits())
    monkeypatch.setattr(config, "load_params", lambda: TINY)
    return tmp_path


@pytest.mark.parametrize("variant", SETTINGS.tracks["images"].variants)
def test_trials_are_the_same_every_time_and_lie_in_the_space(variant):
    result = search.list_trials(SETTINGS, "images", "digits", variant)
    assert result == search.list_trials(SETTINGS, "images", "digits", variant)
    assert len({trial.settings for trial in result}) == len(result) <= SETTINGS.search.trials
    space, own = SETTINGS.search, SETTINGS.search.model.get(variant, {})
    for trial in result:
        drawn = json.loads(trial.settings)
        assert drawn["lr"] in space.lr
        assert all(value in own[key] for key, value in drawn.get("model", {}).items())
        entry = trial.entry(SETTINGS.tracks["images"].variants[variant])
        assert entry.lr == drawn["lr"] and entry.model.items() >= drawn.get("model", {}).items()
        assert (entry.betas is None) == (entry.optimizer != "Adam")
    first = json.loads(result[0].settings)
    assert first["lr"] == space.lr[0]
    assert first.get("model", {}) == {key: choices[0] for key, choices in own.items()}


def test_a_trial_is_a_training_run_and_its_fid(workplace):
    features.compute_features("digits", TINY)
    sane, wild = (
        search.Trial("images", "digits", "dcgan", 0, json.dumps({"lr": lr, "betas": [0.5, 0.999]}))
        for lr in (1e-3, 1e30)
    )
    seen, fid = search.run_trial(sane, TINY)
    assert seen == 10 * 64
    assert 0 < fid < math.inf and search.run_trial(sane, TINY) == (seen, fid)
    assert search.run_trial(wild, TINY) == (seen, math.inf)


def test_a_trial_is_scored_on_the_validation_part_alone(workplace, monkeypatch):
    """Neither features of training images nor held-out ones are read."""
    features.compute_features("digits", TINY)
    for split in ("train", "test"):
        (workplace / f"features/digits/{split}.npz").unlink()
    asked = []
    load = tracks.load("images").scorer
    monkeypatch.setattr(
        type(tracks.load("images")),
        "scorer",
        lambda track, *arguments: asked.append(arguments) or load(*arguments),
    )
    trial = search.list_trials(TINY, "images", "digits", "dcgan")[0]
    _, score = search.run_trial(trial, TINY)
    assert math.isfinite(score) and [arguments[2] for arguments in asked] == ["validation"]


def test_a_trial_in_the_plane_is_scored_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    prepare.prepare("ring8", SETTINGS)
    settings = SETTINGS.model_copy(
        update={"search": SETTINGS.search.model_copy(update={"share": 0.004})}
    )
    trial = search.list_trials(settings, "toy", "ring8", "dcgan")[0]
    seen, score = search.run_trial(trial, settings)
    # 0.4 % of 1,875 updates, rounded up, for batches of 128
    assert seen == 8 * 128 and 0 < score < 5


TABLE = pd.read_csv(Path(__file__).parents[3] / search.OUT)


@pytest.mark.parametrize(
    "name", [name for name in SETTINGS.tracks if name not in ("natural", "text")]
)
def test_the_boards_hold_what_won(name):
    track = SETTINGS.tracks[name]
    own = TABLE[(TABLE["track"] == name) & TABLE["variant"].isin(track.variants)]
    assert set(own["dataset"]) == {next(iter(track.datasets))}
    assert own["samples_seen"].nunique() == 1
    won = search.select_best(own)
    assert won  # a variant that is new may be without a search
    for name, result in won.items():
        entry = track.variants[name]
        assert entry.lr == result["lr"]
        assert entry.betas is None or list(entry.betas) == result["betas"]
        assert entry.model.items() >= result.get("model", {}).items()


class Serial:
    """Runs at once what a pool would run elsewhere."""

    def __init__(self, *_, **__): ...

    def __enter__(self):
        return self

    def __exit__(self, *_): ...

    map = staticmethod(map)


def test_no_trial_is_run_twice_and_the_least_wins(workplace, monkeypatch, capsys):
    (workplace / "features" / "digits").mkdir(parents=True)
    seen = []

    def run(trial):
        seen.append(trial)
        lr = json.loads(trial.settings)["lr"]
        return 640, math.inf if trial.number == 0 else abs(lr - 1e-3)

    monkeypatch.setattr(search, "run_trial", run)
    monkeypatch.setattr(search, "ProcessPoolExecutor", Serial)
    run_command("search", "dcgan")
    assert {trial.variant for trial in seen} == {"dcgan"}
    many = len(seen)
    run_command("search", "dcgan", "vae", "vae")
    assert {trial.variant for trial in seen[many:]} == {"vae"}
    assert len(set(seen)) == len(seen)
    table = pd.read_csv(search.OUT)
    assert tuple(table.columns) == search.COLUMNS and len(table) == len(seen)
    assert table["score"].max() == math.inf
    assert search.select_best(table)["dcgan"]["lr"] == 1e-3
    assert "dcgan:\n  lr: 0.001" in capsys.readouterr().out


def test_trials_of_another_budget_are_run_again(workplace, monkeypatch, capsys):
    (workplace / "features" / "digits").mkdir(parents=True)
    monkeypatch.setattr(search, "run_trial", lambda trial: (640, 1.0))
    monkeypatch.setattr(search, "ProcessPoolExecutor", Serial)
    for share, budget in ((0.1, "250 updates"), (0.25, "625 updates")):
        larger = SETTINGS.search.model_copy(update={"share": share})
        changed_settings = SETTINGS.model_copy(update={"search": larger})
        monkeypatch.setattr(
            config, "load_params", lambda changed_settings=changed_settings: changed_settings
        )
        for variant in ("vae", "dcgan"):
            run_command("search", variant)
        table = pd.read_csv(search.OUT)
        assert set(table["variant"]) == {"dcgan", "vae"} and set(table["budget"]) == {budget}
    assert "trials of another budget or number of seeds are replaced" in capsys.readouterr().out


def test_what_is_not_there_is_one_line(workplace, capsys):
    for arguments, line in (
        (["dcgn"], "expected a name of params.yaml, got dcgn; did you mean dcgan?"),
        (["--track", "image"], "expected a name of params.yaml, got image; did you mean images?"),
        (
            ["dcgan"],
            "features/digits: expected a folder, got none; run `dvc repro features@digits` first",
        ),
    ):
        assert mistake_of(capsys, "search", *arguments, status=1) == line


def test_a_damaged_table_is_one_line(workplace, capsys):
    (workplace / "features" / "digits").mkdir(parents=True)
    search.OUT.parent.mkdir(exist_ok=True)
    search.OUT.write_text("variant,score\ndcgan,1.0\n")
    line = mistake_of(capsys, "search", "dcgan", status=1)
    assert line.startswith("results/search.csv: expected a table of CSV, got a damaged file")
    assert line.endswith("restore it with git checkout results/search.csv")
