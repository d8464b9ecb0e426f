"""params.yaml, read and validated: what is wrong gets one line with its place and what is right."""

import inspect
import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

import gans
from benchmark.downloads import ARCHIVES, Target
from benchmark.messages import nearest, stop
from benchmark.points import SOURCES as POINTS
from benchmark.prepare import PHOTOGRAPHS, SOURCES, TRANSLATIONS

FILE = Path("params.yaml")
RUNS = Path("runs")
# the data sets that each board can have
KNOWN: dict[str, Collection[str]] = {
    "images": SOURCES,
    "toy": POINTS,
    "translation": [*TRANSLATIONS, *ARCHIVES],
    "superresolution": PHOTOGRAPHS,
}
FROM_DATA = ("shape", "classes", "source")  # keywords of constructors that no file gives
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Count = Annotated[int, Field(gt=0, strict=True)]
Rate = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Switch = Annotated[bool, Field(strict=True)]
Betas = tuple[Annotated[float, Field(ge=0, lt=1)], Annotated[float, Field(ge=0, lt=1)]]
Seed = Annotated[int, Field(ge=0, strict=True)]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Features(Section):
    """How the classifier of a data set is trained."""

    seed: Seed
    epochs: Count
    batch: Count
    lr: Rate


class Dataset(Section):
    """Budget in real images seen, constructor keywords that all controlled rows share, space."""

    images: Count
    networks: dict[str, Any]
    feature_space: Literal["classifier", "inception", "dinov2"] = "classifier"


class Folder(Section):
    """Where the images of a data set lie and how; see `benchmark.folders`.

    Of a downloaded one, ``path`` and ``paired`` are known, and ``target`` is unless it is given.
    """

    path: Annotated[str, Field(min_length=1, strict=True)] | None = None
    paired: Switch | None = None
    target: Target | None = None
    side: Literal[8, 16, 32, 64, 128, 256, 512] = 64  # networks halve it again and again


class Translated(Dataset):
    """A data set of images made from images, which may be a folder of the user's."""

    folder: Folder | None = None


class Photographs(Section):
    """Photographs to train and to test on, and how they are cut; see `benchmark.photo_folders`.

    ``train`` and ``test`` are paths of folders, or names of ``downloads.PHOTOS``.
    """

    train: Annotated[str, Field(min_length=1, strict=True)]
    test: Annotated[str, Field(min_length=1, strict=True)]
    scale: Literal[2, 3, 4]
    side: Literal[24, 32, 48, 64, 96, 128, 192, 256] = 96
    patches: Count = 32_000


class Enlarged(Dataset):
    """A data set of images made from smaller ones, which may be folders of the user's."""

    folder: Photographs | None = None


class Training(Section):
    """What all cells of a board share; see the comments in params.yaml for units."""

    batch: Count
    average: Rate
    logs: Count
    snapshots: Count
    snapshot_samples: Count
    threads: Count
    precision: Literal["float32", "bfloat16"] = "float32"
    channels_last: Switch = False
    compile: Literal["none", "default", "reduce-overhead"] = "none"


class Metrics(Section):
    """Parameters of the metrics; see the comments in params.yaml."""

    neighbours: Count = 3
    density_neighbours: Count = 5
    splits: Count = 1
    kid_subsets: Count = 100
    kid_subset_size: Annotated[int, Field(gt=1, strict=True)] = 1000


class PlaneMetrics(Section):
    """Parameters of the metrics of points in the plane; see the comments in params.yaml."""

    transported: Count = 500
    bins: Count = 60


class Entry(Section):
    """One variant of a board."""

    kind: Literal["controlled", "faithful"]
    optimizer: Literal["Adam", "RMSprop"] = "Adam"
    lr: Rate
    betas: Betas | None = None
    model: dict[str, Any] = {}


class Board(Section):
    seeds: list[Seed] = Field(min_length=1)
    datasets: dict[Name, Dataset] = Field(min_length=1)
    training: Training
    metrics: Metrics
    variants: dict[Name, Entry] = Field(min_length=1)


class PlaneBoard(Board):
    """Noise to points in the plane."""

    metrics: PlaneMetrics = PlaneMetrics()  # type: ignore[assignment]


