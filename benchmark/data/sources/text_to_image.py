"""Images with captions: digits drawn in several ways, and said in words.

Of each picture it is known what it shows, so that whether a generator has kept to a caption can be
measured. What a caption does not say is as is usual: upright, plain, white on black.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from benchmark.common.seeds import stream
from benchmark.data.captions import tokens, vocabulary
from benchmark.data.sources.images import digits
from benchmark.data.sources.translation import enlarged

# images, labels, captions, that these belong together, images and attributes to be learnt, words
Captioned = tuple[Any, ...]
SIDE = 16  # of a picture, in pixels
DRAWN = {"train": 4000, "test": 1000}
TWO = 0.2  # share of the pictures with two digits
SHEAR = 0.3  # pixels to the side for each pixel up
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
WEIGHTS = {"plain": ("plain", "normal"), "bold": ("bold", "thick"), "thin": ("thin", "fine")}
SLANTS = {
    "upright": ("upright", "standing upright"),
    "left": ("slanted to the left", "leaning left"),
    "right": ("slanted to the right", "leaning right"),
}
INKS = {
    "white": (255, 255, 255),
    "black": (0, 0, 0),
    "red": (230, 30, 30),
    "green": (30, 180, 60),
    "blue": (50, 90, 255),
    "yellow": (255, 220, 40),
}
# ink and ground, the usual first; yellow on white could not be read
COLOURS = (
    *((ink, "black") for ink in INKS if ink != "black"),
    *((ink, "white") for ink in INKS if ink not in ("white", "yellow")),
)
# what the columns of attributes say, as places in the lists above; of `second`, 0 is no digit
ATTRIBUTES = ("digit", "second", "weight", "slant", "colour")


def captioned_digits() -> tuple[Captioned, Captioned]:
    """The digits at 16x16 in several weights, slants and colours, some in twos, with captions.

    Pictures to train on are of training digits, held-out ones of held-out digits. Two digits stand
    beside each other, narrowed, plain and upright.
    """
    drawn = []
    for (split, count), (images, labels) in zip(DRAWN.items(), digits(), strict=True):
        generator = np.random.default_rng(stream(0, f"pictures of {split}"))
        chosen, attributes = draw_attributes(count, labels, generator)
        pictures = render(enlarged(images, SIDE)[:, 0], chosen, attributes)
        drawn.append((pictures, attributes, [caption(row, generator) for row in attributes]))
    known = vocabulary(text for _, _, said in drawn for text in said)
    length = max(tokens(said, known).shape[1] for _, _, said in drawn)
    parts = [
        (
            pictures,
            attributes[:, 0],
            tokens(said, known, length),
            np.True_,
            pictures,
            attributes,
            known,
        )
        for pictures, attributes, said in drawn
    ]
    return parts[0], parts[1]


def draw_attributes(
    count: int, labels: np.ndarray, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Which digits are drawn, ``(count, 2)``, and how: attributes ``(count, 5)``, int64.

    Args:
        count: of pictures.
        labels: of the digits that there are.
        generator: that draws both; every digit is as likely, and so is every way to draw it.
    """
    chosen = generator.integers(len(labels), size=(count, 2))
    two = generator.random(count) < TWO
    weight, slant = (generator.integers(len(known), size=count) for known in (WEIGHTS, SLANTS))
    colour = generator.integers(len(COLOURS), size=count)
    second = np.where(two, labels[chosen[:, 1]] + 1, 0)
    columns = (
        labels[chosen[:, 0]],
        second,
        np.where(two, 0, weight),
        np.where(two, 0, slant),
        colour,
    )
    return chosen, np.stack(columns, axis=1).astype(np.int64)


