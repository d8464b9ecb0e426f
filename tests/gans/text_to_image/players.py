"""Small text-to-image variants, and batches for them."""

import torch

import gans

SHAPE = (3, 8, 8)
VOCABULARY = ["", "a", "bold", "in", "red", "seven", "thin", "three"]
LENGTH = 4


def build(name, **keywords):
    torch.manual_seed(0)
    small = {"latent": 4, "width": 4, "code": 8} | keywords
    return gans.load(name)(SHAPE, vocabulary=VOCABULARY, length=LENGTH, **small)


def pairs(n=8):
    """Yield endless batches of the same images, with different captions."""
    torch.manual_seed(1)
    images = torch.rand(n, *SHAPE) * 2 - 1
    condition = torch.zeros(n, LENGTH, dtype=torch.int64)
    condition[:, 0] = 1
    condition[:, 1] = torch.arange(n) % 4 + 2
    condition[:, 2] = torch.arange(n) // 4 + 5
    while True:
        yield images, condition
