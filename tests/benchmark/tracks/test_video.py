"""Clips through the stages: data, scores and presentation."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from benchmark import config, tracks
from benchmark.data import prepare
from benchmark.data.parts import Parts, divide, select
from benchmark.data.pixels import to_unit
from benchmark.data.sources import videos
from benchmark.data.sources.images import load_digits
from benchmark.data.splits import SplitArrays, load_classifier_split, load_split
from benchmark.evaluation import evaluate, references, sample
from benchmark.evaluation.pictures import count_places
from benchmark.features import features
from benchmark.features.extractors.video_classifier import VideoClassifier, embed_frames
from benchmark.metrics.motion import brightness_centres
from benchmark.tracks.video import scoring as video_scoring
from benchmark.training import train
from benchmark.training.checkpoints import delete_checkpoint
from tests.benchmark.training.interrupted import check_resumed_bytes
from tests.command import mistake_of, run_command

ROOT = Path(__file__).parents[3]
SETTINGS = config.parse_params(
    {
        "features": {"seed": 0, "epochs": 2, "batch": 32, "lr": 2e-3},
        "video": {
            "seeds": [0],
            "datasets": {
                "moving_digits": {"samples_seen": 64, "networks": {"latent": 4, "width": 4}},
            },
            "training": {
                "batch": 16,
                "logs": 2,
                "snapshots": 1,
                "snapshot_samples": 20,
                "threads": 1,
            },
            "metrics": {"samples": 60},
            "variants": {
                "dcgan": {"kind": "controlled", "lr": 1e-3},
                "videogan": {"kind": "controlled", "lr": 1e-3},
                "mocogan": {"kind": "faithful", "lr": 1e-3, "model": {"width": 4}},
            },
        },
    }
)


def choose_digits():
    """Divide fewer digits than there are: 600 to train on, or for other parts, and 150."""
    chosen = [
        select(digits, np.arange(count))
        for digits, count in zip(load_digits(), (600, 150), strict=True)
    ]
    return divide(chosen, trains_extractor=True)


DIGITS = choose_digits()


@pytest.fixture(scope="module", autouse=True)
def workplace(tmp_path_factory):
    """Fewer clips than there are, and a classifier that knows something of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root := tmp_path_factory.mktemp("moving_digits"))
        (root / ".checkpoints").mkdir()
        small_scene = videos.Scene(side=16, room=8, speed=1, times=1)
        patch.setitem(videos.SCENES, "moving_digits", small_scene)
        patch.setattr(videos.images, "divide_digits", lambda: DIGITS)
        prepare.prepare("moving_digits", SETTINGS)
        features.compute_features("moving_digits", SETTINGS)
        yield root


@pytest.fixture(scope="module")
def scorer():
    return video_scoring.Scorer("moving_digits", SETTINGS.tracks["video"].metrics)


def find_run(variant):
    return next(run for run in SETTINGS.runs if run.variant == variant)


def test_digits_bounce_and_never_leave_the_frame():
    for split, digits in (("train", DIGITS.train), ("test", DIGITS.test)):
        clips, labels = load_split("moving_digits", split)
        assert clips.shape == (len(digits.images), 1, 16, 16, 16) and clips.dtype == np.uint8
        assert np.array_equal(labels, digits.labels)
        # every pixel of the digit is in every frame
        light = clips.sum(axis=(1, 3, 4), dtype=np.int64)
        assert (light == digits.images.sum(axis=(1, 2, 3), dtype=np.int64)[:, None]).all()
        steps = np.diff(brightness_centres(clips), axis=1)
        assert np.allclose(np.abs(steps), np.abs(steps[:, :1]))
        assert np.isin(np.round(steps, 6), (-1, 0, 1)).all()
        assert (np.sign(steps[:, 1:]) != np.sign(steps[:, :-1])).any(axis=(1, 2)).all(), "a bounce"
        # the last step leads back to the first frame: a clip that is repeated has no seam
        again = np.abs(brightness_centres(clips)[:, 0] - brightness_centres(clips)[:, -1])
        assert again.max() < 1.000001


