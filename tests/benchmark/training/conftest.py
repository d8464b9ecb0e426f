"""The digits, and settings of short runs on them."""

import pytest

from benchmark import config
from benchmark.data.parts import save_parts
from benchmark.data.sources.images import divide_digits


@pytest.fixture
def settings(prepared_digits):
    """Settings of short runs on the digits."""
    return config.parse_params(
        {
            "features": {"seed": 0, "epochs": 1, "batch": 64, "lr": 1e-3},
            "images": {
                "seeds": [0],
                "datasets": {
                    "digits": {"samples_seen": 1280, "networks": {"latent": 4, "width": 4}}
                },
                "training": {
                    "batch": 32,
                    "logs": 10,
                    "snapshots": 5,
                    "snapshot_samples": 20,
                    "threads": 1,
                },
                "metrics": {"neighbours": 3, "splits": 1},
                "variants": {
                    name: {"kind": "controlled", "lr": 1e-3} for name in ("dcgan", "wgan", "vae")
                },
            },
        }
    )


@pytest.fixture
def prepared_digits(tmp_path, monkeypatch):
    """The prepared digits in a working directory that holds nothing else."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".checkpoints").mkdir()
    save_parts("digits", divide_digits())
    return tmp_path
