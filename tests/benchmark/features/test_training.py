"""Training of the small networks: the order of batches, and the progress that it shows."""

from functools import partial

import pytest
import torch
from rich.console import Console

from benchmark import config
from benchmark.common import progress
from benchmark.common.progress import ProgressBar
from benchmark.features.extractors.classifier import train_classifier
from benchmark.features.extractors.language import train_language_model
from benchmark.features.extractors.matching import train_caption_image_encoder
from benchmark.features.extractors.training import shuffled_batches

SETTINGS = config.Features(seed=0, epochs=2, batch=8, lr=1e-3)
CPU = torch.device("cpu")


def random_images(*shape):
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, shape, generator=generator, dtype=torch.uint8)


def classifier():
    return train_classifier(random_images(20, 1, 8, 8), torch.arange(20) % 4, SETTINGS, title="it")


def video_classifier():
    clips = random_images(20, 1, 8, 8, 8)
    return train_classifier(clips, torch.arange(20) % 8, SETTINGS, title="it")


def caption_encoder():
    captions = torch.arange(60).reshape(20, 3) % 7
    return train_caption_image_encoder(
        random_images(20, 1, 16, 16), captions, 7, SETTINGS, title="it"
    )


def language_model():
    settings = SETTINGS.model_copy(update={"epochs": 4, "batch": 500})
    return train_language_model(torch.arange(60).reshape(20, 3) % 7, 7, settings, title="it")


CASES = [
    (classifier, "image 8 of 32", 4),
    (video_classifier, "clip 8 of 32", 4),
    (caption_encoder, "image 8 of 32", 4),
    (language_model, "sentence 500 of 2500", 5),
]


def test_each_epoch_takes_each_sample_at_most_once():
    torch.manual_seed(0)
    batches = list(shuffled_batches(10, batch=4, epochs=3, device=CPU))
    assert [len(index) for index in batches] == [4] * 6
    for epoch in range(3):
        index = torch.cat(batches[2 * epoch : 2 * epoch + 2])
        assert len(index.unique()) == 8 and index.max() < 10
    assert not torch.equal(batches[0], batches[2])
    torch.manual_seed(0)
    expected = torch.randperm(10)
    assert torch.equal(torch.cat(batches[:2]), expected[:8])


@pytest.mark.parametrize(
    ("train", "first", "count"), CASES, ids=[case[0].__name__ for case in CASES]
)
def test_training_shows_plain_lines_without_a_terminal(train, first, count, monkeypatch, capsys):
    monkeypatch.setattr(progress, "PLAIN_SECONDS", -1)
    train()
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert out == "" and len(lines) == count
    assert lines[0].startswith(f"it: {first}, ") and lines[0].endswith(" s left")


def test_short_training_is_silent_without_a_terminal(capsys):
    classifier()
    assert capsys.readouterr() == ("", "")


def test_training_shows_a_bar_on_a_terminal(monkeypatch, capsys):
    monkeypatch.setattr(progress, "Console", partial(Console, force_terminal=True, width=80))
    classifier()
    assert "it" in capsys.readouterr().err


def test_progress_changes_no_bit(monkeypatch):
    silent = classifier().state_dict()
    monkeypatch.setattr(progress, "Console", partial(Console, force_terminal=True, width=80))
    shown = classifier().state_dict()
    assert all(torch.equal(value, shown[name]) for name, value in silent.items())


def test_progress_stops_after_an_error(monkeypatch, capsys):
    monkeypatch.setattr(progress, "Console", partial(Console, force_terminal=True, width=80))
    with pytest.raises(RuntimeError), ProgressBar("it", total=2, unit="image") as bar:
        raise RuntimeError
    assert bar.bar.live.is_started is False
