"""Apply an image-to-image variant to images of any size, whole or in overlapping tiles.

Outputs up to `WHOLE` pixels are made whole, since deep networks may differ at the borders of tiles.

Only networks whose outputs depend on near pixels alone, such as those of super-resolution, work in
tiles. Others get whole images, since tiles would have visible borders: instance normalisation has
other statistics in each tile, and noise would be drawn for each tile.

Sides that the network does not accept are padded by repeating the border, half on each side: of
the usual ways, this one disturbs outputs least.
"""

from collections.abc import Callable

import numpy as np
import torch

from benchmark.data.pixels import quantise, to_unit
from gans.common.variant import ImageToImage

Apply = Callable[[np.ndarray], np.ndarray]  # images, uint8 (c, h, w) to (k, scale * h, scale * w)

TILE = 256  # side of a tile in pixels
OVERLAP = 32  # pixels discarded on each side with a neighbouring tile
REACH = 512  # pixels at this distance count as far
WHOLE = 2**22  # pixels of an output that needs no tiles
MAX_WHOLE = 2**24  # pixels of a whole image
MULTIPLES = tuple(2**halvings for halvings in range(9))  # sides that a network may need


class AnySize:
    """Applies a variant to single images of any size.

    Args:
        variant: in evaluation mode, on the CPU: there, no layer mixes pixels that it does not use.
        device: where the variant is applied.

    Attributes:
        scale: factor by which outputs are larger.
        multiple: of which the sides of images have to be multiples; None if the network accepts
            images of the size in training only.
        smallest: smallest side that the network accepts; 0 if ``multiple`` is None.
        works_in_tiles: whether outputs depend on near pixels alone, and the network draws no noise.
    """

    def __init__(self, variant: ImageToImage, device: torch.device) -> None:
        self.variant = variant
        self.scale = variant.shape[-1] // variant.source[-1]
        sides = {multiple: multiple * max(3, 32 // multiple | 1) for multiple in MULTIPLES}
        self.multiple = next((m for m, side in sides.items() if self._fits(side)), None)
        self.smallest, self.works_in_tiles = 0, False
        if self.multiple:
            self.smallest = self.multiple * (1 if self._fits(self.multiple) else 2)
            self.works_in_tiles = (
                self.multiple <= OVERLAP
                and not self._draws_noise()
                and self._depends_on_near_pixels_alone()
            )
        variant.to(device)

    def _sample(self, height: int, width: int, *, blank: int | None = None) -> torch.Tensor:
        """Apply the variant to black, without values from column ``blank`` on."""
        image = torch.full((1, self.variant.source[0], height, width), -1.0)
        if blank is not None:
            image[..., blank:] = torch.nan
        with torch.no_grad():
            return self.variant.sample(1, image)

    def _fits(self, side: int) -> bool:
        """Whether the network accepts images of this side, and keeps their size."""
        try:
            output = self._sample(side, side)
        except (RuntimeError, ValueError):
            return False
        return output.shape[2:] == (self.scale * side, self.scale * side)

    def _draws_noise(self) -> bool:
        state = torch.get_rng_state()
        self._sample(self.smallest, self.smallest)
        return not torch.equal(state, torch.get_rng_state())

    def _depends_on_near_pixels_alone(self) -> bool:
        """Whether no output depends on pixels that are `REACH` away."""
        output = self._sample(self.smallest, 2 * REACH, blank=REACH)
        return not output[..., 0].isnan().any()  # NaN spreads to each value that depends on it

    def describe_limit(self, height: int, width: int) -> str | None:
        """Describe what fits if an image of this size does not; else return None."""
        if self.multiple is None and (height, width) != self.variant.source[1:]:
            _, fitting_height, fitting_width = self.variant.source
            return f"an image of {fitting_width} x {fitting_height}, the only size of the network"
        if not self.works_in_tiles and height * width > MAX_WHOLE:
            factor = (MAX_WHOLE / (height * width)) ** 0.5
            fitting = f"{int(factor * width)} x {int(factor * height)}"
            return f"at most {MAX_WHOLE:,} pixels ({fitting}), as the network needs whole images"
        return None

    def apply(self, image: np.ndarray) -> np.ndarray:
        """Apply the variant to an image.

        Args:
            image: uint8 ``(c, h, w)``, of a size for which `describe_limit` returns None.

        Returns:
            uint8 ``(k, scale * h, scale * w)``.
        """
        height, width = (self.scale * side for side in image.shape[1:])
        margins = self._find_margins(*image.shape[1:])
        top, left = (self.scale * before for before, _ in margins)
        padded = np.pad(image, ((0, 0), *margins), mode="edge")
        is_large = self.scale**2 * padded[0].size > WHOLE
        if is_large and self.works_in_tiles:
            output = apply_tiled(self._apply_whole, padded, scale=self.scale)
        else:
            output = self._apply_whole(padded)
        return output[:, top : top + height, left : left + width]

    def _find_margins(self, height: int, width: int) -> list[tuple[int, int]]:
        """Find the narrowest margins with which the network accepts an image, centred."""
        if self.multiple is None or (height, width) == self.variant.source[1:]:
            return [(0, 0), (0, 0)]
        margins = []
        for side in (height, width):
            missing = max(self.smallest - side, -side % self.multiple)
            margins.append((missing // 2, missing - missing // 2))
        return margins

    def _apply_whole(self, image: np.ndarray) -> np.ndarray:
        condition = to_unit(torch.from_numpy(image)[None].to(self.variant.device))
        with torch.no_grad():
            return quantise(self.variant.sample(1, condition))[0].cpu().numpy()


def apply_tiled(apply: Apply, image: np.ndarray, *, scale: int, tile: int = TILE) -> np.ndarray:
    """Apply a function of images to overlapping tiles of an image, and join its outputs.

    Args:
        apply: of tiles whose sides are multiples of those that divide ``OVERLAP`` and the sides of
            the image.
        image: uint8 ``(c, h, w)``.
        scale: factor by which outputs are larger.
        tile: side of the tiles, a multiple of ``OVERLAP``.

    Returns:
        uint8 ``(k, scale * h, scale * w)``.
    """
    height, width = image.shape[1:]
    inner = tile - 2 * OVERLAP
    joined = np.empty(0, np.uint8)
    for top in range(0, height, inner):
        for left in range(0, width, inner):
            first = max(0, top - OVERLAP), max(0, left - OVERLAP)
            last = top + inner + OVERLAP, left + inner + OVERLAP
            output = apply(image[:, first[0] : last[0], first[1] : last[1]])
            if not joined.size:
                joined = np.empty((len(output), scale * height, scale * width), np.uint8)
            rows, columns = (
                slice(scale * start, scale * min(start + inner, side))
                for start, side in ((top, height), (left, width))
            )
            joined[:, rows, columns] = output[
                :,
                rows.start - scale * first[0] : rows.stop - scale * first[0],
                columns.start - scale * first[1] : columns.stop - scale * first[1],
            ]
    return joined