def test_the_label_says_in_which_direction_a_digit_sets_out():
    for split in ("train", "test"):
        clips, joint = load_classifier_split("moving_digits", split)
        classes, motions = np.divmod(joint, len(videos.DIRECTIONS))
        assert np.array_equal(classes, load_split("moving_digits", split)[1])
        first = brightness_centres(clips)[:, 1] - brightness_centres(clips)[:, 0]
        np.testing.assert_allclose(first, np.array(videos.DIRECTIONS)[motions], atol=1e-9)
        assert (np.bincount(motions, minlength=4) > len(motions) / 8).all()


@pytest.mark.parametrize("name", videos.SCENES)
def test_places_are_reflected_at_both_ends(name):
    scene = videos.SCENES[name]
    starts, velocities = np.array([[0, scene.room]]), np.array([[scene.speed, -scene.speed]])
    paths = videos.bounce_paths(starts, velocities, room=scene.room, frames=100)
    assert paths.min() == 0 and paths.max() == scene.room
    assert set(np.abs(np.diff(paths, axis=1)).ravel()) <= set(range(scene.speed + 1))


def test_larger_clips_are_made_of_larger_digits():
    generator = np.random.default_rng(0)
    part = SplitArrays(
        generator.integers(1, 256, (5, 1, 28, 28), dtype=np.uint8), labels=np.arange(5)
    )
    made = videos.make_clips("moving_mnist", Parts(part, part, part))
    train_part = made.train
    assert train_part.images.shape == made.test.images.shape == (5, 1, 16, 64, 64)
    assert ((train_part.images > 0).sum(axis=(1, 3, 4)) == 28 * 28).all()


def test_a_label_of_both_is_as_likely_as_either_times_the_other():
    torch.manual_seed(0)
    network = VideoClassifier((1, 16, 16, 16), 40).eval()
    hidden = torch.randn(4, 64)
    joint = network.head(hidden).softmax(dim=1).reshape(4, 10, 4)
    content = network.content(hidden[:, :32]).softmax(dim=1)
    motion = network.motion(hidden[:, 32:]).softmax(dim=1)
    torch.testing.assert_close(joint, content[:, :, None] * motion[:, None])
    assert VideoClassifier((3, 16, 64, 64), 40)(torch.randn(2, 3, 16, 64, 64)).shape == (2, 40)


def test_frames_are_embedded_one_by_one(scorer):
    clips = load_split("moving_digits", "test")[0][:6]
    result, classes = embed_frames(scorer.network, clips, batch=4)
    assert result.shape == (96, 32) and classes.shape == (6, 16)
    with torch.no_grad():
        one = scorer.network.frame_features(to_unit(torch.from_numpy(clips[4:5, :, 7])))
    np.testing.assert_allclose(result[4 * 16 + 7], one[0], rtol=1e-4, atol=1e-5)


def test_reference_rows_are_what_they_are_called(scorer):
    drawn = {
        name: row("moving_digits", 0)
        for name, row in tracks.load("video").reference_rows("moving_digits").items()
    }
    assert set(drawn) == {"held_out", "memoriser", "noise", "still", "shuffled"}
    clips = load_split("moving_digits", "test")[0]
    still, shuffled = drawn["still"][0], drawn["shuffled"][0]
    assert (still == clips[:, :, :1]).all()
    assert np.array_equal(np.sort(shuffled, axis=2), np.sort(clips, axis=2))
    assert not np.array_equal(shuffled, clips)
    rows = {name: scorer.scores(*labelled) for name, labelled in drawn.items()}
    for scores in rows.values():
        assert set(scores) <= set(tracks.load("video").metric_directions())
    fvd = {name: scores["fvd"] for name, scores in rows.items()}
    assert fvd["held_out"] < min(fvd["still"], fvd["shuffled"]) and max(fvd, key=fvd.get) == "noise"
    frame_fid = {name: scores["frame_fid"] for name, scores in rows.items()}
    assert frame_fid["shuffled"] == pytest.approx(frame_fid["held_out"], rel=1e-3)
    assert frame_fid["still"] < 0.1 * frame_fid["noise"]
    motion = {name: scores["motion"] for name, scores in rows.items()}
    assert motion == {"held_out": 1, "memoriser": 1, "noise": 0, "still": 0, "shuffled": 0}
    consistency = {name: scores["content_consistency"] for name, scores in rows.items()}
    assert consistency["still"] == pytest.approx(1, abs=0.01)
    assert consistency["shuffled"] == pytest.approx(consistency["held_out"], abs=0.01)
    assert consistency["held_out"] < 0.99
    assert scorer.headline(still) == pytest.approx(fvd["still"])


