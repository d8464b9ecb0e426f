"""The loop: same bits, the moving average, divergence."""

import csv
import itertools
import json
import shutil
import signal

import numpy as np
import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from benchmark import config
from benchmark.config import VariantConfig
from benchmark.data import batches
from benchmark.data.batches import Batches
from benchmark.data.sources import points
from benchmark.data.sources.images import load_digits
from benchmark.data.splits import save_split
from benchmark.training import checkpoints, tensorboard, train, weights
from benchmark.training.checkpoints import delete_checkpoint
from benchmark.training.trainer import Trainer, summarise_scores
from gans.common.variant import Variant
from tests.benchmark.training.interrupted import interrupted


@pytest.fixture
def settings():
    return config.parse(
        {
            "features": {"seed": 0, "epochs": 1, "batch": 64, "lr": 1e-3},
            "images": {
                "seeds": [0],
                "datasets": {
                    "digits": {"samples_seen": 1280, "networks": {"latent": 4, "width": 4}}
                },
                "training": {
                    "batch": 32,
                    "average": 500,
                    "logs": 10,
                    "snapshots": 5,
                    "snapshot_samples": 20,
                    "threads": 1,
                },
                "metrics": {"neighbours": 3, "splits": 1},
                "variants": {
                    name: {"kind": "controlled", "lr": 1e-3} for name in ("dcgan", "wgan", "vae")
                },
            },
        }
    )


