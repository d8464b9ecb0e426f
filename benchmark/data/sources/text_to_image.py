"""Text-to-image: digits drawn in several ways, with captions that describe them.

The attributes of each picture are recorded, so that whether a generator follows a caption can be
measured. An attribute that a caption does not name has its default: upright, plain, white on black.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from benchmark.common.seeds import stream
from benchmark.data.captions import build_vocabulary, encode_captions
from benchmark.data.parts import Parts, name_parts
from benchmark.data.sizes import Counts
from benchmark.data.sources.images import divide_digits
from benchmark.data.sources.translation import enlarge_images
from benchmark.data.splits import SplitArrays

SIDE = 16  # of a picture, in pixels
DRAWN = {"train": 4000, "validation": 500, "extractor": 4000, "test": 1000}
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
# ink and ground, the default first; yellow on white is not legible
COLOURS = (
    *((ink, "black") for ink in INKS if ink != "black"),
    *((ink, "white") for ink in INKS if ink not in ("white", "yellow")),
)
# columns of the attributes, which are indices into the lists above; 0 of `second` is no digit
ATTRIBUTES = ("digit", "second", "weight", "slant", "colour")


def make_captioned_digits() -> Parts:
    """Make pictures of one or two digits in several weights, slants and colours, with captions.

    Pictures, uint8 ``(n, 3, 16, 16)``, show digits of the part that they are in. Two digits are
    side by side, narrowed, plain and upright.
    """
    drawn = {}
    for name, digits in name_parts(divide_digits()).items():
        generator = np.random.default_rng(stream(0, f"pictures of {name}"))
        chosen, attributes = draw_attributes(DRAWN[name], digits.labels, generator)
        pictures = render_pictures(enlarge_images(digits.images, SIDE)[:, 0], chosen, attributes)
        drawn[name] = pictures, attributes, [write_caption(row, generator) for row in attributes]
    written = [captions for _, _, captions in drawn.values()]
    vocabulary = build_vocabulary(text for captions in written for text in captions)
    length = max(encode_captions(captions, vocabulary).shape[1] for captions in written)
    parts: dict[str, Any] = {
        name: SplitArrays(
            pictures,
            attributes[:, 0],
            condition=encode_captions(captions, vocabulary, length),
            paired=True,
            classifier_inputs=pictures,
            classifier_targets=attributes,
            words=vocabulary,
        )
        for name, (pictures, attributes, captions) in drawn.items()
    }
    return Parts(**parts)


def draw_attributes(
    count: int, labels: np.ndarray, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the digits of pictures, ``(count, 2)``, and attributes, ``(count, 5)``, int64.

    Args:
        count: number of pictures.
        labels: classes of the digits to choose from, ``(m,)``.
        generator: draws digits and attributes uniformly.

    Returns:
        Indices of digits, below m, and the columns of ``ATTRIBUTES``.
    """
    chosen = generator.integers(len(labels), size=(count, 2))
    two = generator.random(count) < TWO
    weight, slant = (generator.integers(len(ways), size=count) for ways in (WEIGHTS, SLANTS))
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


def render_pictures(digits: np.ndarray, chosen: np.ndarray, attributes: np.ndarray) -> np.ndarray:
    """Render pictures of digits with attributes, uint8 ``(n, 3, 16, 16)``.

    Args:
        digits: grey, uint8 ``(m, 16, 16)``.
        chosen: indices of the digits of each picture, ``(n, 2)``; the second is drawn only if the
            attribute ``second`` is not 0.
        attributes: columns as in ``ATTRIBUTES``, ``(n, 5)``.
    """
    pictures = np.empty((len(chosen), 3, SIDE, SIDE), dtype=np.uint8)
    for picture, (first, other), (_, second, weight, slant, colour) in zip(
        pictures, chosen, attributes, strict=True
    ):
        if second:
            shape = place_side_by_side(digits[first], digits[other])
        else:
            weighted = change_weight(digits[first], list(WEIGHTS)[weight])
            shape = slant_digit(weighted, list(SLANTS)[slant])
        ink, ground = (np.array(INKS[name], dtype=float) for name in COLOURS[colour])
        share = shape[None] / 255.0
        picture[:] = np.rint(ground[:, None, None] + (ink - ground)[:, None, None] * share)
    return pictures


