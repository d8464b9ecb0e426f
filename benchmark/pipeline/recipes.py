"""Write the settings and source checksums of each stage: `gan-benchmark recipes`.

recipes/train/digits-dcgan.json holds the settings of that row in params.yaml and the SHA-256 of
each source file that trains it. DVC compares this one file; otherwise it would parse params.yaml
and check every source file for each of some 200 stages. The file of a variant is found by its name,
since the name of a row does not contain its family.
"""

import ast
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import gans
from benchmark import config
from benchmark.common.hashing import sha256
from benchmark.common.messages import stop
from benchmark.pipeline import rows

FOLDER = Path("recipes")
# source files of a stage on every track, below benchmark/; few and stable, because a change of any
# makes every row of the stage outdated
STAGE_SOURCES = {
    "prepare": ["common/seeds.py", "data/prepare.py", "data/splits.py"],
    "features": ["common/seeds.py", "common/threads.py", "features/features.py"],
    "references": ["common/seeds.py", "common/threads.py", "evaluation/references.py"],
    "train": [
        "common/seeds.py",
        "common/threads.py",
        "data/batches.py",
        "data/pixels.py",
        "data/splits.py",
        "training/curves.py",
        "training/health.py",
        "training/moving_average.py",
        "training/optimizers.py",
        "training/plane.py",
        "training/train.py",
        "training/trainer.py",
    ],
    "evaluate": [
        "common/seeds.py",
        "common/threads.py",
        "evaluation/diagnosis.py",
        "evaluation/evaluate.py",
        "evaluation/sampling.py",
    ],
    "theory": [
        "common/seeds.py",
        "common/threads.py",
        "data/batches.py",
        "data/pixels.py",
        "data/splits.py",
        "metrics",
        "studies/theory.py",
        "training/curves.py",
        "training/moving_average.py",
        "training/optimizers.py",
        "training/trainer.py",
    ],
}
# the modules of a track that its stages need, without their imports
TRACK_MODULES = {
    "prepare": ("data",),
    "references": ("scoring", "pictures", "references"),
    "evaluate": ("scoring", "pictures"),
}
# packages whose modules are followed through imports
FOLLOWED_PACKAGES = ("data", "evaluation", "features", "metrics", "tracks")
# modules that load the modules of tracks by name, and would lead to all tracks
IGNORED_MODULES = ("benchmark.tracks", "benchmark.tracks.base.track")
# sources of perceptual losses with a published network, for data sets that use one
PERCEPTUAL_SOURCES = (
    "features/perceptual.py",
    "features/extractors/imagenet.py",
    "features/extractors/weights.py",
)
PACKAGE = Path(__file__).parents[1]
COMMON = gans.ROOT / "common"
THEORY_VARIANTS = ("dcgan", "gan_minimax")  # the variants that the stage trains


def list_imported_files(file: Path) -> set[Path]:
    """List the source files of `FOLLOWED_PACKAGES` that a module imports, also indirectly."""
    visited, queue = set(), [file]
    while queue:
        path = queue.pop()
        if path in visited:
            continue
        visited.add(path)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
                queue += [target for name in names for target in find_module_files(name)]
    return visited


def find_module_files(module: str) -> list[Path]:
    """Find the file of a module of `FOLLOWED_PACKAGES`; empty for any other module."""
    package, *parts = module.split(".")
    if (
        package != "benchmark"
        or not parts
        or parts[0] not in FOLLOWED_PACKAGES
        or module in IGNORED_MODULES
    ):
        return []
    path = PACKAGE.joinpath(*parts)
    files = [path.with_suffix(".py"), path / "__init__.py"]
    return [file for file in files if file.is_file()]


@cache
def list_track_files(track: str, step: str) -> tuple[Path, ...]:
    """List the source files of a track that a stage depends on."""
    folder = PACKAGE / "tracks" / track
    files = [folder / f"{part}.py" for part in TRACK_MODULES.get(step, ())]
    if not folder.is_dir():
        files = [folder.with_suffix(".py")] if step in TRACK_MODULES else []
    imported = {path for file in files if file.is_file() for path in list_imported_files(file)}
    return tuple(sorted(imported))


@cache
def compute_checksums(path: Path) -> dict[str, str]:
    """Compute the SHA-256 of a source file, or of each one in a folder."""
    files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return {file.relative_to(PACKAGE.parent).as_posix(): sha256(file) for file in files}


def render_recipe(sources: Iterable[Path], **settings: Any) -> str:
    """Render one recipe as JSON."""
    code = {name: digest for path in sources for name, digest in compute_checksums(path).items()}
    return json.dumps({"settings": settings, "code": code}, indent=1, sort_keys=True) + "\n"


def render_recipes(settings: config.Params) -> dict[Path, str]:
    """Render every recipe; path -> JSON text."""
    raw = settings.model_dump(exclude_unset=True, mode="json")
    code = {step: [PACKAGE / name for name in names] for step, names in STAGE_SOURCES.items()}
    encoders = "captions.py", "recurrent.py"  # the stage features trains these networks
    code["features"] += list_imported_files(PACKAGE / "features" / "features.py")
    code["features"] += [COMMON / "networks" / name for name in encoders]
    trained = [COMMON, *(gans.files()[name] for name in THEORY_VARIANTS)]
    recipes = {FOLDER / "theory.json": render_recipe(code["theory"] + trained)}
    for name, track in settings.tracks.items():
        section = raw[name]
        files = {step: [*code[step], *list_track_files(name, step)] for step in code}
        scoring = {"metrics": section.get("metrics"), "seeds": section["seeds"]}
        training = {"training": section["training"], "seeds": section["seeds"]}
        for dataset in track.datasets:
            block = section["datasets"][dataset]
            options = {key: block[key] for key in ("file", "oracle") if key in block}
            texts = {
                "prepare": render_recipe(files["prepare"], folder=block.get("folder"), **options),
                "features": render_recipe(
                    code["features"], features=raw["features"], space=block.get("feature_space")
                ),
                "references": render_recipe(files["references"], **scoring),
            }
            recipes |= {FOLDER / step / f"{dataset}.json": text for step, text in texts.items()}
            for variant in track.variants:
                row = f"{dataset}-{variant}.json"
                sources = [*files["train"], COMMON, gans.files()[variant]]
                if "perceptual" in block:
                    sources += [PACKAGE / name for name in PERCEPTUAL_SOURCES]
                recipes[FOLDER / "train" / row] = render_recipe(
                    sources, **training, dataset=block, variant=section["variants"][variant]
                )
                recipes[FOLDER / "evaluate" / row] = render_recipe(files["evaluate"], **scoring)
    return recipes


def write_recipes(settings: config.Params) -> int:
    """Write changed recipes, and delete those of removed rows.

    Returns:
        The number of recipes.
    """
    texts = render_recipes(settings)
    for path, text in texts.items():
        if not path.is_file() or path.read_text() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    for path in set(FOLDER.rglob("*.json")) - set(texts):
        path.unlink()
    return len(texts)


def check_rows(settings: config.Params) -> None:
    """Rewrite rows.yaml if it does not match params.yaml, and exit if it did not."""
    if rows.write_rows(settings):
        stop(
            f"{rows.FILE}: expected the rows of {config.FILE}, got others; it is rewritten, run the"
            " command again"
        )