@pytest.fixture(autouse=True)
def workplace(tmp_path, monkeypatch):
    """An empty folder with the prepared digits."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".checkpoints").mkdir()
    for split, arrays in zip(("train", "test"), load_digits(), strict=True):
        save_split("digits", split, arrays)
    return tmp_path


def find_run(settings, variant):
    return next(run for run in settings.runs if run.variant == variant)


def trained(run, settings):
    """Train a run, and leave nothing of which another run would go on."""
    train.train(run, settings)
    delete_checkpoint(run.name)


def outputs(run):
    names = ("weights.safetensors", "health.csv", "snapshots.npz")
    files = [run.losses, *(run.trained / name for name in names)]
    return {file.name: file.read_bytes() for file in files}


@pytest.mark.parametrize("variant", ["dcgan", "wgan", "vae"])
def test_the_same_run_twice_gives_the_same_bytes(settings, variant):
    run = find_run(settings, variant)
    trained(run, settings)
    first = outputs(run)
    trained(run, settings)
    assert outputs(run) == first


def test_a_killed_run_resumes_to_the_same_bytes(settings, monkeypatch):
    run = find_run(settings, "dcgan")
    trained(run, settings)
    whole = outputs(run)
    with interrupted(at=640):
        trained(run, settings)
    saved = list(checkpoints.FOLDER.glob("*.pt"))
    assert len(saved) == 1

    seen, step = [], Trainer.step

    def counted(trainer, progress):
        seen.append(trainer.samples_seen)
        step(trainer, progress)

    monkeypatch.setattr(Trainer, "step", counted)
    trained(run, settings)
    assert seen[0] == 640
    assert outputs(run) == whole
    assert not saved[0].exists()


@pytest.mark.parametrize("diverges", [False, True])
def test_a_finished_run_of_an_unfinished_row_is_not_trained_again(settings, monkeypatch, diverges):
    run = find_run(settings, "dcgan")
    with monkeypatch.context() as patch:
        if diverges:
            patch.setattr(train, "is_finite", lambda losses: False)
        train.train(run, settings)
    whole = outputs(run)
    shutil.rmtree(run.folder)  # as DVC does before it runs a stage

    def forbidden(trainer, progress):
        raise AssertionError("a step was taken")

    monkeypatch.setattr(Trainer, "step", forbidden)
    train.train(run, settings)
    assert outputs(run) == whole
    facts = json.loads((run.trained / "training.json").read_text())
    assert facts["status"] == ("diverged" if diverges else "ok")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_saves_and_says_how_to_resume(settings, monkeypatch, capsys, number):
    run = find_run(settings, "dcgan")
    trained(run, settings)
    whole = outputs(run)
    step = Trainer.step

    def interrupted(trainer, progress):
        step(trainer, progress)
        if trainer.samples_seen == 640:
            signal.raise_signal(number)

    with monkeypatch.context() as patch, pytest.raises(SystemExit) as ended:
        patch.setattr(Trainer, "step", interrupted)
        trained(run, settings)
    assert ended.value.code == 128 + number
    (line,) = capsys.readouterr().err.splitlines()
    assert line == (
        "digits dcgan seed 0: saved at sample 640 of 1280; resume with `make repro` or"
        " `dvc repro train@digits-dcgan`"
    )
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    trained(run, settings)
    assert "resumed at sample 640 of 1280" in capsys.readouterr().out
    assert outputs(run) == whole


def test_snapshots_and_losses_are_at_the_configured_moments(settings):
    run = find_run(settings, "dcgan")
    trained(run, settings)
    with np.load(run.trained / "snapshots.npz") as file:
        assert file["samples_seen"].tolist() == [256, 512, 768, 1024, 1280]
        assert file["images"].shape == (5, 20, 1, 8, 8) and file["images"].dtype == np.uint8
    rows = run.losses.read_text().splitlines()
    assert rows[0] == "samples_seen,player,term,value" and len(rows) == 1 + 10 * 3
    facts = json.loads((run.trained / "training.json").read_text())
    assert facts["status"] == "ok" and facts["hardware"]["threads"] == 1
    assert weights.read_card(run.trained / "weights.safetensors")["samples_seen"] == 1280


def rows_of(file):
    with file.open() as file:
        return list(csv.DictReader(file))


def test_the_state_of_each_player_is_recorded_with_the_losses(settings):
    kinds = ("train", "held_out", "generated")
    judged = {
        ("discriminator_score", f"{what}_{kind}")
        for what in ("score", "accuracy")
        for kind in kinds
    }
    norms = ("gradient_norm", "weight_norm")
    for variant, players, of_judge in (
        ("dcgan", ("discriminator", "generator"), judged),
        ("wgan", ("critic", "generator"), judged),
        ("vae", ("autoencoder",), set()),
    ):
        run = find_run(settings, variant)
        trained(run, settings)
        moments = {row["samples_seen"] for row in rows_of(run.losses)}
        expected = {(player, norm) for player in players for norm in norms} | of_judge
        for moment in moments:
            rows = [
                row for row in rows_of(run.trained / "health.csv") if row["samples_seen"] == moment
            ]
            assert {(row["player"], row["quantity"]) for row in rows} == expected
            assert len(rows) == len(expected)
            for row in rows:
                assert np.isfinite(float(row["value"]))
                assert not row["quantity"].startswith("acc") or 0 <= float(row["value"]) <= 1


def test_logging_health_does_not_change_a_run(settings, monkeypatch):
    for variant in ("dcgan", "wgan", "vae"):
        run = find_run(settings, variant)
        trained(run, settings)
        looked = outputs(run)
        with monkeypatch.context() as patch:
            patch.setattr(Trainer, "log_health", lambda trainer: None)
            trained(run, settings)
        unseen = outputs(run)
        assert looked.pop("health.csv") != unseen.pop("health.csv")
        assert looked == unseen


@pytest.mark.parametrize(
    ("boundary", "held_out"),
    [(0.0, 0.75), (None, 0.25)],  # without a boundary it is the median of the others, 2
)
def test_scores_are_summarised_as_means_and_accuracies(boundary, held_out):
    scores = {
        "train": torch.tensor([3.0, 4, 5, 6]),
        "held_out": torch.tensor([-1.0, 1, 2, 7]),
        "generated": torch.tensor([-3.0, -2, 1, 2]),
    }
    found = {name: value.item() for name, value in summarise_scores(scores, boundary).items()}
    assert found == {
        "score_train": 4.5,
        "score_held_out": 2.25,
        "score_generated": -0.5,
        "accuracy_train": 1,
        "accuracy_held_out": held_out,
        "accuracy_generated": 0.5 if boundary == 0.0 else 1,
    }


def test_taking_fewer_snapshots_does_not_change_training(settings):
    run = find_run(settings, "dcgan")
    trained(run, settings)
    first = (run.trained / "weights.safetensors").read_bytes()
    trained(run, with_training(settings, snapshots=1, logs=3))
    assert (run.trained / "weights.safetensors").read_bytes() == first


def with_training(settings, **options):
    tree = settings.model_dump()
    tree["images"]["training"] |= options
    return config.parse(tree)


@pytest.mark.parametrize(
    "option",
    [
        {"precision": "bfloat16"},
        {"channels_last": True},
        pytest.param(
            {"compile": "default"}, marks=pytest.mark.slow
        ),  # takes a compiler and a minute
    ],
)
def test_a_run_with_engine_options_resumes_to_the_same_bytes(settings, monkeypatch, option):
    settings = with_training(settings, **option)
    run = find_run(settings, "dcgan")
    trained(run, settings)
    whole = outputs(run)
    facts = json.loads((run.trained / "training.json").read_text())
    assert facts["status"] == "ok" and facts["training"].items() >= option.items()
    step = Trainer.step

    def interrupted(trainer, progress):
        step(trainer, progress)
        if trainer.samples_seen == 640:
            signal.raise_signal(signal.SIGINT)

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(Trainer, "step", interrupted)
        trained(run, settings)
    trained(run, settings)
    assert outputs(run) == whole


def test_channels_last_changes_only_the_order_in_memory(settings):
    runs = []
    for channels_last in (False, True):
        options = with_training(settings, channels_last=channels_last)
        trainer = train.build_trainer(find_run(settings, "dcgan"), options, torch.device("cpu"))
        trainer.step(0)
        runs.append(trainer)
    for one, other in zip(*(trainer.variant.parameters() for trainer in runs), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-5)
    assert any(
        not weight.is_contiguous() for weight in runs[1].variant.parameters() if weight.dim() == 4
    )


def test_streaming_from_the_disk_does_not_change_training(settings, monkeypatch):
    run = find_run(settings, "dcgan")
    trained(run, settings)
    first = outputs(run)
    monkeypatch.setattr(batches, "measure_memory", lambda device: 0)
    trained(run, settings)
    assert outputs(run) == first


def test_event_files_hold_the_curves_and_change_no_output(settings, monkeypatch):
    run = find_run(settings, "dcgan")
    trained(run, settings)
    first = outputs(run)
    assert not tensorboard.FOLDER.exists()
    monkeypatch.setenv("TENSORBOARD", "1")
    for _ in range(2):  # what a run before left is replaced
        trained(run, settings)
    assert outputs(run) == first
    folder = tensorboard.FOLDER / "images/digits/dcgan/0"
    events = EventAccumulator(str(folder), size_guidance={"images": 0})  # 0: keep all
    events.Reload()
    health = run.trained / "health.csv"
    for kind, file, third in (
        ("losses", run.losses, "term"),
        ("health", health, "quantity"),
    ):
        for row in rows_of(file):
            (found,) = (
                event.value
                for event in events.Scalars(f"{kind}/{row['player']}/{row[third]}")
                if event.step == int(row["samples_seen"])
            )
            assert found == pytest.approx(float(row["value"]))
    moments = {image.step for tag in events.Tags()["images"] for image in events.Images(tag)}
    assert moments == {256, 512, 768, 1024, 1280}


def test_a_terminal_does_not_change_training(settings, monkeypatch):
    run = find_run(settings, "dcgan")
    trained(run, settings)
    first = outputs(run)
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich then takes the output for a terminal
    trained(run, settings)
    assert outputs(run) == first


def test_divergence_is_a_result(settings, monkeypatch):
    run = find_run(settings, "dcgan")
    step = Trainer.step

    def poisoned(trainer, progress):
        step(trainer, progress)
        if trainer.samples_seen >= 640:
            for parameter in trainer.variant.parameters():
                parameter.data.fill_(float("nan"))

    monkeypatch.setattr(Trainer, "step", poisoned)
    trained(run, settings)
    assert json.loads((run.trained / "training.json").read_text())["status"] == "diverged"
    variant = weights.load(run.trained / "weights.safetensors")
    assert all(torch.isfinite(value).all() for value in variant.state_dict().values())


class Walk(Variant):
    """One weight that goes down by the learning rate a step."""

    def __init__(self):
        super().__init__((1,), 1)
        self.player = torch.nn.Linear(1, 1, bias=False)
        torch.nn.init.zeros_(self.player.weight)

    def step(self, batches):
        next(batches)
        yield self.player, {"down": self.player.weight.sum()}


def test_the_moving_average_has_the_configured_half_life():
    batches = Batches(torch.zeros(64, 1, dtype=torch.uint8), 10, seed=0)
    trainer = Trainer(
        Walk(),
        VariantConfig(kind="controlled", optimizer="RMSprop", lr=1.0),
        batches,
        half_life=10,
        seed=0,
    )
    average, seen = None, []
    for _ in range(5):
        trainer.step(0)
        weight = trainer.variant.player.weight.item()
        # the first is taken as it is; then each batch of 10 images halves what was before
        average = weight if average is None else (average + weight) / 2
        seen.append((trainer.averaged.player.weight.item(), average))
    for got, expected in seen:
        assert got == pytest.approx(expected)


@pytest.mark.parametrize("times", [1, 3, 7])
@pytest.mark.parametrize("stride", [1, 4, 9])
def test_moments_are_spread_evenly_and_the_last_is_the_end(times, stride):
    seen = [min(images, 90) for images in range(0, 90 + stride, stride)]
    passed = [
        now
        for before, now in itertools.pairwise(seen)
        if train.is_due(now, before, budget=90, moments=times)
    ]
    assert passed[-1] == 90
    assert len(passed) == times


@pytest.fixture
def plane(settings, workplace):
    """Settings with a track of points in the plane, whose data lie there."""
    tree = settings.model_dump()
    tree["toy"] = {
        "seeds": [0],
        "datasets": {"ring8": {"samples_seen": 1280, "networks": {"latent": 2, "width": 8}}},
        "training": {**tree["images"]["training"], "logs": 10, "snapshots": 5},
        "variants": {
            name: {"kind": "controlled", "lr": 1e-3} for name in ("dcgan", "cgan", "vae", "wgan")
        },
    }
    for split, arrays in zip(("train", "test"), points.draw_splits("ring8"), strict=True):
        save_split("ring8", split, arrays)
    return config.parse(tree)


@pytest.mark.parametrize("variant", ["dcgan", "cgan", "vae", "wgan"])
def test_snapshots_of_points_are_not_quantised(plane, variant, monkeypatch):
    run = next(c for c in plane.runs if c.track == "toy" and c.variant == variant)
    trained(run, plane)
    with np.load(run.trained / "snapshots.npz") as file:
        drawn, scores = file["images"], file["discriminator_scores"]
    assert drawn.shape == (5, 20, 2) and drawn.dtype == np.float32
    assert scores.shape == ((0,) if variant == "vae" else (5, 24, 24))
    whole = outputs(run)
    # what is filmed leaves no trace in the training
    monkeypatch.setattr(Trainer, "score_plane", lambda trainer: None)
    trained(run, plane)
    weights_of = "weights.safetensors"
    assert outputs(run)[weights_of] == whole[weights_of]


def test_plane_scores_have_y_before_x_and_the_nearest_condition(plane):
    run = next(c for c in plane.runs if c.track == "toy" and c.variant == "cgan")
    trainer = train.build_trainer(run, plane, torch.device("cpu"))
    seen = {}

    def discriminator_score(places, condition):
        seen.update(places=places, condition=condition)
        return places[:, 0]

    trainer.variant.discriminator_score = discriminator_score
    scores = trainer.score_plane()
    assert torch.equal(scores[0], scores[-1])  # x alone: every row is the same
    assert scores[0, 0] == -1.5 and scores[0, -1] == 1.5
    expected = points.SOURCES["ring8"].label(seen["places"].numpy())
    # between two modes the training point that is nearest may be of either
    assert (seen["condition"].numpy() == expected).mean() > 0.95