def change_weight(digit: np.ndarray, weight: str) -> np.ndarray:
    """Change the stroke weight of a digit, uint8 ``(16, 16)``, by grey dilation or erosion."""
    from scipy.ndimage import grey_dilation, grey_erosion

    if weight == "bold":
        return grey_dilation(digit, (2, 2))
    return grey_erosion(digit, (2, 2)) if weight == "thin" else digit


def slant_digit(digit: np.ndarray, slant: str) -> np.ndarray:
    """Shear a digit, uint8 ``(16, 16)``, about its centre, so that its top moves left or right."""
    if slant == "upright":
        return digit
    shear = SHEAR if slant == "right" else -SHEAR
    middle = (len(digit) - 1) / 2
    matrix = (1, shear, -shear * middle, 0, 1, 0)  # from the place of a pixel to its source
    image = Image.fromarray(digit)
    return np.asarray(
        image.transform(image.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
    )


def place_side_by_side(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Place two digits, uint8 ``(16, 16)``, side by side in a picture of that size."""
    size = (SIDE // 2, 3 * SIDE // 4)
    picture = np.zeros((SIDE, SIDE), dtype=np.uint8)
    for place, digit in enumerate((first, second)):
        small = np.asarray(Image.fromarray(digit).resize(size, Image.Resampling.BOX))
        picture[SIDE // 8 : SIDE // 8 + size[1], place * size[0] : (place + 1) * size[0]] = small
    return picture


def write_caption(attributes: np.ndarray, generator: np.random.Generator) -> str:
    """Write a caption of a picture, in a wording that is drawn.

    Args:
        attributes: of the picture, as in ``ATTRIBUTES``, ``(5,)``.
        generator: draws the wording.
    """
    digit, second, weight, slant, (ink, ground) = (
        *attributes[:4],
        COLOURS[attributes[4]],
    )

    def choose(*ways: str) -> str:
        return ways[generator.integers(len(ways))]

    def omits_default() -> bool:
        return bool(generator.integers(2))

    colour = choose(f"{ink} on {ground}", f"in {ink} on {ground}")
    if ground == "black" and omits_default():
        colour = "" if ink == "white" else f"in {ink}"
    if second:
        left, right = add_article(NUMBERS[digit]), add_article(NUMBERS[second - 1])
        shown = choose(
            f"two digits: {left} beside {right}",
            f"{left} to the left of {right}",
            f"{right} to the right of {left}",
        )
        return ", ".join(filter(None, [shown, colour]))
    weighted = "" if weight == 0 and omits_default() else choose(*list(WEIGHTS.values())[weight])
    slanted = "" if slant == 0 and omits_default() else choose(*list(SLANTS.values())[slant])
    if generator.integers(2):
        shown = add_article(" ".join(filter(None, [weighted, NUMBERS[digit]])))
        return ", ".join(filter(None, [shown, *shuffle_parts([slanted, colour], generator)]))
    parts = shuffle_parts([weighted, slanted, colour], generator)
    return ", ".join(filter(None, [f"the digit {NUMBERS[digit]}", *parts]))


def shuffle_parts(parts: list[str], generator: np.random.Generator) -> list[str]:
    """Shuffle the parts of a caption."""
    return [parts[place] for place in generator.permutation(len(parts))]


def add_article(noun: str) -> str:
    """Put the indefinite article before a noun of this vocabulary."""
    return f"an {noun}" if noun.startswith(("eight", "upright")) else f"a {noun}"


COUNTS = Counts(DRAWN["train"], DRAWN["test"], has_pairs=True, is_divided=True)
SOURCES: dict[str, Callable[[], Parts]] = {"captioned_digits": make_captioned_digits}
