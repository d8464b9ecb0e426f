"""What each stage is made from: the settings and the code that are its own, and no others."""

import json
import re
from pathlib import Path

import pytest

import gans
from benchmark import config, tracks
from benchmark.pipeline import recipes

SETTINGS = config.load()


def changed(settings):
    """The recipes that are others than those of params.yaml."""
    before, after = recipes.recipes(SETTINGS), recipes.recipes(settings)
    return {path.as_posix() for path in before | after if before.get(path) != after.get(path)}


def edited(track, change):
    own = SETTINGS.tracks[track].model_copy(deep=True)
    return SETTINGS.model_copy(update={track: own.model_copy(update=change(own))})


def test_every_stage_of_a_row_or_a_data_set_has_one():
    found = {path.as_posix() for path in recipes.recipes(SETTINGS)}
    stages = [
        f"{step}/{name}"
        for names, steps in (
            (SETTINGS.datasets, ("prepare", "features", "references")),
            (SETTINGS.rows, ("train", "evaluate")),
        )
        for name in names
        for step in steps
    ]
    assert found == {f"recipes/{stage}.json" for stage in (*stages, "theory")}


def test_all_code_that_is_named_is_there():
    for names in recipes.CODE.values():
        for name in names:
            assert (recipes.HERE / name).exists(), name
    for track in tracks.names():
        for step, parts in recipes.PARTS.items():
            files = recipes.track_files(track, step)
            assert {f"benchmark/tracks/{track}/{parts[0]}.py"} <= {
                file.relative_to(recipes.HERE.parent).as_posix() for file in files
            }


def test_a_learning_rate_is_of_its_row_alone():
    def change(track):
        entry = track.variants["dcgan"].model_copy(update={"lr": 0.123})
        return {"variants": track.variants | {"dcgan": entry}}

    rows = {f"recipes/train/{name}-dcgan.json" for name in SETTINGS.tracks["images"].datasets}
    assert changed(edited("images", change)) == rows


def test_a_metric_is_of_all_that_is_scored_on_its_board():
    found = changed(
        edited("toy", lambda own: {"metrics": own.metrics.model_copy(update={"bins": 7})})
    )
    assert len(found) == len(SETTINGS.tracks["toy"].datasets) * (
        len(SETTINGS.tracks["toy"].variants) + 1
    )
    assert all(re.match("recipes/(evaluate|references)/(ring8|grid25)", path) for path in found)


@pytest.mark.parametrize(
    ("file", "rows"),
    [
        ("gans/unconditional/lsgan.py", {"train/digits-lsgan", "train/ring8-lsgan"}),
        ("gans/common/penalties.py", {"theory", "train/digits-vae", "train/ring8-vae"}),
        ("benchmark/training/trainer.py", {"theory", "train/ring8-vae"}),
        ("benchmark/tracks/toy/scoring.py", {"references/ring8", "evaluate/grid25-wgan"}),
        (
            "benchmark/tracks/domains/scoring.py",
            {"references/renderings", "evaluate/renderings-unet"},
        ),
        (
            "benchmark/metrics/frechet.py",
            {"theory", "features/digits", "references/digits", "evaluate/digits-vae"},
        ),
        (
            "benchmark/data/sources/points.py",
            {"prepare/ring8", "references/ring8", "evaluate/ring8-vae"},
        ),
        ("benchmark/website/pages.py", set()),
    ],
)
def test_code_is_of_the_stages_that_it_makes(file, rows):
    told = {path: json.loads(text) for path, text in recipes.recipes(SETTINGS).items()}
    found = {str(path)[8:-5] for path, recipe in told.items() if file in recipe["code"]}
    assert rows <= found and bool(rows) == bool(found)
    steps = {path.split("/")[0] for path in rows}
    assert {path.split("/")[0] for path in found} == steps
    if file.startswith("gans/unconditional"):
        assert {path.split("-")[-1] for path in found} == {Path(file).stem}
    if "toy" in file:
        assert not any("images" in path or "digits" in path for path in found)


def test_a_recipe_that_is_as_it_was_is_not_touched(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    recipes.write(SETTINGS)
    one, other = Path("recipes/theory.json"), Path("recipes/train/ring8-vae.json")
    other.write_text("{}")
    Path("recipes/train/ring8-gone.json").write_text("{}")
    before = one.stat().st_mtime_ns
    recipes.write(SETTINGS)
    assert one.stat().st_mtime_ns == before and json.loads(other.read_text())["code"]
    assert {path: path.read_text() for path in Path("recipes").rglob("*.json")} == (
        recipes.recipes(SETTINGS)
    )


def test_a_changed_file_has_another_sum(tmp_path, monkeypatch):
    monkeypatch.setattr(recipes, "HERE", tmp_path / "benchmark")
    file = tmp_path / "benchmark" / "run.py"
    file.parent.mkdir()
    file.write_text("a = 1")
    before = recipes.sums(file)
    assert set(before) == {"benchmark/run.py"}
    file.write_text("a = 2")
    recipes.sums.cache_clear()
    assert recipes.sums(file) != before
    assert all(path.is_file() for path in gans.files().values())
