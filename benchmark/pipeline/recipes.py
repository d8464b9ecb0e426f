"""What each stage is made from, a small file a stage: `gan-benchmark recipes`.

recipes/train/images/digits/dcgan.json holds what params.yaml says of that row and the SHA-256 of
each source file that trains it. DVC compares this one file, where it would otherwise parse
params.yaml anew and look at every source for each of some 200 stages. A variant's own file is
found by its name alone: the name of a row does not say its family.
"""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import gans
from benchmark import config
from benchmark.common.hashing import sha256

FOLDER = Path("recipes")
# below benchmark/: few and stable files, as a change of any begins every row of the stage anew
CODE = {
    "prepare": ["data/prepare.py", "common/seeds.py"],
    "features": [
        "data/batches.py",
        "data/pixels.py",
        "data/splits.py",
        "features/features.py",
        "metrics/frechet.py",
        "metrics/r_precision.py",
        "common/seeds.py",
        "data/sentences.py",
        "features/extractors",
        "common/threads.py",
    ],
    "references": [
        "data/bicubic.py",
        "metrics",
        "evaluation/references.py",
        "common/seeds.py",
        "common/threads.py",
    ],
    "train": [
        "training/curves.py",
        "data/batches.py",
        "data/pixels.py",
        "data/splits.py",
        "training/trainer.py",
        "common/seeds.py",
        "common/threads.py",
        "training/train.py",
    ],
    "evaluate": [
        "data/batches.py",
        "data/pixels.py",
        "data/splits.py",
        "evaluation/evaluate.py",
        "evaluation/diagnosis.py",
        "metrics",
        "common/seeds.py",
        "evaluation/sheets.py",
        "common/threads.py",
    ],
    "theory": [
        "training/curves.py",
        "data/batches.py",
        "data/pixels.py",
        "data/splits.py",
        "metrics",
        "training/trainer.py",
        "common/seeds.py",
        "studies/theory.py",
        "common/threads.py",
    ],
}
# what makes the data of a track
MAKERS = {
    "images": [
        "data/sources/downloads.py",
        "data/sources/images.py",
    ],
    "toy": [
        "data/sources/points.py",
    ],
    "translation": [
        "data/sources/downloads.py",
        "data/sources/folders.py",
        "data/sources/images.py",
        "data/sources/translation.py",
    ],
    "multimodal": [
        "data/sources/images.py",
        "data/sources/multimodal.py",
        "data/sources/translation.py",
    ],
    "domains": [
        "data/sources/domains.py",
        "data/sources/images.py",
        "data/sources/translation.py",
    ],
    "superresolution": [
        "data/bicubic.py",
        "data/sources/downloads.py",
        "data/sources/folders.py",
        "data/sources/photo_folders.py",
        "data/sources/superresolution.py",
    ],
    "text_to_image": [
        "data/captions.py",
        "data/sources/caption_folders.py",
        "data/sources/folders.py",
        "data/sources/images.py",
        "data/sources/text_to_image.py",
        "data/sources/translation.py",
    ],
    "video": [
        "data/sources/downloads.py",
        "data/sources/images.py",
        "data/sources/videos.py",
    ],
    "text": [
        "data/sources/grammar.py",
        "data/sources/oracle.py",
        "data/sources/text.py",
        "data/sources/text_files.py",
    ],
}
# and what scores its samples
SCORERS = {
    "images": [
        "common/scripts.py",
        "features/extractors",
        "tracks/images.py",
        "evaluation/walks.py",
    ],
    "toy": [
        "data/sources/points.py",
        "evaluation/films.py",
        "common/scripts.py",
        "tracks/toy.py",
    ],
    "translation": [
        "features/extractors",
        "tracks/images.py",
        "tracks/translation.py",
    ],
    "multimodal": [
        "data/sources/images.py",
        "data/sources/multimodal.py",
        "data/sources/translation.py",
        "features/extractors",
        "tracks/images.py",
        "tracks/multimodal.py",
        "tracks/translation.py",
    ],
    "domains": [
        "data/sources/domains.py",
        "data/sources/images.py",
        "data/sources/translation.py",
        "features/extractors",
        "tracks/domains.py",
        "tracks/images.py",
        "tracks/translation.py",
    ],
    "superresolution": [
        "features/extractors",
        "tracks/images.py",
        "tracks/superresolution.py",
        "tracks/translation.py",
    ],
    "text_to_image": [
        "data/captions.py",
        "data/sources/text_to_image.py",
        "features/extractors",
        "tracks/images.py",
        "tracks/text_to_image.py",
    ],
    "video": [
        "evaluation/clips.py",
        "data/sources/videos.py",
        "evaluation/sheets.py",
        "features/extractors",
        "tracks/images.py",
        "tracks/video.py",
    ],
    "text": [
        "data/sources/grammar.py",
        "data/sources/oracle.py",
        "data/sentences.py",
        "features/extractors",
        "tracks/text.py",
    ],
}
# and what gives losses a published network to compare images by, where one is asked for
PERCEPTION = (
    "features/perceptual.py",
    "features/extractors/imagenet.py",
    "features/extractors/weights.py",
)
HERE = Path(__file__).parents[1]
COMMON = gans.ROOT / "common"
THEORY = ("dcgan", "gan_minimax")  # the variants that it trains


