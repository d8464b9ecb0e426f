"""The search: the same trials for all, none run twice, the best mean wins."""

import dataclasses
import json
import math
from concurrent.futures import Future

import pandas as pd
import pytest

from benchmark import config, tracks
from benchmark.data import prepare
from benchmark.data.parts import save_parts
from benchmark.data.sources.images import divide_digits
from benchmark.features import features
from benchmark.studies import search, search_storage, trials
from tests.benchmark.config.params import load_repository_params
from tests.command import mistake_of, run_command

SETTINGS = load_repository_params()
TINY = SETTINGS.model_copy(
    update={
        "features": SETTINGS.features.model_copy(update={"epochs": 1}),
        "search": SETTINGS.search.model_copy(update={"share": 1.0, "lr": [1e-4, 2e-4, 5e-4, 1e-3]}),
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


def trial_of(variant, lr, *, dataset="digits", track="images"):
    return trials.Trial(
        track, dataset, variant, json.dumps({"lr": lr, "betas": [0.5, 0.999]}), 1000
    )


def test_a_trial_is_a_training_run_and_its_fid(workplace):
    features.compute_features("digits", TINY)
    sane = trials.run_trial(trial_of("dcgan", 1e-3), TINY)
    assert sane.samples_seen == 10 * 64 and 0 < sane.score < math.inf and sane.seconds > 0
    assert trials.run_trial(trial_of("dcgan", 1e-3), TINY).score == sane.score


def test_a_diverged_trial_stops(workplace):
    features.compute_features("digits", TINY)
    wild = trials.run_trial(trial_of("dcgan", 1e30), TINY)
    assert wild.score == math.inf and wild.samples_seen < 10 * 64


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
    outcome = trials.run_trial(trial_of("dcgan", 1e-3), TINY)
    assert math.isfinite(outcome.score) and [arguments[2] for arguments in asked] == ["validation"]


def test_a_trial_in_the_plane_is_scored_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    prepare.prepare("ring8", SETTINGS)
    settings = SETTINGS.model_copy(
        update={"search": SETTINGS.search.model_copy(update={"share": 0.002})}
    )
    updates = math.ceil(0.002 * SETTINGS.tracks["toy"].datasets["ring8"].updates)
    outcome = trials.run_trial(trial_of("dcgan", 1e-3, dataset="ring8", track="toy"), settings)
    assert outcome.samples_seen == updates * 128 and 0 < outcome.score < 5


class Serial:
    """A pool that works in this process."""

    def __init__(self, *_, **__): ...

    def __enter__(self):
        return self

    def __exit__(self, *_): ...

    def submit(self, function, *arguments):
        future = Future()
        future.set_result(function(*arguments))
        return future


@pytest.fixture
def trained(workplace, monkeypatch):
    """The trials that ran, whose score is the distance of the learning rate from 1e-3."""
    (workplace / "features" / "digits").mkdir(parents=True)
    ran = []

    def run(trial, params):
        ran.append(trial)
        lr = json.loads(trial.settings)["lr"]
        score = math.inf if lr == 1e-4 else abs(lr - 1e-3) + (trial.seed - 1000) * 1e-5
        return trials.Outcome(score, 640, 1.5)

    monkeypatch.setattr(search, "run_trial", run)
    monkeypatch.setattr(search, "ProcessPoolExecutor", Serial)
    return ran


def test_no_trial_is_run_twice_and_the_best_mean_wins(trained, capsys):
    run_command("search", "dcgan")
    assert {trial.variant for trial in trained} == {"dcgan"}
    shared = trials.list_shared(TINY.search, TINY.tracks["images"].variants["dcgan"])
    further = TINY.search.finalists * (TINY.search.seeds - 1)
    assert len(trained) == len(set(trained)) == len(shared) + further
    run_command("search", "dcgan", "vae", "vae")
    later = trained[len(shared) + further :]
    assert {trial.variant for trial in later} == {"vae"} and len(later) == len(set(later))
    table = pd.read_csv(search.OUT)
    assert tuple(table.columns) == search.COLUMNS and len(table) == len(trained)
    assert table["score"].max() == math.inf and (table["seconds"] == 1.5).all()
    assert search.select_best(table, seeds=3)["dcgan"]["lr"] == 1e-3
    assert "dcgan:\n  lr: 0.001" in capsys.readouterr().out


def test_the_table_alone_resumes_the_search(trained):
    run_command("search", "dcgan", "wgan")
    before = search.OUT.read_bytes()
    search_storage.STORAGE.unlink()
    count = len(trained)
    run_command("search", "dcgan", "wgan")
    assert len(trained) == count and search.OUT.read_bytes() == before


def test_an_interrupted_search_resumes_from_the_storage(trained, monkeypatch):
    run = search.run_trial

    def fail_in_the_middle(trial, params):
        if len(trained) == 5:
            raise KeyboardInterrupt
        return run(trial, params)

    monkeypatch.setattr(search, "run_trial", fail_in_the_middle)
    with pytest.raises(KeyboardInterrupt):
        search.search_variant(search_storage.Task("images", "digits", "dcgan"), TINY)
    monkeypatch.setattr(search, "run_trial", run)
    run_command("search", "dcgan")
    assert len(trained) == len(set(trained)) == len(pd.read_csv(search.OUT))


def test_the_database_exists_before_processes_open_it(trained, monkeypatch):
    existed = []

    class Watched(Serial):
        def __init__(self, *_, **__):
            existed.append(search_storage.STORAGE.exists())

    monkeypatch.setattr(search, "ProcessPoolExecutor", Watched)
    run_command("search", "dcgan")
    assert existed == [True]


def test_trials_of_another_budget_are_run_again(trained, monkeypatch):
    for share, budget in ((0.1, "1 updates"), (0.25, "3 updates")):
        changed = TINY.search.model_copy(update={"share": share})
        params = TINY.model_copy(update={"search": changed})
        monkeypatch.setattr(config, "load_params", lambda params=params: params)
        for variant in ("vae", "dcgan"):
            run_command("search", variant)
        table = pd.read_csv(search.OUT)
        assert set(table["variant"]) == {"dcgan", "vae"}
        assert set(table.loc[~table["whole"], "budget"]) == {budget}
        assert set(table.loc[table["whole"], "budget"]) == {"10 updates"}


@pytest.fixture
def ends(trained, monkeypatch):
    """Search with scores after the whole budget, by learning rate; others end as in their trials.

    Returns the learning rates that had the whole budget, and those that won.
    """

    def search_with(scores):
        params = TINY.model_copy(update={"search": TINY.search.model_copy(update={"share": 0.25})})
        monkeypatch.setattr(config, "load_params", lambda: params)
        run = search.run_trial

        def run_whole(trial, params):
            outcome = run(trial, params)
            rate = json.loads(trial.settings)["lr"]
            if trial.whole and rate in scores:
                return dataclasses.replace(outcome, score=scores[rate])
            return outcome

        monkeypatch.setattr(search, "run_trial", run_whole)
        run_command("search", "dcgan")
        table = pd.read_csv(search.OUT)
        assert (table["whole"] == (table["budget"] == "10 updates")).all()
        best = search.select_best(table, seeds=SETTINGS.search.seeds)["dcgan"]
        return [json.loads(trial.settings)["lr"] for trial in trained if trial.whole], best["lr"]

    return search_with


def test_settings_that_end_no_worse_than_their_trials_win(ends):
    """Trials rank 1e-3 first, with both betas, and 5e-4 third."""
    rates, best = ends({})
    assert rates == [1e-3] and best == 1e-3


def test_settings_that_end_worse_are_compared_with_the_other_finalists(ends):
    rates, best = ends({1e-3: 3.0, 5e-4: 2.0})
    assert rates == [1e-3, 1e-3, 5e-4] and best == 5e-4


def test_where_all_finalists_diverge_the_next_settings_follow(ends):
    rates, best = ends({1e-3: math.inf, 5e-4: math.inf})
    assert rates == [1e-3, 1e-3, 5e-4, 5e-4, 2e-4] and best == 2e-4


def test_the_table_alone_resumes_the_whole_budget(ends, trained):
    ends({1e-3: 3.0, 5e-4: 2.0})
    count, before = len(trained), search.OUT.read_bytes()
    search_storage.STORAGE.unlink()
    run_command("search", "dcgan")
    assert len(trained) == count and search.OUT.read_bytes() == before


def test_a_longer_list_adds_trials_only(trained, monkeypatch):
    run_command("search", "dcgan")
    count = len(trained)
    changed = TINY.search.model_copy(update={"lr": [*TINY.search.lr, 0.5]})
    params = TINY.model_copy(update={"search": changed})
    monkeypatch.setattr(config, "load_params", lambda: params)
    run_command("search", "dcgan")
    assert [json.loads(trial.settings)["lr"] for trial in trained[count:]] == [0.5, 0.5]


def test_what_is_not_there_is_one_line(workplace, capsys):
    for arguments, line in (
        (["dcgn"], "expected a name of params.yaml, got dcgn; did you mean dcgan?"),
        (["--track", "image"], "expected a name of params.yaml, got image; did you mean images?"),
        (
            ["dcgan"],
            "dvc.yaml: expected a file, got none; run in the root of the repository",
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
