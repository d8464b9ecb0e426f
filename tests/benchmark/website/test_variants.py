"""The results of a variant on its page."""

import json
from pathlib import Path

import pytest

from benchmark.config import Run
from benchmark.config.variants import VariantConfig
from benchmark.website.variants import read_entry
from tests.benchmark.website.made_up_runs import write_records

PRESENT = VariantConfig(kind="controlled", lr=2e-3)
BEFORE = VariantConfig(kind="controlled", lr=1e-3, model={"sigma": 0.5})


def write_training(folder: Path, **changes: object) -> Run:
    """Write the outputs of a run, with other facts of its training."""
    run = Run("images", "digits", "dcgan", 0, folder)
    for path in (run.trained, run.scored, run.metrics.parent):
        path.mkdir(parents=True, exist_ok=True)
    write_records(run, diverged=False)
    path = run.trained / "training.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    return run


def test_the_page_has_the_settings_of_the_run_not_the_present_ones(tmp_path):
    model = {"latent": 32, "sigma": 0.5, "classes": 10, "shape": [1, 8, 8]}
    run = write_training(tmp_path, entry=BEFORE.model_dump(mode="json"), model=model)
    assert read_entry(run, PRESENT) == (BEFORE, {"latent": 32, "sigma": 0.5})


def test_a_run_without_an_entry_has_the_present_one(tmp_path):
    assert read_entry(write_training(tmp_path), PRESENT) == (PRESENT, {})


def test_a_damaged_entry_is_one_line(tmp_path, capsys):
    run = write_training(tmp_path, entry={"lr": "fast"})
    with pytest.raises(SystemExit):
        read_entry(run, PRESENT)
    assert "expected an entry as in params.yaml" in capsys.readouterr().err
