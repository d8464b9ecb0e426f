"""Endless shuffled batches of a training split."""

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import torch
from torch import Tensor

from benchmark.common.seeds import stream
from benchmark.data.pixels import to_unit
from benchmark.data.splits import is_paired, map_samples

RESIDENT = 0.5  # share of the device's memory that a data set may take up
WORKERS = 2  # threads that fetch the images of a larger one; their number changes no batch


class Batches:
    """Endless shuffled batches of a data set that lies on the device as uint8.

    Each pass is a new permutation; what is left of one that is shorter than a batch is skipped.

    Args:
        images: uint8 ``(n, ...)``, or float32, on the device where the batches are wanted.
        batch: images a batch, at most n.
        seed: of the order; the order is the same on every device.
        condition: what samples are drawn for, labels ``(n,)`` or images ``(n, ...)``, on the same
            device; with them, a batch is a pair.
    """

    def __init__(
        self, images: Tensor, batch: int, seed: int, condition: Tensor | None = None
    ) -> None:
        if batch > len(images):
            raise ValueError(f"a batch of {batch} cannot be drawn from {len(images)} images")
        self.images = images
        self.condition = condition
        self.batch = batch
        self.samples_seen = 0
        self._generator = torch.Generator().manual_seed(seed)
        self._shuffle()

    def _shuffle(self) -> None:
        self._pass_state = self._generator.get_state()
        order = torch.randperm(len(self.images), generator=self._generator)
        self._order = order.to(self.images.device)
        self._position = 0

    def __iter__(self) -> "Batches":
        return self

    def __next__(self) -> Tensor | tuple[Tensor, Tensor]:
        self.samples_seen += self.batch
        chosen = self._choose()
        return self._pair(self.images[chosen], chosen)

    def _pair(self, images: Tensor, chosen: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """Images as a network sees them, with what is given at the places that they come from."""
        if self.condition is None:
            return to_unit(images)
        return to_unit(images), to_unit(self.condition[chosen])

    def _choose(self) -> Tensor:
        """The places of the images of the next batch."""
        if self._position + self.batch > len(self._order):
            self._shuffle()
        chosen = self._order[self._position : self._position + self.batch]
        self._position += self.batch
        return chosen

    def state_dict(self) -> dict[str, Any]:
        """What ``load_state_dict`` needs to go on with the next batch."""
        return {
            "generator": self._pass_state,
            "position": self._position,
            "samples_seen": self.samples_seen,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self._generator.set_state(state["generator"])
        self._shuffle()
        self._position = state["position"]
        self.samples_seen = state["samples_seen"]


class Unpaired(Batches):
    """Batches of pairs of images that do not belong together.

    Either side has an order of its own. Where the data are pairs, the one is from the first half
    of the data set and the other from the second, so that no example is seen from both sides.

    Args:
        images, batch, seed: as above; a batch is at most n / 2, or n where the data are no pairs.
        condition: uint8 ``(n, ...)``, what belongs to each image; of any length where nothing does.
        pairs: whether the data are pairs.
    """

    def __init__(
        self, images: Tensor, batch: int, seed: int, condition: Tensor, *, pairs: bool = True
    ) -> None:
        if pairs:
            half = len(images) // 2
            images, condition = images[:half], condition[half : 2 * half]
        super().__init__(images, batch, seed, condition)
        self._others = Batches(
            condition, batch, stream(seed, "given")
        )  # the name fixes the numbers

    def _pair(self, images: Tensor, chosen: Tensor) -> tuple[Tensor, Tensor]:
        others = next(self._others)
        assert isinstance(others, Tensor)  # nothing stands beside them
        return to_unit(images), others

    def state_dict(self) -> dict[str, Any]:
        return super().state_dict() | {"others": self._others.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        super().load_state_dict(state)
        self._others.load_state_dict(state["others"])


class Streamed(Batches):
    """The same batches in the same order, of images that stay on the disk.

    Threads gather the next few ahead of need and move them to the device.

    Args:
        images: uint8 ``(n, ...)``, a memory map.
        batch, seed, given: as above; what is given may lie anywhere.
        device: where the batches are wanted.
        workers: threads.
    """

    def __init__(
        self,
        images: Tensor,
        batch: int,
        seed: int,
        condition: Tensor | None = None,
        *,
        device: torch.device,
        workers: int = WORKERS,
    ) -> None:
        super().__init__(images, batch, seed, None if condition is None else condition.to(device))
        self.device = device
        self._pool = ThreadPoolExecutor(workers)
        self._ahead: deque[tuple[Future[Tensor], Tensor, dict[str, Any]]] = deque()
        self._depth = 2 * workers
        self._state = super().state_dict()  # after the batch last given, not the one last chosen

    def _fetch(self, chosen: Tensor) -> Tensor:
        return self.images[chosen].to(self.device)

    def __next__(self) -> Tensor | tuple[Tensor, Tensor]:
        while len(self._ahead) < self._depth:
            chosen = self._choose()
            fetched = self._pool.submit(self._fetch, chosen)
            self._ahead.append((fetched, chosen.to(self.device), super().state_dict()))
        fetched, chosen, self._state = self._ahead.popleft()
        self.samples_seen += self.batch
        return self._pair(fetched.result(), chosen)

    def state_dict(self) -> dict[str, Any]:
        return self._state | {"samples_seen": self.samples_seen}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        super().load_state_dict(state)
        self._ahead.clear()
        self._state = super().state_dict()


def make_batches(
    dataset: str,
    batch: int,
    seed: int,
    device: torch.device,
    *,
    condition_key: str | None = None,
    paired: bool = True,
) -> Batches:
    """Batches of the training images: from the device's memory, or from the disk if it is short.

    Args:
        dataset, batch, seed, device: as of `Batches`.
        condition_key: what stands beside the images: ``labels``, ``condition`` or nothing.
        paired: whether it belongs to them; see `Unpaired`, which lies in memory.

    Raises:
        ValueError: the data are no pairs and pairs are asked for.
    """
    images, others = map_samples(dataset, "train", condition_key or "labels")
    known = others.to(device, copy=True) if condition_key else None
    if known is not None and condition_key == "condition":
        belong = is_paired(dataset)
        if paired and not belong:
            raise ValueError(f"{dataset} holds no pairs of images")
        if not paired:
            return Unpaired(images.to(device, copy=True), batch, seed, known, pairs=belong)
    if images.nbytes <= RESIDENT * device_memory(device):
        return Batches(images.to(device, copy=True), batch, seed, known)
    return Streamed(images, batch, seed, known, device=device)


def device_memory(device: torch.device) -> int:
    """Bytes of memory that a device has."""
    if device.type == "cuda":
        return torch.cuda.get_device_properties(device).total_memory
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
