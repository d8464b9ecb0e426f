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

RESIDENT = 0.5  # maximum share of the device's memory that a data set occupies
WORKERS = 2  # threads that load images from the disk; the number does not change batches


class Batches:
    """Endless shuffled batches of a data set in the memory of the device.

    Each pass is a new permutation; a remainder smaller than a batch is skipped. A batch is
    ``(batch, ...)`` in [-1, 1], or a pair of that and its conditions.

    Args:
        images: uint8 ``(n, ...)``, points float32 or tokens int64, on the device of the batches.
        batch: images per batch, at most n.
        seed: seed of the order, which is the same on every device.
        condition: labels ``(n,)``, images or captions ``(n, ...)``, on the same device.
        flips: whether each image is mirrored horizontally in half of the passes, at random.

    Raises:
        ValueError: a batch is larger than the data set.
    """

    def __init__(
        self,
        images: Tensor,
        batch: int,
        seed: int,
        condition: Tensor | None = None,
        *,
        flips: bool = False,
    ) -> None:
        if batch > len(images):
            raise ValueError(f"expected a batch of at most {len(images)}, got {batch}; lower it")
        self.images = images
        self.condition = condition
        self.batch = batch
        self.flips = flips
        self.samples_seen = 0
        self._generator = torch.Generator().manual_seed(seed)
        self._shuffle()

    def _shuffle(self) -> None:
        self._pass_state = self._generator.get_state()
        order = torch.randperm(len(self.images), generator=self._generator)
        self._order = order.to(self.images.device)
        if self.flips:  # of this pass, by place in the order
            self._mirrored = torch.rand(len(order), generator=self._generator) < 0.5
        self._position = 0

    def __iter__(self) -> "Batches":
        return self

    def __next__(self) -> Tensor | tuple[Tensor, Tensor]:
        self.samples_seen += self.batch
        indices, mirrored = self._next_indices()
        return self._add_condition(flip(self.images[indices], mirrored), indices)

    def _add_condition(self, images: Tensor, indices: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """Scale images to [-1, 1], and pair them with the conditions at their indices."""
        if self.condition is None:
            return to_unit(images)
        return to_unit(images), to_unit(self.condition[indices])

    def _next_indices(self) -> tuple[Tensor, Tensor | None]:
        """Return the indices of the next batch, ``(batch,)``, and which of its images to mirror."""
        if self._position + self.batch > len(self._order):
            self._shuffle()
        part = slice(self._position, self._position + self.batch)
        self._position += self.batch
        return self._order[part], self._mirrored[part] if self.flips else None

    def state_dict(self) -> dict[str, Any]:
        """Get the state from which ``load_state_dict`` resumes with the next batch."""
        return {
            "generator": self._pass_state,
            "position": self._position,
            "samples_seen": self.samples_seen,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Resume from a state, of this class or of `StreamedBatches`."""
        self._generator.set_state(state["generator"])
        self._shuffle()
        self._position = state["position"]
        self.samples_seen = state["samples_seen"]


def flip(images: Tensor, mirrored: Tensor | None) -> Tensor:
    """Mirror those images ``(b, c, h, w)`` horizontally that ``mirrored``, ``(b,)``, names."""
    if mirrored is None:
        return images
    chosen = mirrored.to(images.device)[:, None, None, None]
    return torch.where(chosen, images.flip(-1), images)


class UnpairedBatches(Batches):
    """Batches of unpaired images and conditions.

    Images and conditions are shuffled independently. If the data are pairs, both sides of each are
    there, as for variants that need pairs; which belong together is not shown.

    Args:
        images, batch, seed: as for `Batches`.
        condition: uint8 ``(m, ...)``; a batch has at most m.
    """

    def __init__(self, images: Tensor, batch: int, seed: int, condition: Tensor) -> None:
        super().__init__(images, batch, seed, condition)
        self._others = Batches(
            condition, batch, stream(seed, "given")
        )  # the name fixes the numbers

    def _add_condition(self, images: Tensor, indices: Tensor) -> tuple[Tensor, Tensor]:
        others = next(self._others)
        assert isinstance(others, Tensor)  # batches without conditions
        return to_unit(images), others

    def state_dict(self) -> dict[str, Any]:
        return super().state_dict() | {"others": self._others.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        super().load_state_dict(state)
        self._others.load_state_dict(state["others"])


class StreamedBatches(Batches):
    """The batches of `Batches`, in the same order, of images that stay on the disk.

    Threads load the next batches in advance and move them to the device.

    Args:
        images: uint8 ``(n, ...)``, a memory map.
        batch, seed, condition, flips: as for `Batches`; conditions may be on any device.
        device: device of the batches.
        workers: number of threads.
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
        flips: bool = False,
    ) -> None:
        condition = None if condition is None else condition.to(device)
        super().__init__(images, batch, seed, condition, flips=flips)
        self.device = device
        self._pool = ThreadPoolExecutor(workers)
        self._ahead: deque[tuple[Future[Tensor], Tensor, dict[str, Any]]] = deque()
        self._depth = 2 * workers
        self._state = (
            super().state_dict()
        )  # after the last returned batch; later ones may be loading

    def _load(self, indices: Tensor, mirrored: Tensor | None) -> Tensor:
        return flip(self.images[indices].to(self.device), mirrored)

    def __next__(self) -> Tensor | tuple[Tensor, Tensor]:
        while len(self._ahead) < self._depth:
            indices, mirrored = self._next_indices()
            loaded = self._pool.submit(self._load, indices, mirrored)
            self._ahead.append((loaded, indices.to(self.device), super().state_dict()))
        loaded, indices, self._state = self._ahead.popleft()
        self.samples_seen += self.batch
        return self._add_condition(loaded.result(), indices)

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
    flips: bool = False,
) -> Batches:
    """Make batches of the training images, streamed from the disk if memory is short.

    Args:
        dataset, batch, seed, device, flips: as for `Batches`.
        condition_key: array of the conditions: ``labels``, ``condition``, or None for none.
        paired: whether conditions belong to their images; unpaired data are loaded into memory.

    Raises:
        ValueError: the data are unpaired, and ``paired`` is True; or a batch is too large.
    """
    images, others = map_samples(dataset, "train", condition_key or "labels")
    condition = others.to(device, copy=True) if condition_key else None
    if condition is not None and condition_key == "condition":
        if paired and not is_paired(dataset):
            raise ValueError(
                f"{dataset}: expected pairs, which the variant needs, got unpaired images; choose"
                " another variant"
            )
        if not paired:
            resident = images.to(device, copy=True)
            return UnpairedBatches(resident, batch, seed, condition)
    if images.nbytes <= RESIDENT * measure_memory(device):
        return Batches(images.to(device, copy=True), batch, seed, condition, flips=flips)
    return StreamedBatches(images, batch, seed, condition, device=device, flips=flips)


def measure_memory(device: torch.device) -> int:
    """Measure the memory of a device, in bytes."""
    if device.type == "cuda":
        return torch.cuda.get_device_properties(device).total_memory
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
