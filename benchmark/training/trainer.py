"""A run in training: its players, their optimisers, and the moving average of the weights."""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from benchmark.common.devices import list_generators
from benchmark.common.seeds import stream
from benchmark.data.batches import Batches
from benchmark.data.pixels import quantise, to_unit
from benchmark.training.batch_norm import recompute_statistics
from benchmark.training.curves import Curves
from benchmark.training.health import (
    compute_norms,
    compute_scores,
    draw_batch,
    summarise_scores,
)
from benchmark.training.moving_average import MovingAverage
from benchmark.training.optimizers import clip_gradients, decay_lr, make_optimizer
from benchmark.training.plane import score_plane
from gans.common.variant import Conditional, Losses, Variant

if TYPE_CHECKING:  # it needs pydantic, which a GPU machine may lack
    from benchmark.config import VariantConfig
    from benchmark.config.schema import Unit


class Trainer:
    """Trains one run; a checkpoint stores its complete state.

    Args:
        variant: on its device.
        variant_config: optimisers, learning rates and bounds of gradients.
        batches: the training data.
        half_life: half-life of the moving average of the weights, in ``unit``.
        seed: seed of the run.
        unit: of the budget, ``updates`` of the generator or ``samples_seen``.
        precision: precision of the forward passes; weights are always float32.
        held_out: held-out images, uint8 ``(n, ...)``, and their labels or conditions; without them,
            `log_health` has no scores of held-out images.
    """

    def __init__(
        self,
        variant: Variant,
        variant_config: "VariantConfig",
        batches: Batches,
        *,
        half_life: float,
        seed: int,
        unit: "Unit" = "samples_seen",
        precision: torch.dtype = torch.float32,
        held_out: tuple[Tensor, Tensor] | None = None,
    ) -> None:
        self.variant = variant.train()
        self.batches = batches
        self.precision = precision
        self.moving_average = MovingAverage(variant, half_life)
        self.averaged = self.moving_average.variant
        players = variant.players()
        self.settings = {name: variant_config.for_player(name) for name in players}
        self.optimizers = {
            name: make_optimizer(self.settings[name], player) for name, player in players.items()
        }
        self.player_names = {player: name for name, player in players.items()}
        self.parameters = {player: list(player.parameters()) for player in self.player_names}
        self.curves = Curves()
        self.health = Curves()
        self.real = {"train": (batches.images, batches.condition)}
        if held_out is not None:
            images, condition = (part.to(batches.images.device) for part in held_out)
            self.real["held_out"] = images, None if batches.condition is None else condition
        self.snapshots: list[tuple[int, Tensor]] = []  # samples seen, and quantised samples
        self.plane_scores: list[Tensor] = []  # discriminator scores of the plane, at each snapshot
        self.times: list[tuple[int, int, float]] = []  # updates, samples seen, seconds
        self.seed = seed
        self.unit = unit
        self.updates = 0
        self.seconds = 0.0
        self.diverged = False
        self.records_graphs = False  # whether the networks in training run as CUDA graphs

    @property
    def samples_seen(self) -> int:
        return self.batches.samples_seen

    @property
    def completed(self) -> int:
        """The completed part of the budget, in its unit."""
        return self.updates if self.unit == "updates" else self.samples_seen

    def log_time(self, seconds: float) -> None:
        """Record updates, samples seen, and seconds of training so far."""
        self.times.append((self.updates, self.samples_seen, round(seconds, 2)))

    @property
    def device(self) -> torch.device:
        return self.variant.device

    def step(self, progress: float) -> None:
        """Run one round of the variant's algorithm, and update the moving average.

        Args:
            progress: completed share of the budget, 0 to 1.
        """
        if self.records_graphs:
            torch.compiler.cudagraph_mark_step_begin()  # outputs stay valid until the next step
        before = self.completed
        self.variant.set_progress(progress)
        self.averaged.set_progress(progress)
        for name, optimizer in self.optimizers.items():
            settings = self.settings[name]
            lr = settings.lr * decay_lr(settings, progress) * self.variant.lr_scale()
            for group in optimizer.param_groups:
                group["lr"] = lr
        for player, losses in self.compute_losses():
            name = self.player_names[player]
            self.optimizers[name].zero_grad()
            # only this player receives a gradient, even if the loss depends on others
            torch.stack(list(losses.values())).sum().backward(inputs=self.parameters[player])
            clip_gradients(self.settings[name], self.parameters[player])
            self.optimizers[name].step()
            self.curves.add(name, losses)
        self.updates += 1
        if before == 0:
            self.averaged.load_state_dict(self.variant.state_dict())
            return
        self.moving_average.update(self.completed - before)

    def compute_losses(self) -> Losses:
        """Yield each player of a round and its losses, computed in the run's precision."""
        turns = self.variant.step(self.batches)
        reduced = self.precision is not torch.float32
        while True:
            # one block a turn: autocast keeps its copies of the weights until the block ends
            with torch.autocast(self.device.type, self.precision, enabled=reduced):
                turn = next(turns, None)
            if turn is None:
                return
            player, losses = turn
            yield player, {term: loss.float() for term, loss in losses.items()}

    def compile(self, mode: str = "default") -> None:
        """Compile the networks in training, but not their moving average.

        Args:
            mode: mode of `torch.compile`; ``reduce-overhead`` records CUDA graphs on a GPU.
        """
        self.records_graphs = mode == "reduce-overhead"
        for player in self.player_names:
            networks = player.children() if isinstance(player, nn.ModuleDict) else [player]
            for network in networks:
                network.compile(mode=mode)

    @contextlib.contextmanager
    def isolated_rng(self, seed: int) -> Iterator[None]:
        """Draw from another seed within the block, and restore generators and buffers after it."""
        saved = [(buffer, buffer.clone()) for buffer in self.variant.buffers()]
        generators = list_generators(self.device)
        states = [generator.get_state() for generator in generators]
        with torch.no_grad():
            for generator in generators:
                generator.manual_seed(seed)
            try:
                yield
            finally:
                for generator, state in zip(generators, states, strict=True):
                    generator.set_state(state)
            for buffer, value in saved:
                buffer.copy_(value)

    def recompute_batch_norm(self) -> None:
        """Recompute the statistics of batch normalisation under the averaged weights.

        The batches of samples have the size of those in training, and noise of a separate stream.
        """

        def draw() -> None:
            n = self.batches.batch
            condition = self.averaged.random_condition(n)
            if self.batches.condition is not None:
                _, real = draw_batch(*self.real["train"], size=n, device=self.device)
                condition = self.averaged.choose_condition(real, condition)
            self.averaged.sample(n, condition)

        with self.isolated_rng(stream(self.seed, "batch normalisation")):
            recompute_statistics(self.averaged, draw)

    def take_snapshot(self, n: int) -> None:
        """Store ``n`` samples of the moving average, from the same noise each time.

        Conditions on images or captions come from the held-out data, and classes follow in turn, as
        in scored samples. If samples are points in the
        plane, the discriminator scores of the plane are stored too.
        """
        _, conditions = self.real.get("held_out", self.real["train"])
        real = None if conditions is None else to_unit(conditions[:n].to(self.device))
        condition = self.averaged.choose_condition(real, random=None)
        if isinstance(self.averaged, Conditional):
            condition = torch.arange(n, device=self.device) % self.averaged.classes
        self.recompute_batch_norm()
        with self.isolated_rng(stream(self.seed, "snapshots")):
            samples = quantise(self.averaged.sample(n, condition)).cpu()
            are_points = samples.is_floating_point() and samples.shape[1:] == (2,)
            if (
                are_points
                and (scores := score_plane(self.variant, self.batches, self.device)) is not None
            ):
                self.plane_scores.append(scores.cpu())
        self.snapshots.append((self.samples_seen, samples))

    def log_health(self) -> None:
        """Record gradient and weight norms of each player, and discriminator scores.

        The scores are the mean score of a batch of training images, held-out images and samples,
        and the share that the discriminator classifies correctly. They are computed with the
        weights in training, not with their average.
        """
        for player, name in self.player_names.items():
            self.health.add(name, compute_norms(self.parameters[player]))
        # one batch of each kind, drawn anew each time: cheap, and the curve depends on all images
        with self.isolated_rng(stream(self.seed, f"judged at {self.samples_seen}")):
            scores = compute_scores(
                self.variant, self.real, size=self.batches.batch, device=self.device
            )
            if scores:
                summary = summarise_scores(scores, self.variant.boundary)
                self.health.add("discriminator_score", summary)
        self.health.read(self.samples_seen)

    def store_finite_average(self) -> None:
        """Store the moving average as the last one with finite losses."""
        self.moving_average.store_finite()

    def restore_finite_average(self) -> None:
        """Mark the run as diverged, and restore the last moving average with finite losses."""
        self.diverged = True
        self.moving_average.restore_finite()

    def state_dict(self) -> dict[str, Any]:
        """Get the state from which ``load_state_dict`` resumes with identical results."""
        return {
            "variant": self.variant.state_dict(),
            "averaged": self.averaged.state_dict(),
            "finite_average": self.moving_average.last_finite,
            "optimizers": {name: o.state_dict() for name, o in self.optimizers.items()},
            "batches": self.batches.state_dict(),
            "curves": self.curves.state_dict(),
            "health": self.health.state_dict(),
            "snapshots": self.snapshots,
            "plane_scores": self.plane_scores,
            "times": self.times,
            "updates": self.updates,
            "seconds": self.seconds,
            "diverged": self.diverged,
            "cpu_rng": torch.get_rng_state(),
            "cuda_rng": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Resume from a state, random generators included."""
        self.variant.load_state_dict(state["variant"])
        self.averaged.load_state_dict(state["averaged"])
        self.moving_average.last_finite = state["finite_average"]
        for name, optimizer_state in state["optimizers"].items():
            self.optimizers[name].load_state_dict(optimizer_state)
        self.batches.load_state_dict(state["batches"])
        self.curves.load_state_dict(state["curves"])
        self.health.load_state_dict(state["health"])
        self.snapshots = [(seen, samples.cpu()) for seen, samples in state["snapshots"]]
        self.plane_scores = [scores.cpu() for scores in state["plane_scores"]]
        self.times = [tuple(time) for time in state["times"]]
        self.updates = state["updates"]
        self.seconds = state["seconds"]
        self.diverged = state["diverged"]
        torch.set_rng_state(state["cpu_rng"].cpu())
        torch.cuda.set_rng_state_all([rng.cpu() for rng in state["cuda_rng"]])
