"""Statistics of batch normalisation under given weights."""

import pytest
import torch
from torch import nn

from benchmark.training import batch_norm
from benchmark.training.batch_norm import recompute_statistics


class Doubled(nn.Module):
    """Normalises twice its input; a second layer is not used."""

    def __init__(self):
        super().__init__()
        self.used, self.unused = nn.BatchNorm1d(3), nn.BatchNorm1d(3)

    def forward(self, rows):
        return self.used(2 * rows)


@torch.no_grad()
def test_statistics_are_means_over_the_batches():
    network = Doubled().eval()
    network.used.running_mean.fill_(7.0)
    rows = torch.randn(4, 10, 3)
    batches = iter(rows)
    recompute_statistics(network, lambda: network(next(batches)), batches=4)
    torch.testing.assert_close(network.used.running_mean, 2 * rows.mean(dim=(0, 1)))
    variances = (2 * rows).var(dim=1)  # of each batch, unbiased as in training
    torch.testing.assert_close(network.used.running_var, variances.mean(dim=0))
    assert network.used.num_batches_tracked == 4


@torch.no_grad()
def test_a_second_computation_starts_anew():
    network, rows = Doubled().eval(), torch.randn(10, 3)
    for scale in (5.0, 1.0):
        recompute_statistics(network, lambda scale=scale: network(scale * rows))
    torch.testing.assert_close(network.used.running_mean, 2 * rows.mean(dim=0))
    assert network.used.num_batches_tracked == batch_norm.BATCHES


@torch.no_grad()
def test_layers_without_a_batch_and_modes_stay_as_they_are():
    network = Doubled().eval()
    network.unused.running_mean.fill_(3.0)
    network.unused.num_batches_tracked.fill_(9)
    recompute_statistics(network, lambda: network(torch.randn(5, 3)))
    assert network.unused.running_mean.tolist() == [3.0] * 3
    assert network.unused.num_batches_tracked == 9
    assert not network.used.training and network.used.momentum == pytest.approx(0.1)
    rows = torch.randn(5, 3)
    assert torch.equal(network(rows), network(rows))  # evaluation does not change statistics
