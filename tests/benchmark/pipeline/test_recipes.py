"""Recipes: each stage depends on its settings and sources, and on no others."""

import json
import re
from pathlib import Path

import pytest

import gans
from benchmark import config, tracks
from benchmark.pipeline import recipes

SETTINGS = config.load()


def list_changed(settings):
    """List the recipes that differ from those of params.yaml."""
    before, after = recipes.render_recipes(SETTINGS), recipes.render_recipes(settings)
    return {path.as_posix() for path in before | after if before.get(path) != after.get(path)}


def edit_track(track, change):
    section = SETTINGS.tracks[track].model_copy(deep=True)
    return SETTINGS.model_copy(update={track: section.model_copy(update=change(section))})


def test_every_stage_has_a_recipe():
    paths = {path.as_posix() for path in recipes.render_recipes(SETTINGS)}
    stages = [
        f"{step}/{name}"
        for names, steps in (
            (SETTINGS.datasets, ("prepare", "features", "references")),
            (SETTINGS.rows, ("train", "evaluate")),
        )
        for name in names
        for step in steps
    ]
    assert paths == {f"recipes/{stage}.json" for stage in (*stages, "theory")}


def test_listed_sources_exist():
    for names in recipes.STAGE_SOURCES.values():
        for name in names:
            assert (recipes.PACKAGE / name).exists(), name
    for track in tracks.names():
        for step, parts in recipes.TRACK_MODULES.items():
            files = recipes.list_track_files(track, step)
            folder = recipes.PACKAGE / "tracks" / track
            first = folder / f"{parts[0]}.py" if folder.is_dir() else folder.with_suffix(".py")
            assert first in files


def test_a_learning_rate_changes_its_row_only():
    def change(track):
        entry = track.variants["dcgan"].model_copy(update={"lr": 0.123})
        return {"variants": track.variants | {"dcgan": entry}}

    rows = {f"recipes/train/{name}-dcgan.json" for name in SETTINGS.tracks["images"].datasets}
    assert list_changed(edit_track("images", change)) == rows


def test_a_metric_changes_every_scored_stage_of_its_track():
    paths = list_changed(
        edit_track(
            "toy", lambda section: {"metrics": section.metrics.model_copy(update={"bins": 7})}
        )
    )
    assert len(paths) == len(SETTINGS.tracks["toy"].datasets) * (
        len(SETTINGS.tracks["toy"].variants) + 1
    )
    assert all(re.match("recipes/(evaluate|references)/(ring8|grid25)", path) for path in paths)


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
def test_sources_belong_to_the_stages_that_run_them(file, rows):
    parsed = {path: json.loads(text) for path, text in recipes.render_recipes(SETTINGS).items()}
    paths = {str(path)[8:-5] for path, recipe in parsed.items() if file in recipe["code"]}
    assert rows <= paths and bool(rows) == bool(paths)
    steps = {path.split("/")[0] for path in rows}
    assert {path.split("/")[0] for path in paths} == steps
    if file.startswith("gans/unconditional"):
        assert {path.split("-")[-1] for path in paths} == {Path(file).stem}
    if "toy" in file:
        assert not any("images" in path or "digits" in path for path in paths)


def test_unchanged_recipes_are_not_rewritten(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    recipes.write_recipes(SETTINGS)
    one, other = Path("recipes/theory.json"), Path("recipes/train/ring8-vae.json")
    other.write_text("{}")
    Path("recipes/train/ring8-gone.json").write_text("{}")
    before = one.stat().st_mtime_ns
    recipes.write_recipes(SETTINGS)
    assert one.stat().st_mtime_ns == before and json.loads(other.read_text())["code"]
    assert {path: path.read_text() for path in Path("recipes").rglob("*.json")} == (
        recipes.render_recipes(SETTINGS)
    )


def test_a_changed_file_has_another_checksum(tmp_path, monkeypatch):
    monkeypatch.setattr(recipes, "PACKAGE", tmp_path / "benchmark")
    file = tmp_path / "benchmark" / "run.py"
    file.parent.mkdir()
    file.write_text("a = 1")
    before = recipes.compute_checksums(file)
    assert set(before) == {"benchmark/run.py"}
    file.write_text("a = 2")
    recipes.compute_checksums.cache_clear()
    assert recipes.compute_checksums(file) != before
    assert all(path.is_file() for path in gans.files().values())