class TranslationBoard(Board):
    """Images to images."""

    datasets: dict[Name, Translated] = Field(min_length=1)  # type: ignore[assignment]


class SuperresolutionBoard(Board):
    """Images to larger images."""

    datasets: dict[Name, Enlarged] = Field(min_length=1)  # type: ignore[assignment]


class Search(Section):
    """The search for hyperparameters, the same for every variant; see `benchmark.search`."""

    seed: Seed = 1000
    trials: Count = 8
    budget: dict[Name, Count] = {
        "images": 16_000,
        "toy": 16_000,
        "translation": 4_000,
        "superresolution": 4_000,
    }
    lr: list[Rate] = Field(default=[1e-3], min_length=1)
    betas: list[Betas] = Field(default=[(0.5, 0.999)], min_length=1)
    model: dict[Name, dict[str, Annotated[list[Any], Field(min_length=1)]]] = {}


class Params(Section):
    features: Features
    images: Board | None = None
    toy: PlaneBoard | None = None
    translation: TranslationBoard | None = None
    superresolution: SuperresolutionBoard | None = None
    search: Search = Search()

    @property
    def boards(self) -> dict[str, Board]:
        return {name: board for name in KNOWN if (board := getattr(self, name))}

    def made(self) -> "Params":
        """With those boards alone of which something was made."""
        gone = {name: None for name in self.boards if not (RUNS / name).exists()}
        return self.model_copy(update=gone)

    @property
    def cells(self) -> "list[Cell]":
        """Every cell of every board, in the order of the file."""
        return [
            Cell(board=name, dataset=dataset, variant=variant, seed=seed)
            for name, board in self.boards.items()
            for dataset in board.datasets
            for variant in board.variants
            for seed in board.seeds
        ]


def stage(step: str, board: str, row: str) -> str:
    """The name of a stage of DVC, of one data set or row."""
    return f"{step}@{row}" if board == "images" else f"{step}_{board}@{row}"


@dataclass(frozen=True)
class Cell:
    """One training run: a variant on a data set with a seed."""

    board: str
    dataset: str
    variant: str
    seed: int

    def __str__(self) -> str:
        return f"{self.dataset} {self.variant} seed {self.seed}"

    @property
    def name(self) -> str:
        """Unlike that of any other cell, and good as the name of a file."""
        return f"{self.board}-{self.dataset}-{self.variant}-{self.seed}"

    def stage(self, step: str) -> str:
        """The stage of DVC in which all seeds of the row are trained, or scored.

        Args:
            step: ``train`` or ``evaluate``.
        """
        return stage(step, self.board, f"{self.dataset}-{self.variant}")

    @property
    def row(self) -> Path:
        """The folder of the cells that differ in nothing but their seeds."""
        return RUNS / self.board / self.dataset / self.variant

    @property
    def trained(self) -> Path:
        """The folder in which training leaves the weights and what else it made."""
        return self.row / "trained" / str(self.seed)

    @property
    def losses(self) -> Path:
        """The loss terms over training; a folder with nothing else, which `dvc plots` reads."""
        return self.row / "losses" / f"{self.seed}.csv"

    @property
    def scored(self) -> Path:
        """The folder in which scoring leaves pictures and diagnosis."""
        return self.row / "scored" / str(self.seed)

    @property
    def metrics(self) -> Path:
        """The scores; a folder with nothing else, which `dvc metrics` reads."""
        return self.row / "metrics" / f"{self.seed}.json"

    @property
    def trajectory(self) -> Path:
        """Scores of the snapshots over training, for `dvc plots`."""
        return self.row / "trajectory" / f"{self.seed}.csv"


def model_keywords(dataset: Dataset, entry: Entry) -> dict[str, Any]:
    """What the constructor of a variant gets: shared networks if controlled, then its own block."""
    shared = dataset.networks if entry.kind == "controlled" else {}
    return {**shared, **entry.model}


def load(path: Path = FILE) -> Params:
    """Read and validate the parameters, or exit with one line for each thing that is wrong."""
    problems: list[str] = []
    try:
        raw = YAML(typ="safe").load(path.read_text())
        params = Params.model_validate(raw)
    except FileNotFoundError:
        stop(f"{path}: no such file; run from the top of the repository")
    except YAMLError as error:
        stop(f"{path}: not YAML: {' '.join(str(error).split())}")
    except ValidationError as error:
        problems = [_explain(item) for item in error.errors()]
    else:
        problems = _misfits(params)
    if problems:
        # one line a place: a wrong key of `networks:` would show once for every variant
        once = {problem.split(": ")[0]: problem for problem in reversed(problems)}
        stop(*(f"{path}: {problem}" for problem in reversed(once.values())))
    return params


