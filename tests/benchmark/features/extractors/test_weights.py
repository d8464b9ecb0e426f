"""Errors of missing and invalid weights."""

import hashlib

import pytest
import torch

from benchmark.features import extractors
from benchmark.features.extractors import dinov2, inception, weights
from tests.command import error_line


@pytest.mark.parametrize(("name", "module"), [("inception", inception), ("dinov2", dinov2)])
def test_reports_unreachable_weights(name, module, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))

    def unreachable(*args, **kwargs):
        raise OSError("no route to host")

    monkeypatch.setattr(torch.hub, "download_url_to_file", unreachable)
    published = module.PUBLISHED
    message = error_line(capsys, lambda: extractors.load(name))
    for part in (
        published.file_name,
        published.sha256,
        "downloads/weights",
        f"{name.upper()}_WEIGHTS",
    ):
        assert part in message
    (tmp_path / "downloads/weights" / published.file_name).write_bytes(b"half")
    message = error_line(capsys, lambda: extractors.load(name))
    assert "expected sha256" in message and hashlib.sha256(b"half").hexdigest() in message


def test_weights_in_the_cache_of_torch_hub_are_used(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))
    file = tmp_path / "hub/checkpoints/network.pth"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"whole")
    url, sha256 = "https://example.org/network.pth", hashlib.sha256(b"whole").hexdigest()
    assert weights.find_weights(weights.PublishedWeights("inception", url, sha256)) == file


@pytest.mark.parametrize("name", ["inception", "dinov2"])
def test_reports_invalid_weights(name, dinov2_weights, inception_weights, tmp_path, capsys):
    missing, broken, other = (tmp_path / f"{kind}.pth" for kind in ("missing", "broken", "other"))
    whole = {"inception": inception_weights, "dinov2": dinov2_weights}
    broken.write_bytes(whole[name].read_bytes()[:1000])
    torch.save([1, 2], other)
    swapped = whole["dinov2" if name == "inception" else "inception"]
    for file, reason in (
        (missing, "expected a file, got none; correct the path"),
        (broken, "expected weights of torch, got another file"),
        (other, "expected a dictionary of tensors"),
        (swapped, "expected weights of"),
    ):
        message = error_line(capsys, lambda file=file: extractors.load(name, weights=file))
        assert reason in message and str(file) in message
