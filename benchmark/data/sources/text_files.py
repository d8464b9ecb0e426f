"""A file of text as a data set: one sentence a line, in UTF-8.

What is written in it is kept as it is, upper and lower case too. Token 0 is the end of a sentence,
and fills what is left of its row. A tenth of the sentences, drawn with a fixed seed, is held out.
"""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmark.common.messages import stop
from benchmark.common.seeds import stream

if TYPE_CHECKING:
    from benchmark import config

UNKNOWN = "<unk>"  # in the place of words that are too rare
HELD_OUT = 10  # one in so many
LEAST = 20  # sentences


def dataset(block: "config.TextFile") -> tuple[dict[str, np.ndarray], ...]:
    """The training and the held-out sentences of a file; exits with one line if it is not right."""
    path = Path(block.path).expanduser()
    lines = read(path)
    if len(lines) < LEAST:
        stop(f"{path}: {len(lines)} lines with text; it takes {LEAST} at least, one sentence each")
    sentences = [line.split() if block.by == "word" else list(line) for line in lines]
    fitting = [words for words in sentences if len(words) <= block.length]
    if len(fitting) < LEAST:
        stop(
            f"{path}: {len(fitting)} of {len(lines)} lines have at most {block.length}"
            f" {block.by}s; write a larger length"
        )
    if len(fitting) < len(lines):
        print(f"{path}: {len(lines) - len(fitting)} lines are longer than {block.length}, left out")
    words, images = encoded(fitting, block.vocabulary, block.length)
    order = np.random.default_rng(stream(0, "held out of sentences")).permutation(len(images))
    test, train = np.split(order, [len(order) // HELD_OUT])
    between = np.array(" " if block.by == "word" else "")
    return tuple(
        {
            "images": images[np.sort(chosen)],
            "labels": np.zeros(len(chosen), dtype=np.int64),
            "words": words,
            "between": between,
        }
        for chosen in (train, test)
    )


def read(path: Path) -> list[str]:
    """The lines of a file that are not empty, without space around them."""
    if not path.is_file():
        stop(f"{path}: no such file")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        stop(f"{path}: not UTF-8 (byte {error.start + 1}); save it as UTF-8")
    lines = [line.strip() for line in text.split("\n")]
    if not any(lines):
        stop(f"{path}: empty; it takes one sentence a line")
    return [line for line in lines if line]


def encoded(
    sentences: list[list[str]], vocabulary: int, length: int
) -> tuple[np.ndarray, np.ndarray]:
    """The words by token, and the sentences as rows of these, int64 ``(n, length)``.

    The most frequent words are known, of equally frequent ones those that come first; the end
    counts as one, and so does ``UNKNOWN``, which stands for all others if there are any.

    Args:
        sentences: their words.
        vocabulary: most tokens, at least 3.
        length: places of a row.
    """
    counts = Counter(word for words in sentences for word in words)
    known = [word for word, _ in counts.most_common()]
    if 1 + len(known) > vocabulary:
        kept = [word for word in known if word != UNKNOWN][: vocabulary - 2]
        known = [UNKNOWN, *kept]
    tokens = {word: token for token, word in enumerate(known, 1)}
    rows = np.zeros((len(sentences), length), dtype=np.int64)
    for row, words in zip(rows, sentences, strict=True):
        # 1 is UNKNOWN wherever a word is not known
        row[: len(words)] = [tokens.get(word, 1) for word in words]
    return np.array(["", *known]), rows