@cache
def sums(path: Path) -> dict[str, str]:
    """SHA-256 of a source file, or of each one in a folder."""
    files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return {file.relative_to(HERE.parent).as_posix(): sha256(file) for file in files}


def recipe(sources: Iterable[Path], **settings: Any) -> str:
    """The text of one recipe."""
    code = {name: digest for path in sources for name, digest in sums(path).items()}
    return json.dumps({"settings": settings, "code": code}, indent=1, sort_keys=True) + "\n"


def recipes(settings: config.Params) -> dict[Path, str]:
    """The text of every recipe, by its file."""
    told = settings.model_dump(exclude_unset=True, mode="json")
    code = {step: [HERE / name for name in names] for step, names in CODE.items()}
    encoders = "captions.py", "recurrent.py"  # which are trained there
    code["features"] += [COMMON / "networks" / name for name in encoders]
    trained = [COMMON, *(gans.files()[name] for name in THEORY)]
    found = {FOLDER / "theory.json": recipe(code["theory"] + trained)}
    for name, track in settings.tracks.items():
        own = told[name]
        maker, scorer = ([HERE / own for own in known[name]] for known in (MAKERS, SCORERS))
        scoring = {"metrics": own.get("metrics"), "seeds": own["seeds"]}
        training = {"training": own["training"], "seeds": own["seeds"]}
        for dataset in track.datasets:
            block = own["datasets"][dataset]
            drawn = {key: block[key] for key in ("file", "oracle") if key in block}
            made = {
                "prepare": recipe(code["prepare"] + maker, folder=block.get("folder"), **drawn),
                "features": recipe(
                    code["features"], features=told["features"], space=block.get("feature_space")
                ),
                "references": recipe(code["references"] + scorer, **scoring),
            }
            found |= {FOLDER / step / f"{dataset}.json": text for step, text in made.items()}
            for variant in track.variants:
                row = Path(name, dataset, f"{variant}.json")
                files = [*code["train"], COMMON, gans.files()[variant]]
                if "perceptual" in block:
                    files += [HERE / used for used in PERCEPTION]
                found[FOLDER / "train" / row] = recipe(
                    files, **training, dataset=block, variant=own["variants"][variant]
                )
                found[FOLDER / "evaluate" / row] = recipe(code["evaluate"] + scorer, **scoring)
    return found


def write(settings: config.Params) -> None:
    """Write the recipes; those that are as they were are not touched, and others go."""
    wanted = recipes(settings)
    for path, text in wanted.items():
        if not path.is_file() or path.read_text() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    for path in set(FOLDER.rglob("*.json")) - set(wanted):
        path.unlink()


if __name__ == "__main__":
    write(config.load())
    print(f"{len(list(FOLDER.rglob('*.json')))} recipes")
