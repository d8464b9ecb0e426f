"""Recipes: each stage depends on its settings and sources, and on no others."""

import json
import re
import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from benchmark import config
from benchmark.common import imports
from benchmark.config import validation
from benchmark.pipeline import recipes
from benchmark.studies.selection import list_sensitivity_datasets
from tests.benchmark.config.params import load_repository_params

ROOT = Path(__file__).parents[3]
SETTINGS = load_repository_params()


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
    stages += [f"sensitivity/{name}" for name in list_sensitivity_datasets(SETTINGS)]
    assert paths == {f"recipes/{stage}.json" for stage in (*stages, "theory", "report", "site")}


def test_every_stage_of_dvc_depends_on_its_recipe():
    stages = YAML(typ="safe").load(ROOT / "dvc.yaml")["stages"]
    assert set(stages) - {"recipes"} == set(recipes.STAGES)
    for name, stage in stages.items():
        stage = stage.get("do", stage)
        recipe = f"recipes/{name}/${{key}}.json" if "${key}" in stage["cmd"] else None
        if name != "recipes":
            assert (recipe or f"recipes/{name}.json") in stage["deps"]


def test_a_learning_rate_changes_its_row_only():
    def change(track):
        entry = track.variants["dcgan"].model_copy(update={"lr": 0.123})
        return {"variants": track.variants | {"dcgan": entry}}

    rows = {f"recipes/train/{name}-dcgan.json" for name in SETTINGS.tracks["images"].datasets}
    assert list_changed(edit_track("images", change)) == rows


def test_a_metric_of_small_images_changes_what_the_metrics_see():
    def change(section):
        return {"metrics": section.metrics.model_copy(update={"neighbours": 7})}

    paths = list_changed(edit_track("images", change))
    assert {path for path in paths if "sensitivity" in path} == {
        f"recipes/sensitivity/{name}.json" for name in list_sensitivity_datasets(SETTINGS)
    }


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


def test_seeds_of_a_data_set_change_its_stages():
    def change(track):
        block = track.datasets["mnist"].model_copy(update={"seeds": [7]})
        return {"datasets": track.datasets | {"mnist": block}}

    names = SETTINGS.images.variants_of("mnist")
    rows = {f"{stage}/mnist-{name}" for stage in ("train", "evaluate") for name in names}
    assert list_changed(edit_track("images", change)) == {
        f"recipes/{path}.json" for path in rows | {"references/mnist"}
    }


@pytest.mark.parametrize("optional", [["gan"], True, False])
def test_which_rows_are_optional_changes_no_stage(optional):
    def change(track):
        return {
            "datasets": {
                name: block.model_copy(update={"optional": optional})
                for name, block in track.datasets.items()
            }
        }

    assert not list_changed(edit_track("images", change))


# modules that no stage runs: commands, what runs the stages, and layers that no variant has yet
NO_STAGE = re.compile(
    r"benchmark\.(__main__|cli|common\.(interruption|packages)"
    r"|config\.(entries|keywords|loader|selection|validation|values)"
    r"|pipeline|records\.(check\w*|write)|reporting\.(readme|recording)|studies|tracks\.\w+\.checks"
    r"|evaluation\.(any_size|apply|inputs|sample|score)|metrics\.(prdc|precision_recall))\b"
    r"|gans\.common\.networks\.noise\b"
)


def list_stages_of(module):
    """List the recipes that contain a module, without folder and suffix."""
    parsed = {path: json.loads(text) for path, text in recipes.render_recipes(SETTINGS).items()}
    return {str(path)[8:-5] for path, recipe in parsed.items() if module in recipe["code"]}


def select(pattern):
    """List the recipes whose names match a pattern."""
    names = {str(path)[8:-5] for path in recipes.render_recipes(SETTINGS)}
    return {name for name in names if re.fullmatch(pattern, name)}


@pytest.mark.parametrize(
    ("module", "stages"),
    [
        ("gans.unconditional.lsgan", "(train|evaluate)/.*-lsgan|report|site"),
        (
            "gans.common.penalties",
            r"(train|evaluate)/.*-(wgan_gp|dragan|r3gan|stylegan2?|progan|stargan|(saturating_)?lazy_r1|all_tricks)|report|site",
        ),
        ("benchmark.training.trainer", "train/.*|theory"),
        ("benchmark.tracks.toy.scoring", "(references|evaluate)/(ring8|grid25).*"),
        ("benchmark.tracks.domains.scoring", "(references|evaluate)/renderings.*"),
        ("benchmark.tracks.images.page", "site"),
        ("benchmark.website.pages", "site"),
        ("benchmark.reporting.claims", "report|site"),
        ("benchmark.data.prepare", "prepare/.*"),
        ("benchmark.pipeline.repro", ""),
        ("benchmark.studies.search", ""),
        ("benchmark.studies.damages", "sensitivity/.*"),
        ("benchmark.studies.reactions", "sensitivity/.*|site"),
    ],
)
def test_modules_belong_to_the_stages_that_use_them(module, stages):
    assert list_stages_of(module) == select(stages)


