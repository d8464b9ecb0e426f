"""Compare the settings that a row claims with those that its runs were trained with."""

from typing import Any

from benchmark.common.fingerprints import read_settings
from benchmark.config.schema import FROM_DATA, Training
from benchmark.config.variants import VariantConfig
from benchmark.records.schema import Record


def list_changes(record: Record) -> list[str]:
    """List the settings of a recorded row that params.yaml has changed since.

    A row without a recipe counts as unchanged.

    Args:
        record: of the row.

    Returns:
        Such as ``entry.lr``.
    """
    settings = read_settings(f"{record.dataset}-{record.variant}")
    if settings is None:
        return []
    return list_differences(record.collect_facts("training", record.seeds[0]), settings)


def list_differences(training: dict[str, Any], settings: dict[str, Any]) -> list[str]:
    """List the keys of training.json that differ from settings of a row in params.yaml.

    Keys that only one of the two has are defaults of other versions, except for those of the
    model: the data give only `FROM_DATA`.

    Args:
        training: the content of training.json.
        settings: ``dataset``, ``training`` and ``variant``, as of `read_settings`.

    Returns:
        Such as ``entry.lr``.

    Raises:
        KeyError, ValueError: the settings have another form.
    """
    entry = VariantConfig.model_validate(settings["variant"])
    dataset = settings["dataset"]
    unit = "updates" if dataset.get("updates") is not None else "samples_seen"
    budget = {"amount": dataset[unit], "unit": unit}
    if entry.updates:
        budget = {"amount": entry.updates, "unit": "updates"}
    shared = dataset["networks"] if entry.shares_networks else {}
    blocks = {
        "entry": entry.model_dump(mode="json"),
        "model": shared | entry.model,
        "budget": budget,
        "training": Training.model_validate(settings["training"]).model_dump(mode="json"),
    }
    names = []
    for block, expected in blocks.items():
        if not isinstance(trained := training.get(block), dict):
            names.append(block)
            continue
        shared_keys = expected.keys() & trained.keys()
        names += [f"{block}.{key}" for key in shared_keys if expected[key] != trained[key]]
        if block == "model":
            others = expected.keys() ^ trained.keys()
            names += [f"{block}.{key}" for key in others if key not in FROM_DATA]
    if training.get("flips", False) != dataset.get("flips", False):
        names.append("flips")
    return sorted(names)