def test_the_references_write_each_row_in_motion_and_frame_by_frame():
    references.references("moving_digits", SETTINGS)
    rows = ("held_out", "memoriser", "noise", "still", "shuffled")
    written = {path.name for path in Path("references/moving_digits").iterdir()}
    assert written == {"evaluation.json"} | {
        f"{row}.{ending}" for row in rows for ending in ("png", "webp")
    }
    assert set(json.loads(Path("references/moving_digits.json").read_text())) == set(rows)


def test_the_features_write_the_moments_of_frames():
    names = {path.name for path in Path("features/moving_digits").iterdir()}
    embedded = {f"{part}.npz" for part in ("train", "validation", "test")}
    assert names == {"classifier.safetensors", "frames.npz", "space.json"} | embedded
    assert "accuracy" in json.loads(Path("features/moving_digits.json").read_text())


@pytest.mark.parametrize("variant", SETTINGS.tracks["video"].variants)
def test_a_killed_run_resumes_to_the_same_bytes_and_is_scored(variant):
    run = find_run(variant)
    check_resumed_bytes(run, SETTINGS, at=32)
    evaluate.evaluate(run, SETTINGS)
    scores = json.loads(run.metrics.read_text())
    known = {"fvd", "frame_fid", "motion", "content_consistency", "diversity", "kid", "precision"}
    assert known <= set(scores) <= set(tracks.load("video").metric_directions())
    with Image.open(run.scored / "samples.webp") as picture:
        assert picture.n_frames == 16
        assert picture.size == (8 * 34 - 2, 3 * 34 - 2) and count_places(picture, 8) == 24
        assert picture.info["loop"] == 0
    with Image.open(run.scored / "samples.png") as picture:
        assert picture.size == (16 * 16, 4 * 16)
    facts = json.loads((run.trained / "training.json").read_text())
    assert facts["multiply_adds_per_sample"] > 0


def test_samples_are_files_of_clips(tmp_path, capsys):
    run = find_run("mocogan")
    train.train(run, SETTINGS)
    delete_checkpoint(run.name)
    for ending in ("gif", "webp", "npz", "png"):
        out = tmp_path / f"clips.{ending}"
        run_command("sample", "moving_digits-mocogan", "--count", 4, "--out", out)
        assert f"4 samples in {out}" in capsys.readouterr().out
    with np.load(tmp_path / "clips.npz") as file:
        clips = file["images"]
    assert clips.shape == (4, 1, 16, 16, 16) and clips.dtype == np.uint8
    with Image.open(tmp_path / "clips.webp") as picture:
        assert picture.n_frames == 16 and picture.size == (128, 128) and picture.info["loop"] == 0
        picture.seek(5)
        shown = np.asarray(picture.convert("L"))
    assert np.array_equal(shown[:64:4, :64:4], clips[0, 0, 5])
    with Image.open(tmp_path / "clips.gif") as picture:
        assert picture.is_animated and picture.info["loop"] == 0
    with Image.open(tmp_path / "clips.png") as picture:
        strips = np.asarray(picture)
    assert strips.shape == (4 * 64, 16 * 64)
    assert np.array_equal(strips[64:128:4, 3 * 64 : 4 * 64 : 4], clips[1, 0, 3])
    line = mistake_of(capsys, "sample", "moving_digits-mocogan", "--out", tmp_path / "clips.mp4")
    assert "expected a .png or .npz file, for clips also .gif or .webp" in line


def test_images_do_not_move(monkeypatch, capsys):
    shape = type("Still", (), {"shape": (1, 8, 8)})
    monkeypatch.setattr(sample, "find_weights", lambda row, seed: None)
    monkeypatch.setattr(sample.weights, "load", lambda *_: shape)
    line = mistake_of(capsys, "sample", "digits-dcgan", "--out", "grid.gif")
    assert line == (
        "--out: expected a .png or .npz file, as digits has no clips, got grid.gif; rename it"
    )
