"""What each stage is made from, a small file a stage: `gan-benchmark recipes`.

recipes/train/digits-dcgan.json holds what params.yaml says of that row and the SHA-256 of
each source file that trains it. DVC compares this one file, where it would otherwise parse
params.yaml anew and look at every source for each of some 200 stages. A variant's own file is
found by its name alone: the name of a row does not say its family.
"""

import ast
import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import gans
from benchmark import config
from benchmark.common.messages import stop
from benchmark.pipeline import rows

FOLDER = Path("recipes")
# source files of a stage whatever its track, below benchmark/; few and stable, as a change of any
# begins every row of the stage anew
CODE = {
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
        "training/trainer.py",
    ],
}
# the modules of a track that its stages need, besides what these import
PARTS = {
    "prepare": ("data",),
    "references": ("scoring", "pictures", "references"),
    "evaluate": ("scoring", "pictures"),
}
# packages whose modules are followed from there
FOLLOWED = ("data", "evaluation", "features", "metrics", "tracks")
# modules that load the parts of tracks by name, and would lead to all of them
NOT_FOLLOWED = ("benchmark.tracks", "benchmark.tracks.base.track")
# and what gives losses a published network to compare images by, where one is asked for
PERCEPTION = (
    "features/perceptual.py",
    "features/extractors/imagenet.py",
    "features/extractors/weights.py",
)
HERE = Path(__file__).parents[1]
COMMON = gans.ROOT / "common"
THEORY = ("dcgan", "gan_minimax")  # the variants that it trains


def imported_files(file: Path) -> set[Path]:
    """List the source files of `FOLLOWED` that a module imports, directly or by others."""
    found, queue = set(), [file]
    while queue:
        path = queue.pop()
        if path in found:
            continue
        found.add(path)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
                queue += [target for name in names for target in followed(name)]
    return found


def followed(module: str) -> list[Path]:
    """Find the file of a module of `FOLLOWED`, if it is one."""
    package, *parts = module.split(".")
    if package != "benchmark" or not parts or parts[0] not in FOLLOWED or module in NOT_FOLLOWED:
        return []
    path = HERE.joinpath(*parts)
    files = [path.with_suffix(".py"), path / "__init__.py"]
    return [file for file in files if file.is_file()]


@cache
def track_files(track: str, step: str) -> tuple[Path, ...]:
    """List the source files by which a track takes part in a stage."""
    folder = HERE / "tracks" / track
    files = [folder / f"{part}.py" for part in PARTS.get(step, ())]
    if not folder.is_dir():
        files = [folder.with_suffix(".py")] if step in PARTS else []
    found = {path for file in files if file.is_file() for path in imported_files(file)}
    return tuple(sorted(found))


@cache
def sums(path: Path) -> dict[str, str]:
    """SHA-256 of a source file, or of each one in a folder."""
    files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return {
        file.relative_to(HERE.parent).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
    }


def recipe(sources: Iterable[Path], **settings: Any) -> str:
    """The text of one recipe."""
    code = {name: digest for path in sources for name, digest in sums(path).items()}
    return json.dumps({"settings": settings, "code": code}, indent=1, sort_keys=True) + "\n"


def recipes(settings: config.Params) -> dict[Path, str]:
    """The text of every recipe, by its file."""
    told = settings.model_dump(exclude_unset=True, mode="json")
    code = {step: [HERE / name for name in names] for step, names in CODE.items()}
    encoders = "captions.py", "recurrent.py"  # which are trained there
    code["features"] += imported_files(HERE / "features" / "features.py")
    code["features"] += [COMMON / "networks" / name for name in encoders]
    trained = [COMMON, *(gans.files()[name] for name in THEORY)]
    found = {FOLDER / "theory.json": recipe(code["theory"] + trained)}
    for name, track in settings.tracks.items():
        own = told[name]
        files = {step: [*code[step], *track_files(name, step)] for step in code}
        scoring = {"metrics": own.get("metrics"), "seeds": own["seeds"]}
        training = {"training": own["training"], "seeds": own["seeds"]}
        for dataset in track.datasets:
            block = own["datasets"][dataset]
            drawn = {key: block[key] for key in ("file", "oracle") if key in block}
            made = {
                "prepare": recipe(files["prepare"], folder=block.get("folder"), **drawn),
                "features": recipe(
                    code["features"], features=told["features"], space=block.get("feature_space")
                ),
                "references": recipe(files["references"], **scoring),
            }
            found |= {FOLDER / step / f"{dataset}.json": text for step, text in made.items()}
            for variant in track.variants:
                row = f"{dataset}-{variant}.json"
                sources = [*files["train"], COMMON, gans.files()[variant]]
                if "perceptual" in block:
                    sources += [HERE / used for used in PERCEPTION]
                found[FOLDER / "train" / row] = recipe(
                    sources, **training, dataset=block, variant=own["variants"][variant]
                )
                found[FOLDER / "evaluate" / row] = recipe(files["evaluate"], **scoring)
    return found


def write(settings: config.Params) -> int:
    """Write the recipes; those that are as they were are not touched, and others go.

    Returns:
        How many there are.
    """
    wanted = recipes(settings)
    for path, text in wanted.items():
        if not path.is_file() or path.read_text() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    for path in set(FOLDER.rglob("*.json")) - set(wanted):
        path.unlink()
    return len(wanted)


def check_rows(settings: config.Params) -> None:
    """Stop if rows.yaml does not fit params.yaml, after it has been written anew."""
    if rows.write(settings):
        stop(f"{rows.FILE} did not fit {config.FILE}; it is rewritten: run the command again")
