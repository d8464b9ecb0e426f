"""Tokens per second of SeqGAN's roll-outs, all side by side, against a loop over sentences.

`make bench-rollouts`. The naive loop completes one beginning of one sentence at a time, as code
often does. Both draw from the same LSTM and take turns; a ratio is one of medians over blocks. The
figures go to results/bench/rollouts.json.
"""

import json
from typing import Any

import torch
from torch import Tensor

from benchmark import config
from benchmark.common import processes
from benchmark.common.devices import make_deterministic
from benchmark.common.provenance import provenance
from gans.common.networks.recurrent import Recurrent, draw_tokens
from tests.performance.loops import compare, rates
from tests.performance.train_speed import OUT as TRAINING
from tests.performance.train_speed import table

OUT = TRAINING.with_name("rollouts.json")
SIZES = {"small": (500, 12, 16), "as in the paper": (5000, 20, 4)}  # tokens, length, sentences
WIDTH, HIDDEN, COUNT = 32, 32, 4


@torch.no_grad()
def naive(generator: Recurrent, tokens: Tensor, count: int) -> Tensor:
    """Compute the result of `Recurrent.rollouts`, one completion at a time."""
    n, length = tokens.shape
    whole = tokens.repeat(length - 1, count, 1, 1)
    for known in range(1, length):
        for number in range(count):
            for index in range(n):
                read, state = generator.begin(1)
                for place in range(length):
                    logits, state = generator.advance(read, state)
                    if place >= known:
                        whole[known - 1, number, index, place] = draw_tokens(logits)[0]
                    read = generator.embedding(whole[known - 1, number, index, place])[None]
    return whole


def drawn(length: int, sentences: int, count: int) -> int:
    """Tokens that are drawn to complete every beginning of so many sentences."""
    return sentences * count * length * (length - 1) // 2


def measure(
    vocabulary: int, length: int, sentences: int, *, blocks: int = 5
) -> dict[str, dict[str, float]]:
    """Tokens a second of both ways, and the ratio to the naive one."""
    torch.manual_seed(0)
    generator = Recurrent(vocabulary, WIDTH, HIDDEN)
    tokens = generator.draw(sentences, length)
    loops = {
        "naive": lambda: naive(generator, tokens, COUNT),
        "batched": lambda: generator.rollouts(tokens, COUNT),
    }
    seconds = compare(loops, blocks=blocks, rounds=1)
    return rates(seconds, drawn(length, sentences, COUNT))


def main() -> None:
    processes.prepare(config.load_params().tracks["images"].training.threads)
    make_deterministic()
    facts: dict[str, Any] = {"width": WIDTH, "hidden": HIDDEN, "count": COUNT, "sizes": {}}
    for name, (vocabulary, length, sentences) in SIZES.items():
        rows = measure(vocabulary, length, sentences)
        facts["sizes"][name] = {
            "vocabulary": vocabulary,
            "length": length,
            "sentences": sentences,
            "loops": rows,
        }
        table(f"{vocabulary} tokens, length {length}", "tokens/s", rows, "the naive loop")
    facts |= {"threads": torch.get_num_threads(), **provenance()}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(facts, indent=1) + "\n")


if __name__ == "__main__":
    main()
