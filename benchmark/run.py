"""A cell in training: its players, their optimisers, the moving average, and one step of it all."""

from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from benchmark import data
from benchmark.curves import Curves
from benchmark.params import Entry
from benchmark.seeds import stream
from gans.common.variant import Variant


class Run:
    """A cell in training: everything that a checkpoint must hold.

    Args:
        variant: on its device; its players are its direct children.
        entry: optimiser and learning rate.
        batches: the real data.
        half_life: of the moving average of the weights, in images seen.
        seed: of the cell.
    """

    def __init__(
        self, variant: Variant, entry: Entry, batches: data.Batches, *, half_life: float, seed: int
    ) -> None:
        self.variant = variant.train()
        self.batches = batches
        self.half_life = half_life
        self.average = AveragedModel(variant, use_buffers=True).eval()
        self.averaged = cast(Variant, self.average.module)
        self.optimizers = {
            name: optimizer(entry, player) for name, player in variant.named_children()
        }
        self.names = {player: name for name, player in variant.named_children()}
        self.curves = Curves()
        self.snapshots: list[tuple[int, Tensor]] = []  # images seen, samples as uint8
        self.finite = clone(self.averaged)
        self.snapshot_seed = stream(seed, "snapshots")
        self.seconds = 0.0

    @property
    def images_seen(self) -> int:
        return self.batches.images_seen

    def step(self, progress: float) -> None:
        """One round of the variant's algorithm, and of the moving average behind it."""
        before = self.images_seen
        self.variant.progress = self.averaged.progress = progress
        for player, losses in self.variant.step(self.batches):
            name = self.names[player]
            self.optimizers[name].zero_grad()
            # only this player receives a gradient, whatever else the loss went through
            torch.stack(list(losses.values())).sum().backward(inputs=list(player.parameters()))
            self.optimizers[name].step()
            self.curves.add(name, losses)
        decay = 0.5 ** ((self.images_seen - before) / self.half_life)
        self.average.multi_avg_fn = get_ema_multi_avg_fn(decay)
        self.average.update_parameters(self.variant)

    @torch.no_grad()
    def snapshot(self, n: int) -> None:
        """Keep ``n`` samples of the moving average, from the same noise each time."""
        devices = [next(self.variant.parameters()).device] if torch.cuda.is_available() else []
        with torch.random.fork_rng(devices=devices):
            torch.manual_seed(self.snapshot_seed)
            samples = data.to_bytes(self.averaged.sample(n)).cpu()
        self.snapshots.append((self.images_seen, samples))

    def keep(self) -> None:
        """Remember the moving average as the last that was finite."""
        for name, value in self.averaged.state_dict().items():
            self.finite[name].copy_(value)

    def fall_back(self) -> None:
        """Make the moving average what it was when last it was finite."""
        self.averaged.load_state_dict(self.finite)

    def state_dict(self) -> dict[str, Any]:
        return {
            "variant": self.variant.state_dict(),
            "average": self.average.state_dict(),
            "finite": self.finite,
            "optimizers": {name: o.state_dict() for name, o in self.optimizers.items()},
            "batches": self.batches.state_dict(),
            "curves": self.curves.state_dict(),
            "snapshots": self.snapshots,
            "seconds": self.seconds,
            "cpu_rng": torch.get_rng_state(),
            "cuda_rng": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.variant.load_state_dict(state["variant"])
        self.average.load_state_dict(state["average"])
        self.finite = state["finite"]
        for name, optimizer_state in state["optimizers"].items():
            self.optimizers[name].load_state_dict(optimizer_state)
        self.batches.load_state_dict(state["batches"])
        self.curves.load_state_dict(state["curves"])
        self.snapshots = [(seen, samples.cpu()) for seen, samples in state["snapshots"]]
        self.seconds = state["seconds"]
        torch.set_rng_state(state["cpu_rng"].cpu())
        torch.cuda.set_rng_state_all([rng.cpu() for rng in state["cuda_rng"]])


def clone(variant: Variant) -> dict[str, Tensor]:
    """A copy of the weights and buffers."""
    return {name: value.clone() for name, value in variant.state_dict().items()}


def optimizer(entry: Entry, player: nn.Module) -> torch.optim.Optimizer:
    """The optimiser of one player."""
    if entry.optimizer == "Adam":
        return torch.optim.Adam(
            player.parameters(), lr=entry.lr, betas=entry.betas or (0.9, 0.999), fused=True
        )
    return torch.optim.RMSprop(player.parameters(), lr=entry.lr, foreach=True)