def render(digits: np.ndarray, chosen: np.ndarray, attributes: np.ndarray) -> np.ndarray:
    """Pictures, uint8 ``(n, 3, 16, 16)``.

    Args:
        digits: grey, uint8 ``(m, 16, 16)``.
        chosen: which of them each picture shows; the second if its attributes say so, ``(n, 2)``.
        attributes: see ``ATTRIBUTES``, ``(n, 5)``.
    """
    pictures = np.empty((len(chosen), 3, SIDE, SIDE), dtype=np.uint8)
    for picture, (first, other), (_, second, weight, slant, colour) in zip(
        pictures, chosen, attributes, strict=True
    ):
        if second:
            shape = beside(digits[first], digits[other])
        else:
            heavy = weighed(digits[first], list(WEIGHTS)[weight])
            shape = slanted(heavy, list(SLANTS)[slant])
        ink, ground = (np.array(INKS[name], dtype=float) for name in COLOURS[colour])
        share = shape[None] / 255.0
        picture[:] = np.rint(ground[:, None, None] + (ink - ground)[:, None, None] * share)
    return pictures


def weighed(digit: np.ndarray, weight: str) -> np.ndarray:
    """A digit, uint8 ``(16, 16)``, with strokes of another weight: grey dilation or erosion."""
    from scipy.ndimage import grey_dilation, grey_erosion

    if weight == "bold":
        return grey_dilation(digit, (2, 2))
    return grey_erosion(digit, (2, 2)) if weight == "thin" else digit


def slanted(digit: np.ndarray, slant: str) -> np.ndarray:
    """A digit, uint8 ``(16, 16)``, sheared about its middle: its top goes the way that is said."""
    if slant == "upright":
        return digit
    shear = SHEAR if slant == "right" else -SHEAR
    middle = (len(digit) - 1) / 2
    matrix = (1, shear, -shear * middle, 0, 1, 0)  # where each pixel comes from
    image = Image.fromarray(digit)
    return np.asarray(
        image.transform(image.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
    )


def beside(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Two digits, uint8 ``(16, 16)``, side by side in one picture, each half as wide."""
    size = (SIDE // 2, 3 * SIDE // 4)
    picture = np.zeros((SIDE, SIDE), dtype=np.uint8)
    for place, digit in enumerate((first, second)):
        small = np.asarray(Image.fromarray(digit).resize(size, Image.Resampling.BOX))
        picture[SIDE // 8 : SIDE // 8 + size[1], place * size[0] : (place + 1) * size[0]] = small
    return picture


def caption(attributes: np.ndarray, generator: np.random.Generator) -> str:
    """One of the ways to say what a picture shows.

    Args:
        attributes: of one picture, see ``ATTRIBUTES``, ``(5,)``.
        generator: that draws the way.
    """
    digit, second, weight, slant, (ink, ground) = (
        *attributes[:4],
        COLOURS[attributes[4]],
    )

    def one(*ways: str) -> str:
        return ways[generator.integers(len(ways))]

    def usual() -> bool:
        """Whether what is usual is left out."""
        return bool(generator.integers(2))

    colour = one(f"{ink} on {ground}", f"in {ink} on {ground}")
    if ground == "black" and usual():
        colour = "" if ink == "white" else f"in {ink}"
    if second:
        left, right = a(NUMBERS[digit]), a(NUMBERS[second - 1])
        shown = one(
            f"two digits: {left} beside {right}",
            f"{left} to the left of {right}",
            f"{right} to the right of {left}",
        )
        return ", ".join(filter(None, [shown, colour]))
    heavy = "" if weight == 0 and usual() else one(*list(WEIGHTS.values())[weight])
    leaning = "" if slant == 0 and usual() else one(*list(SLANTS.values())[slant])
    if generator.integers(2):
        shown = a(" ".join(filter(None, [heavy, NUMBERS[digit]])))
        return ", ".join(filter(None, [shown, *one_order([leaning, colour], generator)]))
    return ", ".join(
        filter(
            None, [f"the digit {NUMBERS[digit]}", *one_order([heavy, leaning, colour], generator)]
        )
    )


def one_order(parts: list[str], generator: np.random.Generator) -> list[str]:
    """Parts of a caption in an order that is drawn."""
    return [parts[place] for place in generator.permutation(len(parts))]


def a(noun: str) -> str:
    """A noun behind its article."""
    return f"an {noun}" if noun.startswith(("eight", "upright")) else f"a {noun}"


SOURCES: dict[str, Callable[[], tuple[Captioned, Captioned]]] = {
    "captioned_digits": captioned_digits
}