def _explain(item: Any) -> str:
    """One error of pydantic as one line: the place, what stands there, what would be right."""
    where = [str(part) for part in item["loc"]]
    place, given = ".".join(where), json.dumps(item.get("input"), default=str)
    if item["type"] == "extra_forbidden":
        return f"{place}: no such key; {nearest(where[-1], _known_keys(where[:-1]))}"
    if item["type"] == "missing":
        return f"{place}: missing"
    if item["type"] == "model_type":
        return f"{place}: not a block of keys; it takes {', '.join(_known_keys(where))}"
    if where[-1] == "[key]":
        good = re.sub(r"[^a-z0-9_]+", "_", where[-2].lower()).strip("_")
        return f"{'.'.join(where[:-1])}: a name has only a-z, 0-9 and _; write {good or 'a_name'}"
    if item["type"] == "list_type":
        return f"{place}: {given} is not a list; write [{given if given.isdigit() else '...'}]" + (
            f" or {list(range(int(given)))}" if given.isdigit() and int(given) > 1 else ""
        )
    if item["type"] == "literal_error":
        known = item["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        return f"{place}: {given} is not one; {nearest(str(item['input']), known)}"
    message = item["msg"].removeprefix("Input ").removeprefix("Value error, ")
    return f"{place}: {given} {message[0].lower()}{message[1:]}"


def _known_keys(where: list[str]) -> list[str]:
    """The keys that may stand at a place in the file."""
    model: Any = Params
    for part in where:
        if hasattr(model, "model_fields"):
            model = model.model_fields[part].annotation
            if type(None) in get_args(model):  # a section that may be left out
                (model,) = (kind for kind in get_args(model) if kind is not type(None))
        else:  # dict[Name, Section]
            model = get_args(model)[1]
    return list(model.model_fields)


def _misfits(params: Params) -> list[str]:
    """What each section allows but the code behind it does not."""
    problems = []
    for name, board in params.boards.items():
        if board.training.logs % board.training.snapshots:
            problems.append(
                f"{name}.training.logs: {board.training.logs} is not a multiple of snapshots"
                f" ({board.training.snapshots}), which are taken when losses are read out"
            )
        for dataset, own in board.datasets.items():
            if dataset not in KNOWN[name] and not getattr(own, "folder", None):
                hint = ", or give it a folder:" if "folder" in type(own).model_fields else ""
                problems.append(
                    f"{name}.datasets.{dataset}: no such data set;"
                    f" {nearest(dataset, KNOWN[name])}{hint}"
                )
        for variant, entry in board.variants.items():
            place = f"{name}.variants.{variant}"
            if variant not in gans.files():
                problems.append(
                    f"{place}: there is no gans/*/{variant}.py; {nearest(variant, gans.files())}"
                )
                continue
            if entry.betas and entry.optimizer != "Adam":
                problems.append(f"{place}.betas: {entry.optimizer} takes none; leave the line out")
            blocks = {f"{place}.model": entry.model}
            if entry.kind == "controlled":
                for dataset, own in board.datasets.items():
                    blocks[f"{name}.datasets.{dataset}.networks"] = own.networks
            problems += _unknown_keywords(variant, place, blocks)
        if params.search.seed in board.seeds:
            problems.append(
                f"search.seed: {params.search.seed} is a seed of {name}; take one that is on no"
                " board"
            )
        for seed in {seed for seed in board.seeds if board.seeds.count(seed) > 1}:
            problems.append(f"{name}.seeds: {seed} stands there twice; each seed once")
    if params.translation:
        problems += _unfit_folders(params.translation)
    if params.superresolution:
        problems += _unfit_photographs(params.superresolution, params.translation)
    for variant, choices in params.search.model.items():
        place = f"search.model.{variant}"
        if variant not in gans.files():
            known = nearest(variant, gans.files())
            problems.append(f"{place}: there is no gans/*/{variant}.py; {known}")
        else:
            problems += _unknown_keywords(variant, place, {place: choices})
    return problems


def _unfit_folders(board: TranslationBoard) -> list[str]:
    """What is wrong with folders of images, and with what is to be done with these."""
    problems = []
    for name, own in board.datasets.items():
        place, archive, folder = f"translation.datasets.{name}", ARCHIVES.get(name), own.folder
        if folder is None and archive is None:
            continue
        folder = folder or Folder()
        if archive is None and any(name in known for known in KNOWN.values()):
            problems.append(f"{place}.folder: {name} is a data set already; take another name")
            continue
        for key in ("path", "paired"):
            given = getattr(folder, key) is not None
            if archive and given:
                problems.append(
                    f"{place}.folder.{key}: {name} is downloaded; leave the line out, or give your"
                    " folder another name"
                )
            if not archive and not given:
                problems.append(f"{place}.folder.{key}: missing")
        paired = archive.paired if archive else folder.paired
        sides = folder.target in ("left", "right")
        if archive and folder.target and sides != archive.paired:
            right = "left or right" if archive.paired else "A or B"
            problems.append(f"{place}.folder.target: {name} has no {folder.target}; write {right}")
        elif sides and paired is False:
            problems.append(
                f"{place}.folder.target: two images side by side are a pair; write paired: true, or"
                " A or B for two folders"
            )
        if own.feature_space == "classifier":
            problems.append(
                f"{place}.feature_space: a folder has no classes to train a classifier on; write"
                " inception or dinov2"
            )
        for variant in board.variants:
            problems += _unfit_variant(variant, name, paired)
    return problems


def _unfit_variant(variant: str, dataset: str, paired: bool | None) -> list[str]:
    """Why a variant cannot be trained on a folder of images, if so; what cannot be loaded is told
    elsewhere."""
    place = f"translation.variants.{variant}"
    try:
        kind = gans.load(variant)
    except Exception:
        return []
    if paired is False and getattr(kind, "paired", False):
        return [f"{place}: learns from pairs, and {dataset} has none; leave one of the two out"]
    if getattr(kind, "perceives", False) or "classes" in inspect.signature(kind).parameters:
        return [f"{place}: needs classes, and {dataset} has none; leave one of the two out"]
    return []


def _unfit_photographs(board: SuperresolutionBoard, other: TranslationBoard | None) -> list[str]:
    """What is wrong with folders of photographs, and why variants cannot enlarge these, if so."""
    import torch

    taken = [*KNOWN.values(), other.datasets if other else ()]
    problems = []
    for name, own in board.datasets.items():
        place, folder = f"superresolution.datasets.{name}.folder", own.folder
        if folder is None:
            continue
        if any(name in names for names in taken):
            problems.append(f"{place}: {name} is a data set already; take another name")
            continue
        if folder.side % folder.scale:
            problems.append(
                f"{place}.side: {folder.side} is not a multiple of scale ({folder.scale}); write 96"
            )
            continue
        shape, small = (3, folder.side, folder.side), folder.side // folder.scale
        for variant, entry in board.variants.items():
            try:
                kind: Any = gans.load(variant)
                with torch.device("meta"):  # no weights are made
                    kind(shape, source=(3, small, small), **model_keywords(own, entry))
            except ValueError as error:
                problems.append(f"superresolution.variants.{variant}: {name} does not fit: {error}")
            except Exception:  # what cannot be loaded is told elsewhere
                continue
    return problems


def _unknown_keywords(variant: str, place: str, blocks: dict[str, dict[str, Any]]) -> list[str]:
    """Keywords in blocks, by their places, that the constructor of a variant does not take."""
    path = gans.files()[variant].relative_to(gans.ROOT.parent)
    try:
        signature = inspect.signature(gans.load(variant))
    except Exception as error:  # the file is the user's: whatever it raises is to be shown
        return [f"{place}: {path} cannot be loaded: {type(error).__name__}: {error}"]
    known = [keyword for keyword in signature.parameters if keyword not in FROM_DATA]
    return [
        f"{block}.{keyword}: {path} takes no such keyword; {nearest(keyword, known)}"
        for block, keywords in blocks.items()
        for keyword in keywords
        if keyword not in known
    ]
