"""The user's text file as a data set: one sentence a line, in UTF-8.

Upper and lower case are preserved. Token 0 ends a sentence and fills the rest of its row. A tenth
of the sentences, drawn with a fixed seed, is held out.
"""

import unicodedata
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from benchmark.common.messages import stop
from benchmark.common.paths import expand, is_folder, is_readable_file
from benchmark.common.seeds import stream
from benchmark.data.captions import split_characters
from benchmark.data.sizes import Counts
from benchmark.data.splits import SplitArrays, Splits

if TYPE_CHECKING:
    from benchmark import config

UNKNOWN = "<unk>"  # in place of words that are not in the vocabulary
HELD_OUT = 10  # one sentence in ten
LEAST = 20  # sentences
COUNTED = 100_000  # lines; a file with as many has enough for any batch


def load_dataset(block: "config.TextFile") -> Splits:
    """Load the training and the held-out sentences of a file.

    Exits with one line if the file is missing, is not UTF-8, or has too few sentences.

    Args:
        block: the options of the file in params.yaml.
    """
    path = expand(block.path)
    lines = read_lines(path)
    if len(lines) < LEAST:
        stop(
            f"{path}: expected {LEAST} lines or more, one sentence each, got {len(lines)}; add"
            f" sentences"
        )
    split = str.split if block.by == "word" else split_characters
    sentences = [split(line) for line in lines]
    fitting = [words for words in sentences if len(words) <= block.length]
    if len(fitting) < LEAST:
        stop(
            f"{path}: expected {LEAST} lines or more of at most {block.length} {block.by}s, got"
            f" {len(fitting)} of {len(lines)}; write a larger length"
        )
    if len(fitting) < len(lines):
        print(f"{path}: {len(lines) - len(fitting)} lines longer than {block.length} left out")
    words, rows = encode_sentences(fitting, block.vocabulary, block.length)
    order = np.random.default_rng(stream(0, "held out of sentences")).permutation(len(rows))
    test, train = (
        SplitArrays(
            rows[np.sort(chosen)],
            np.zeros(len(chosen), dtype=np.int64),
            words=words,
            separator=" " if block.by == "word" else "",
        )
        for chosen in np.split(order, [len(order) // HELD_OUT])
    )
    return train, test


def count_sentences(block: "config.TextFile") -> Counts | None:
    """Count the lines of a file, of any length; None for a missing, empty or large file."""
    path = expand(block.path)
    if not is_readable_file(path):
        return None
    with path.open("rb") as file:
        count = sum(bool(line.strip()) for line in islice(file, COUNTED))
    held_out = count // HELD_OUT
    return Counts(count - held_out, held_out) if 0 < count < COUNTED else None


def check_file(path: Path) -> None:
    """Exit with one line if a file is missing or empty; reads it up to its first sentence."""
    if not is_readable_file(path):
        got = "a folder" if is_folder(path) else "none"
        stop(f"{path}: expected a file, got {got}; correct the path")
    with path.open("rb") as file:
        if not any(map(bytes.strip, file)):
            refuse_empty(path)


def refuse_empty(path: Path) -> NoReturn:
    """Exit with one line about a file without sentences."""
    stop(f"{path}: expected one sentence a line, got an empty file; write some")


def read_lines(path: Path) -> list[str]:
    """Read the non-empty lines of a file, stripped; exits with one line if it cannot."""
    check_file(path)
    try:
        text = unicodedata.normalize("NFC", path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        stop(
            f"{path}: expected UTF-8, got another encoding at byte {error.start + 1}; save it"
            " as UTF-8"
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")  # line ends of any system
    lines = [line.strip() for line in text.split("\n")]
    if not any(lines):  # a file of other blanks than ASCII's
        refuse_empty(path)
    return [line for line in lines if line]


def encode_sentences(
    sentences: list[list[str]], vocabulary: int, length: int
) -> tuple[np.ndarray, np.ndarray]:
    """Build the vocabulary of sentences, and encode these as rows of tokens.

    The most frequent words are in the vocabulary; of equally frequent ones, those that come first.
    The end of a sentence counts as one token, and so does ``UNKNOWN``, which is there if words are
    left out.

    Args:
        sentences: lists of words.
        vocabulary: maximum number of tokens, at least 3.
        length: tokens of a row.

    Returns:
        The words by token, ``(tokens,)``, and rows, int64 ``(n, length)``.
    """
    counts = Counter(word for words in sentences for word in words)
    frequent = [word for word, _ in counts.most_common()]
    if 1 + len(frequent) > vocabulary:
        frequent = [UNKNOWN, *[word for word in frequent if word != UNKNOWN][: vocabulary - 2]]
    tokens = {word: token for token, word in enumerate(frequent, 1)}
    rows = np.zeros((len(sentences), length), dtype=np.int64)
    for row, words in zip(rows, sentences, strict=True):
        # token 1 is UNKNOWN wherever a word is left out
        row[: len(words)] = [tokens.get(word, 1) for word in words]
    return np.array(["", *frequent]), rows
