"""Write the settings and code fingerprints of each stage: `gan-benchmark recipes`.

recipes/train/digits-dcgan.json holds the settings of that row in params.yaml and the fingerprint of
each module that trains it. DVC compares this one file; otherwise it would parse params.yaml and
check every source file for each of some 200 stages. `benchmark.pipeline.imports` finds the modules.
"""

import json
import sys
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import gans
from benchmark import config, tracks
from benchmark.common import imports
from benchmark.common.messages import stop
from benchmark.common.paths import make_folder
from benchmark.common.writing import write_text
from benchmark.pipeline import rows
from benchmark.studies.selection import list_sensitivity_datasets

FOLDER = Path("recipes")
STAMP = Path(".dvc/tmp/recipes.sha256")  # of the inputs and the recipes that were written last
# stage -> module and function that it runs
STAGES = {
    "prepare": ("benchmark.data.prepare", "prepare"),
    "features": ("benchmark.features.features", "compute_features"),
    "references": ("benchmark.evaluation.references", "references"),
    "train": ("benchmark.training.train", "train_row"),
    "evaluate": ("benchmark.evaluation.evaluate", "evaluate"),
    "sensitivity": ("benchmark.studies.sensitivity", "write_sensitivity"),
    "theory": ("benchmark.studies.theory", "write_theory"),
    "report": ("benchmark.reporting.report", "write_tables"),
    "site": ("benchmark.website.site", "build_site"),
}
THEORY_VARIANTS = ("dcgan", "gan_minimax")  # the variants that the stage trains


# modules with the networks of losses, on tracks whose training needs the stage `features`
NETWORKS = ("benchmark.features.features", "benchmark.features.perceptual")


@cache
def list_modules(
    stage: str,
    track_names: tuple[str, ...] = (),
    variants: tuple[str, ...] = (),
    others: tuple[str, ...] = (),
) -> frozenset[str]:
    """List the modules that a stage uses.

    Args:
        stage: a key of `STAGES`.
        track_names: tracks that it loads.
        variants: variants that it loads.
        others: other modules that it loads by name.
    """
    module, function = STAGES[stage]
    packages = [tracks.list_packages(name) for name in track_names]
    roots = [module, *others, *(names[0] for names in packages)]
    roots += [f"gans.{gans.family(variant)}.{variant}" for variant in variants]
    return frozenset(imports.list_imports(roots, calls=[function], tracks=packages))


def clear_caches() -> None:
    """Forget the source files that were read, because they may have changed."""
    imports.clear_caches()
    list_modules.cache_clear()


def render_recipe(modules: Iterable[str], **settings: Any) -> str:
    """Render one recipe as JSON."""
    code = {module: imports.fingerprint(module) for module in modules}
    return json.dumps({"settings": settings, "code": code}, indent=1, sort_keys=True) + "\n"


def render_recipes(settings: config.Params) -> dict[Path, str]:
    """Render every recipe; path -> JSON text."""
    raw = settings.model_dump(exclude_unset=True, mode="json")
    names = tuple(settings.tracks)
    variants = tuple(dict.fromkeys(run.variant for run in settings.runs))
    recipes = {
        FOLDER / "theory.json": render_recipe(list_modules("theory", variants=THEORY_VARIANTS)),
        FOLDER / "report.json": render_recipe(list_modules("report", names, variants)),
        FOLDER / "site.json": render_recipe(list_modules("site", names, variants)),
    }
    measured = list_sensitivity_datasets(settings)
    for name, track in settings.tracks.items():
        section = raw[name]
        for dataset in track.datasets:
            seeds = track.seeds_of(dataset)
            scoring = {"metrics": section.get("metrics"), "seeds": seeds}
            training = {"training": section["training"], "seeds": seeds}
            # the entries have the changes; which rows are made changes none of them
            left_out = ("seeds", "only", "changes", "optional")
            block = {k: v for k, v in section["datasets"][dataset].items() if k not in left_out}
            blocks = {
                "prepare": {key: block.get(key) for key in ("folder", "subset", "file", "oracle")},
                "features": {"features": raw["features"], "space": block.get("feature_space")},
                "references": scoring,
            }
            if dataset in measured:
                blocks["sensitivity"] = {"metrics": section.get("metrics")}
            for step, values in blocks.items():
                text = render_recipe(list_modules(step, (name,)), **values)
                recipes[FOLDER / step / f"{dataset}.json"] = text
            for variant, entry_of_variant in track.variants_of(dataset).items():
                changed = entry_of_variant.model_dump(exclude_unset=True, mode="json")
                entry = {"dataset": block, "variant": changed}
                file = f"{dataset}-{variant}.json"
                # of a track, training uses these networks alone: a new metric retrains no row
                networks = NETWORKS if tracks.load(name).needs_features(track) else ()
                modules = list_modules("train", variants=(variant,), others=networks)
                recipes[FOLDER / "train" / file] = render_recipe(modules, **training, **entry)
                modules = list_modules("evaluate", (name,), (variant,))
                recipes[FOLDER / "evaluate" / file] = render_recipe(modules, **scoring)
    return recipes


def fingerprint_inputs(settings: config.Params) -> str:
    """Compute one SHA-256 of all that recipes depend on: Python, settings and source files."""
    digest = sha256(f"{sys.version}\0{settings.model_dump_json(exclude_unset=True)}".encode())
    for package in imports.PACKAGES:
        for file in sorted((imports.ROOT / package).rglob("*.py")):
            digest.update(f"\0{file}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def read_recipes() -> dict[Path, str]:
    """Read the recipes that have been written; path -> JSON text."""
    # a damaged one differs, and is written again
    return {
        path: path.read_text(encoding="utf-8", errors="replace") for path in FOLDER.rglob("*.json")
    }


def render_stamp(inputs: str, texts: dict[Path, str]) -> str:
    """Render one SHA-256 of inputs and recipes."""
    lines = sorted(f"{path}\0{text}" for path, text in texts.items())
    return sha256("\0".join([inputs, *lines]).encode()).hexdigest()


def are_current(settings: config.Params) -> bool:
    """Whether neither the inputs nor the recipes have changed since recipes were written."""
    stamp = render_stamp(fingerprint_inputs(settings), read_recipes())
    return STAMP.is_file() and STAMP.read_text(encoding="utf-8") == stamp


def write_recipes(settings: config.Params) -> dict[Path, str]:
    """Write changed recipes, and delete those of removed rows.

    If neither inputs nor recipes have changed, the recipes are read: parsing all source files takes
    a second.

    Returns:
        Every recipe; path -> JSON text.
    """
    written = read_recipes()
    if are_current(settings):
        return written
    texts = render_recipes(settings)
    for path, text in texts.items():
        if written.get(path) != text:
            make_folder(path.parent)
            write_text(path, text)
    for path in written.keys() - texts.keys():
        path.unlink()
    make_folder(STAMP.parent)
    write_text(STAMP, render_stamp(fingerprint_inputs(settings), texts))
    return texts


def check_rows(settings: config.Params) -> None:
    """Rewrite rows.yaml if it does not match params.yaml, and exit if it did not."""
    if rows.write_rows(settings):
        stop(
            f"{rows.FILE}: expected the rows of {config.FILE}, got others; it is rewritten, run the"
            " command again"
        )
