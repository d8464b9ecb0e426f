"""Check the entries of variants in params.yaml, and the changes of leaderboards."""

from benchmark.config.keywords import find_keyword_mistakes
from benchmark.config.schema import TrackConfig
from benchmark.config.variants import OPTIMIZER_OPTIONS, Changes, VariantConfig

# keys of an entry that controlled variants share -> the block of the track that has them
SHARED_KEYS = {"batch": "training", "half_life": "training", "updates": "datasets"}


def find_entry_mistakes(name: str, config: TrackConfig) -> list[str]:
    """Find keywords and keys of entries that do not fit their variant."""
    problems = []
    rows = {dataset: config.variants_of(dataset) for dataset in config.datasets}
    for variant, entry in config.variants.items():
        place = f"{name}.variants.{variant}"
        blocks = {f"{place}.model": entry.model}
        if entry.shares_networks:
            blocks |= {
                f"{name}.datasets.{dataset}.networks": config.datasets[dataset].networks
                for dataset in rows
                if variant in rows[dataset]
            }
        problems += find_keyword_mistakes(variant, place, blocks)
        problems += find_key_mistakes(name, place, entry, entry)
    return problems


def find_change_mistakes(name: str, config: TrackConfig) -> list[str]:
    """Find changes of leaderboards that do not fit one of their variants."""
    problems = []
    for dataset, block in config.datasets.items():
        if block.changes is None:
            continue
        place = f"{name}.datasets.{dataset}.changes"
        for variant, entry in config.variants_of(dataset).items():
            blocks = {f"{place}.model": block.changes.model}
            problems += find_keyword_mistakes(variant, place, blocks)
            problems += find_key_mistakes(name, place, entry, block.changes)
    return problems


def find_key_mistakes(
    name: str, place: str, entry: VariantConfig, given: VariantConfig | Changes
) -> list[str]:
    """Find keys that do not fit the kind of an entry, its optimisers or its schedule.

    Args:
        name: of the track.
        place: of the keys.
        entry: with all keys.
        given: the keys that stand at the place.
    """
    problems = []
    if entry.kind == "controlled":
        problems += [
            f"{place}.{key}: expected no {key} of a controlled variant, got {getattr(given, key)};"
            f" controlled variants share it: set it in {name}.{block}"
            for key, block in SHARED_KEYS.items()
            if getattr(given, key) is not None
        ]
    problems += find_optimizer_mistakes(place, entry, given.model_fields_set)
    for player, settings in given.players.items():
        problems += find_optimizer_mistakes(
            f"{place}.players.{player}", entry.for_player(player), settings.model_fields_set
        )
    return problems


def find_optimizer_mistakes(place: str, settings: VariantConfig, keys: set[str]) -> list[str]:
    """Find options that the optimiser or the schedule does not have.

    Args:
        place: an entry, or a player of an entry.
        settings: of the entry, or `VariantConfig.for_player`.
        keys: that stand at the place.
    """
    problems = []
    for option, optimizers in OPTIMIZER_OPTIONS.items():
        value = getattr(settings, option)
        if option in keys and value is not None and settings.optimizer not in optimizers:
            value = list(value) if isinstance(value, tuple) else value
            problems.append(
                f"{place}.{option}: expected no {option} of {settings.optimizer}, got {value};"
                " leave the line out"
            )
    if "decay_from" in keys and settings.decay_from and settings.schedule == "constant":
        problems.append(
            f"{place}.decay_from: expected schedule: linear or cosine beside it, got a constant"
            " learning rate; add the schedule or leave the line out"
        )
    return problems
