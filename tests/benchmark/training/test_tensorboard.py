"""Event files of TensorBoard."""

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from benchmark.training import tensorboard
from tests.benchmark.training.runs import find_run, read_outputs, read_rows, train_run


def test_event_files_hold_the_curves_and_change_no_output(settings, monkeypatch):
    run = find_run(settings, "dcgan")
    train_run(run, settings)
    first = read_outputs(run)
    assert not tensorboard.FOLDER.exists()
    monkeypatch.setenv("TENSORBOARD", "1")
    for _ in range(2):  # the second run replaces the event files of the first
        train_run(run, settings)
    assert read_outputs(run) == first
    folder = tensorboard.FOLDER / "images/digits/dcgan/0"
    events = EventAccumulator(str(folder), size_guidance={"images": 0})  # 0: keep all
    events.Reload()
    health = run.trained / "health.csv"
    for kind, file, term_column in (
        ("losses", run.losses, "term"),
        ("health", health, "quantity"),
    ):
        for row in read_rows(file):
            (value,) = (
                event.value
                for event in events.Scalars(f"{kind}/{row['player']}/{row[term_column]}")
                if event.step == int(row["samples_seen"])
            )
            assert value == pytest.approx(float(row["value"]))
    moments = {image.step for tag in events.Tags()["images"] for image in events.Images(tag)}
    assert moments == {256, 512, 768, 1024, 1280}
