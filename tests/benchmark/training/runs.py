"""Helpers that train short runs and read their outputs."""

import csv

from benchmark import config
from benchmark.training import train
from benchmark.training.checkpoints import delete_checkpoint


def find_run(settings, variant):
    """Find the run of a variant."""
    return next(run for run in settings.runs if run.variant == variant)


def train_run(run, settings):
    """Train a run, and delete its checkpoint, so that the next run starts anew."""
    train.train(run, settings)
    delete_checkpoint(run.name)


def read_outputs(run):
    """Read the outputs of a run, as file name -> bytes."""
    names = ("weights.safetensors", "unaveraged.safetensors", "health.csv", "snapshots.npz")
    files = [run.losses, *(run.trained / name for name in names)]
    return {file.name: file.read_bytes() for file in files if file.exists()}


def read_rows(file):
    """Read the rows of a CSV file."""
    with file.open() as file:
        return list(csv.DictReader(file))


def with_training(settings, **options):
    """Copy settings with changed options of training."""
    tree = settings.model_dump(exclude_unset=True)
    tree["images"]["training"] |= options
    return config.parse_params(tree)
