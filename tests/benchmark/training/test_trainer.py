"""The training step of compiled networks."""

import pytest
import torch

from tests.gans.variants import build_trainer


@pytest.mark.parametrize(("mode", "marks"), [(None, 0), ("default", 0), ("reduce-overhead", 2)])
def test_steps_with_cuda_graphs_are_marked(mode, marks, monkeypatch):
    """Without a mark, a graph overwrites the samples that another network is about to score."""
    marked, modes = [], []
    monkeypatch.setattr(torch.compiler, "cudagraph_mark_step_begin", lambda: marked.append(1))
    monkeypatch.setattr(torch.nn.Module, "compile", lambda network, mode: modes.append(mode))
    trainer = build_trainer("dcgan")
    if mode is not None:
        trainer.compile(mode)
    for _ in range(2):
        trainer.step(0.0)
    assert len(marked) == marks and modes == [mode] * (2 if mode else 0)
