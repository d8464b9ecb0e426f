"""Layers with an equalised learning rate (Karras et al. 2018, arXiv:1710.10196, section 4.1).

Adam's steps are as long for a weight of a small range as for one of a large range, so that where
He's initial deviations differ from layer to layer, so do the speeds. Here all weights begin as
standard normal numbers, and He's constant multiplies them whenever the layer is used.
"""

from math import sqrt

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, linear

HE = sqrt(2)  # gain of a layer that a rectifier follows


class Linear(nn.Linear):
    """A linear layer, its weights scaled as it runs.

    Args:
        inputs: number of components of a row.
        outputs: number of components of what comes out.
        gain: deviation of the outputs where the inputs have deviation 1.
        rate: factor by which the layer learns more slowly than the optimiser says.
    """

    def __init__(self, inputs: int, outputs: int, *, gain: float = HE, rate: float = 1.0) -> None:
        super().__init__(inputs, outputs)
        self.rate = rate
        self.scale = rate * gain / sqrt(inputs)
        nn.init.normal_(self.weight, std=1 / rate)
        nn.init.zeros_(self.bias)

    def forward(self, rows: Tensor) -> Tensor:
        return linear(rows, self.weight * self.scale, self.bias * self.rate)


class Conv2d(nn.Conv2d):
    """A convolution that keeps the size of its images, its weights scaled as it runs.

    Args:
        inputs: channels that come in.
        outputs: channels that come out.
        kernel: side of the kernel, odd.
        gain: deviation of the outputs where the inputs have deviation 1.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, *, gain: float = HE) -> None:
        super().__init__(inputs, outputs, kernel, padding=kernel // 2)
        self.scale = gain / sqrt(inputs * kernel**2)
        nn.init.normal_(self.weight)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, images: Tensor) -> Tensor:
        return conv2d(images, self.weight * self.scale, self.bias, padding=self.padding)
