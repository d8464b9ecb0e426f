"""The training step, and what it has beside a plain loop."""

import pytest
import torch

from benchmark.data.pixels import to_unit
from benchmark.training import batch_norm
from tests.gans.variants import ENTRY, build, build_trainer, make_batches


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


@pytest.mark.parametrize("name", ["dcgan", "wgan_gp", "cgan"])
def test_equals_a_plain_loop_without_further_settings(name):
    trainer = build_trainer(name)
    torch.manual_seed(1)
    for step in range(3):
        trainer.step(step / 3)

    variant, batches = build(name), make_batches(name, (1, 8, 8))
    optimizers = {
        player: torch.optim.Adam(player.parameters(), lr=ENTRY.lr, betas=ENTRY.betas, fused=True)
        for player in variant.children()
    }
    torch.manual_seed(1)
    for step in range(3):
        variant.progress = step / 3
        for player, losses in variant.step(batches):
            optimizers[player].zero_grad()
            sum(losses.values()).backward(inputs=list(player.parameters()))
            optimizers[player].step()
    for key, value in variant.state_dict().items():
        assert torch.equal(value, trainer.variant.state_dict()[key]), key


@pytest.mark.parametrize("name", ["cgan", "srresnet", "srgan", "stackgan", "videogan", "dcgan"])
def test_statistics_of_the_average_come_from_conditions_of_the_data(name, monkeypatch):
    trainer = build_trainer(name)
    trainer.step(0.5)
    given = []
    sample = trainer.averaged.sample

    def record(n, condition=None):
        given.append(condition)
        return sample(n, condition)

    monkeypatch.setattr(trainer.averaged, "sample", record)
    before = {key: value.clone() for key, value in trainer.variant.state_dict().items()}
    random = torch.get_rng_state()
    trainer.recompute_batch_norm()
    first = {key: value.clone() for key, value in trainer.averaged.state_dict().items()}
    trainer.recompute_batch_norm()
    assert len(given) == 2 * batch_norm.BATCHES
    for key, value in trainer.averaged.state_dict().items():
        assert torch.equal(value, first[key]), key
    for key, value in trainer.variant.state_dict().items():
        assert torch.equal(value, before[key]), key
    assert torch.equal(torch.get_rng_state(), random)
    if trainer.variant.condition_key == "condition":
        real = to_unit(trainer.batches.condition)
        rows = {tuple(row.flatten().tolist()) for row in real}
        assert all(tuple(row.flatten().tolist()) in rows for batch in given for row in batch)