@pytest.mark.parametrize(
    ("module", "stage"),
    [
        ("benchmark.features.perceptual", "train/photographs_x4-srgan"),
        ("benchmark.features.extractors.classifier", "train/photographs_x4-srgan"),
        ("benchmark.features.extractors.weights", "train/photographs_x4-esrgan"),
        ("benchmark.features.features", "train/captioned_digits-stackgan"),
        ("benchmark.config.schema", "train/digits-dcgan"),
        ("benchmark.tracks", "train/digits-dcgan"),
        ("gans", "train/digits-dcgan"),
        ("benchmark.tracks.images", "report"),
    ],
)
def test_no_stage_misses_a_module_that_decides_its_result(module, stage):
    assert stage in list_stages_of(module)


def test_captions_and_scores_are_no_part_of_training():
    modules = recipes.list_modules("train", variants=("dcgan",))
    others = ("evaluation", "features", "metrics", "reporting", "website", "tracks.images")
    assert not [
        name for name in modules if name.startswith(tuple(f"benchmark.{o}" for o in others))
    ]


@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.slow), 8])  # all modules
def test_a_statement_in_any_module_changes_the_recipes_of_exactly_its_stages(
    tmp_path, monkeypatch, step
):
    toy = SETTINGS.tracks["toy"]
    few_rows = {
        "datasets": {"ring8": toy.datasets["ring8"]},
        "variants": {"dcgan": toy.variants["dcgan"]},
    }
    settings = edit_track("toy", lambda section: few_rows)
    for package in imports.PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    monkeypatch.setattr(imports, "ROOT", tmp_path)
    recipes.clear_caches()
    before = recipes.render_recipes(settings)
    for file in tmp_path.rglob("*.py"):
        file.write_text(f"# a comment\n{file.read_text()}")
    recipes.clear_caches()
    assert recipes.render_recipes(settings) == before
    users = {}
    for path, text in before.items():
        for module in json.loads(text)["code"]:
            users.setdefault(module, set()).add(path)
    fingerprint, changed = imports.fingerprint, {}

    def fingerprint_again(module):  # a cache for all modules but the changed one
        return changed.get(module) or fingerprint(module)

    monkeypatch.setattr(imports, "fingerprint", fingerprint_again)
    for file in sorted(tmp_path.rglob("*.py"))[::step]:
        parts = file.relative_to(tmp_path).with_suffix("").parts
        module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        source = file.read_text()
        file.write_text(f"{source}\nappended = 1\n")
        changed.clear()
        changed[module] = fingerprint.__wrapped__(module)
        after = recipes.render_recipes(settings)
        file.write_text(source)
        outdated = {path for path in before if after[path] != before[path]}
        assert outdated == users.get(module, set()), module
        assert outdated or NO_STAGE.match(module), f"{module}: expected a stage that uses it"
    monkeypatch.undo()
    recipes.clear_caches()


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


def test_recipes_are_rendered_only_if_an_input_or_a_recipe_has_changed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for package in imports.PACKAGES:
        (tmp_path / package).mkdir()
        (tmp_path / package / "module.py").write_text("value = 1\n")
    rendered = []

    def render(settings):
        rendered.append(settings)
        return {Path("recipes/theory.json"): "{}", Path("recipes/train/a.json"): "{}"}

    monkeypatch.setattr(imports, "ROOT", tmp_path)
    monkeypatch.setattr(recipes, "render_recipes", render)
    changes = [
        lambda: (tmp_path / "gans/module.py").write_text("value = 2\n"),
        lambda: (tmp_path / "gans/new.py").touch(),
        lambda: (tmp_path / "gans/new.py").unlink(),
        lambda: Path("recipes/theory.json").write_text("other"),
        lambda: Path("recipes/theory.json").unlink(),
        lambda: Path("recipes/train/b.json").write_text("{}"),
    ]
    for count, change in enumerate([lambda: None, *changes], 1):
        change()
        for _ in range(2):
            texts = recipes.write_recipes(SETTINGS)
            assert len(rendered) == count
            assert texts == {path: path.read_text() for path in Path("recipes").rglob("*.json")}
    recipes.write_recipes(edit_track("toy", lambda section: {"seeds": [7]}))
    assert len(rendered) == count + 1


def test_parameters_are_validated_anew_only_if_recipes_are_outdated(tmp_path, monkeypatch, capsys):
    params = tmp_path / "params.yaml"
    shutil.copy("params.yaml", params)
    monkeypatch.chdir(tmp_path)
    validated = []
    monkeypatch.setattr(validation, "find_mistakes", lambda params: validated.append(params) or [])
    settings = config.load_params(is_checked=recipes.are_current)
    assert len(validated) == 1
    recipes.write_recipes(settings)
    config.load_params(is_checked=recipes.are_current)
    assert len(validated) == 1
    params.write_text(params.read_text().replace("seeds: [0, 1, 2]", "seeds: [0, 1]"))
    config.load_params(is_checked=recipes.are_current)
    assert len(validated) == 2
    params.write_text("images: 1\n")  # the schema is always checked
    with pytest.raises(SystemExit):
        config.load_params(is_checked=lambda params: True)
    assert "params.yaml: images: expected" in capsys.readouterr().err
