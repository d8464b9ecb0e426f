"""A run in training: its players, their optimisers, the moving average, and one step of it all."""

import contextlib
import copy
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import get_total_norm
from torch.optim.swa_utils import get_ema_multi_avg_fn

from benchmark.common.seeds import stream
from benchmark.config import VariantConfig
from benchmark.data.batches import Batches
from benchmark.data.pixels import quantise, to_unit
from benchmark.training.curves import Curves
from gans.common.variant import Losses, Variant

PLANE = torch.linspace(-1.5, 1.5, 24)  # of either coordinate, where the judge of points is asked
NEAR = 2000  # training points among which the nearest to a place is looked for


class Trainer:
    """A run in training: everything that a checkpoint must hold.

    Args:
        variant: on its device; its players are its direct children.
        entry: optimiser and learning rate.
        batches: the real data.
        half_life: of the moving average of the weights, in images seen.
        seed: of the run.
        precision: of the losses and the layers behind them; the weights are float32 whatever it is.
        held_out: real images that are not trained on, uint8 ``(n, ...)``, and what stands beside
            them; without them, nothing is said of how the judge takes to them.
    """

    def __init__(
        self,
        variant: Variant,
        entry: VariantConfig,
        batches: Batches,
        *,
        half_life: float,
        seed: int,
        precision: torch.dtype = torch.float32,
        held_out: tuple[Tensor, Tensor] | None = None,
    ) -> None:
        self.variant = variant.train()
        self.batches = batches
        self.half_life = half_life
        self.precision = precision
        self.rate = entry.lr
        self.averaged = copy.deepcopy(variant).eval().requires_grad_(False)
        self.averages = by_kind(self.averaged)
        self.weights = by_kind(variant)
        self.optimizers = {
            name: optimizer(entry, player) for name, player in variant.named_children()
        }
        self.names = {player: name for name, player in variant.named_children()}
        self.parameters = {player: list(player.parameters()) for player in self.names}
        self.curves = Curves()
        self.health = Curves()
        self.real = {"train": (batches.images, batches.condition)}
        if held_out is not None:
            images, condition = (part.to(batches.images.device) for part in held_out)
            self.real["held_out"] = images, None if batches.condition is None else condition
        self.snapshots: list[tuple[int, Tensor]] = []  # images seen, samples as they are kept
        self.landscapes: list[Tensor] = []  # at the same moments: the judge's scores of the plane
        self.finite = clone(self.averaged)
        self.seed = seed
        self.seconds = 0.0
        self.diverged = False

    @property
    def samples_seen(self) -> int:
        return self.batches.samples_seen

    @property
    def device(self) -> torch.device:
        return next(self.variant.parameters()).device

    def step(self, progress: float) -> None:
        """One round of the variant's algorithm, and of the moving average behind it."""
        before = self.samples_seen
        self.variant.progress = self.averaged.progress = progress
        for optimizer in self.optimizers.values():
            for group in optimizer.param_groups:
                group["lr"] = self.rate * self.variant.lr_scale()
        for player, losses in self.turns():
            name = self.names[player]
            self.optimizers[name].zero_grad()
            # only this player receives a gradient, whatever else the loss went through
            torch.stack(list(losses.values())).sum().backward(inputs=self.parameters[player])
            self.optimizers[name].step()
            self.curves.add(name, losses)
        if before == 0:
            self.averaged.load_state_dict(self.variant.state_dict())
            return
        update = get_ema_multi_avg_fn(0.5 ** ((self.samples_seen - before) / self.half_life))
        for averages, weights in zip(self.averages, self.weights, strict=True):
            update(averages, weights, 0)

    def turns(self) -> Losses:
        """The turns of a round, the losses computed in the precision asked for."""
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
        """Compile the networks in training; the moving average stays as it is.

        Args:
            mode: of `torch.compile`; ``reduce-overhead`` records CUDA graphs on a GPU.
        """
        for player in self.names:
            networks = player.children() if isinstance(player, nn.ModuleDict) else [player]
            for network in networks:
                network.compile(mode=mode)

    @contextlib.contextmanager
    def isolated_rng(self, seed: int) -> Iterator[None]:
        """What is done in it draws from a seed of its own and leaves no trace in the training."""
        kept = [(buffer, buffer.clone()) for buffer in self.variant.buffers()]
        # of the CPU alone: torch.manual_seed notes a traceback for CUDA each time
        generators = [torch.default_generator]
        if self.device.type == "cuda":
            generators.append(torch.cuda.default_generators[torch.cuda.current_device()])
        states = [generator.get_state() for generator in generators]
        with torch.no_grad():
            for generator in generators:
                generator.manual_seed(seed)
            try:
                yield
            finally:
                for generator, state in zip(generators, states, strict=True):
                    generator.set_state(state)
            for buffer, value in kept:
                buffer.copy_(value)

    def snapshot(self, n: int) -> None:
        """Keep ``n`` samples of the moving average, from the same noise each time.

        In the plane, keep what the judge makes of it too. Images are made of held-out ones.
        """
        condition = None
        if self.variant.condition_key == "condition":
            _, images = self.real["held_out" if "held_out" in self.real else "train"]
            assert images is not None  # its batches are pairs
            condition = to_unit(images[:n].to(self.device))
        with self.isolated_rng(stream(self.seed, "snapshots")):
            samples = quantise(self.averaged.sample(n, condition)).cpu()
            plane = samples.is_floating_point() and samples.shape[1:] == (2,)
            if plane and (scores := self.landscape()) is not None:
                self.landscapes.append(scores.cpu())
        self.snapshots.append((self.samples_seen, samples))

    def landscape(self) -> Tensor | None:
        """The judge's scores of places in the plane, ``(side, side)``, y before x.

        A judge that wants to know a class is told that of the nearest training point. None where
        no player judges.
        """
        y, x = torch.meshgrid(PLANE, PLANE, indexing="ij")
        places = torch.stack([x, y], dim=-1).reshape(-1, 2).to(self.device)
        condition = None
        if self.batches.condition is not None:
            near = torch.cdist(places, self.batches.images[:NEAR].to(self.device)).argmin(dim=1)
            condition = self.batches.condition[near]
        scores = self.variant.discriminator_score(places, condition)
        return None if scores is None else scores.reshape(len(PLANE), len(PLANE))

    def log_health(self) -> None:
        """Record the state of each player after its last step, and what the judge makes of images.

        Of each player: the norms of its gradient and its weights. Of the judge: its mean score of
        training images, of held-out ones and of samples, and the share of each that it takes for
        what they are. All are taken as in training: by the weights themselves, not their average.
        """
        for player, name in self.names.items():
            gradients = [p.grad for p in self.parameters[player] if p.grad is not None]
            self.health.add(
                name,
                {
                    "gradient_norm": get_total_norm(gradients),
                    "weight_norm": get_total_norm(self.parameters[player]),
                },
            )
        # a batch of each kind, others at each moment: cheap, and no few images colour the curve
        with self.isolated_rng(stream(self.seed, f"judged at {self.samples_seen}")):
            shown = {kind: self.some(*own) for kind, own in self.real.items()}
            condition = self.variant.random_condition(self.batches.batch)
            if self.variant.condition_key == "condition":
                condition = shown["train"][1]
            shown["generated"] = self.variant.sample(self.batches.batch, condition), condition
            scores = {
                kind: self.variant.discriminator_score(*images) for kind, images in shown.items()
            }
            known = {kind: score for kind, score in scores.items() if score is not None}
            if known:
                self.health.add("judge", judgement(known, self.variant.boundary))
        self.health.read(self.samples_seen)

    def some(self, images: Tensor, condition_key: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """As many of the images, uint8, as are in a batch, drawn evenly, as a network sees them.

        With what stands beside them, if anything does.
        """
        chosen = torch.randint(len(images), (self.batches.batch,)).to(images.device)
        condition = None
        if condition_key is not None:
            places = chosen
            if len(condition_key) != len(images):  # nothing belongs to anything
                places = torch.randint(len(condition_key), (self.batches.batch,)).to(
                    condition_key.device
                )
            condition = to_unit(condition_key[places].to(self.device))
        return to_unit(images[chosen].to(self.device)), condition

    def keep(self) -> None:
        """Remember the moving average as the last that was finite."""
        for name, value in self.averaged.state_dict().items():
            self.finite[name].copy_(value)

    def fall_back(self) -> None:
        """The losses are not finite: make the moving average what it was when last they were."""
        self.diverged = True
        self.averaged.load_state_dict(self.finite)

    def state_dict(self) -> dict[str, Any]:
        return {
            "variant": self.variant.state_dict(),
            "averaged": self.averaged.state_dict(),
            "finite": self.finite,
            "optimizers": {name: o.state_dict() for name, o in self.optimizers.items()},
            "batches": self.batches.state_dict(),
            "curves": self.curves.state_dict(),
            "health": self.health.state_dict(),
            "snapshots": self.snapshots,
            "landscapes": self.landscapes,
            "seconds": self.seconds,
            "diverged": self.diverged,
            "cpu_rng": torch.get_rng_state(),
            "cuda_rng": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.variant.load_state_dict(state["variant"])
        self.averaged.load_state_dict(state["averaged"])
        self.finite = state["finite"]
        for name, optimizer_state in state["optimizers"].items():
            self.optimizers[name].load_state_dict(optimizer_state)
        self.batches.load_state_dict(state["batches"])
        self.curves.load_state_dict(state["curves"])
        self.health.load_state_dict(state["health"])
        self.snapshots = [(seen, samples.cpu()) for seen, samples in state["snapshots"]]
        self.landscapes = [scores.cpu() for scores in state["landscapes"]]
        self.seconds = state["seconds"]
        self.diverged = state["diverged"]
        torch.set_rng_state(state["cpu_rng"].cpu())
        torch.cuda.set_rng_state_all([rng.cpu() for rng in state["cuda_rng"]])


def judgement(scores: dict[str, Tensor], boundary: float | None) -> dict[str, Tensor]:
    """Mean score of each kind of image, and the share of it that is taken for what it is.

    Args:
        scores: of ``train``, ``generated`` and maybe ``held_out`` images, each ``(n,)``.
        boundary: above which a score means real; without one, the median of the scores of training
            images and samples together, which is fair to both.
    """
    border = torch.cat([scores["train"], scores["generated"]]).median()
    if boundary is not None:
        border = torch.full_like(border, boundary)
    found = {}
    for kind, own in scores.items():
        found[f"score_{kind}"] = own.mean()
        right = own <= border if kind == "generated" else own > border
        found[f"accuracy_{kind}"] = right.float().mean()
    return found


def clone(variant: Variant) -> dict[str, Tensor]:
    """A copy of the weights and buffers."""
    return {name: value.clone() for name, value in variant.state_dict().items()}


def by_kind(variant: Variant) -> list[list[Tensor]]:
    """The weights and buffers themselves, those of floating point and then the others, if any."""
    kinds: dict[bool, list[Tensor]] = {True: [], False: []}
    for tensor in variant.state_dict().values():
        kinds[tensor.is_floating_point()].append(tensor)
    return [tensors for tensors in kinds.values() if tensors]


def optimizer(entry: VariantConfig, player: nn.Module) -> torch.optim.Optimizer:
    """The optimiser of one player."""
    if entry.optimizer == "Adam":
        return torch.optim.Adam(
            player.parameters(), lr=entry.lr, betas=entry.betas or (0.9, 0.999), fused=True
        )
    return torch.optim.RMSprop(player.parameters(), lr=entry.lr, foreach=True)
